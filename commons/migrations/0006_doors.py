"""Places are points, lines or areas; what the database found is overwritten by nobody (see mc_locate)."""

import django.db.models.lookups
import neighbourhoods.constraints
from django.db import migrations, models


TABLES = ("commons_building", "commons_house", "commons_proposal", "commons_pact")
LOCATE = "".join(
    f"CREATE OR REPLACE TRIGGER mc_locate BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION mc_locate();"
    for table in TABLES
)


class Migration(migrations.Migration):

    dependencies = [
        ('commons', '0005_house_status_unknown'),
        ('neighbourhoods', '0006_doors'),
        ('people', '0002_organisation_kind_unknown'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='building',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.In(neighbourhoods.constraints.GeometryType(models.F('place')), ['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'])), name='commons_building_place_type'),
        ),
        migrations.AddConstraint(
            model_name='house',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.In(neighbourhoods.constraints.GeometryType(models.F('place')), ['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'])), name='commons_house_place_type'),
        ),
        migrations.AddConstraint(
            model_name='pact',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.In(neighbourhoods.constraints.GeometryType(models.F('place')), ['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'])), name='commons_pact_place_type'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.In(neighbourhoods.constraints.GeometryType(models.F('place')), ['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON'])), name='commons_proposal_place_type'),
        ),
        migrations.RunSQL(LOCATE, migrations.RunSQL.noop),
    ]
