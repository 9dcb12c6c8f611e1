"""Boundaries simplified for drawing, kept by the database: simplifying eight hundred points at each reading takes five
times as long as reading them. A level differs from the boundary by three quarters of a pixel at its zoom."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.db import migrations, models

LEVELS = (8, 10, 12, 14, 16)
SHAPES = ", ".join(
    f"ST_Multi(ST_SimplifyPreserveTopology({{boundary}}, {360 / 256 / 2**level * 0.75!r}))" for level in LEVELS
)
COLUMNS = ", ".join(f"z{level}" for level in LEVELS)
FORWARD = f"""
CREATE FUNCTION mc_outline() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM neighbourhoods_outline WHERE neighbourhood_id = OLD.id;
    RETURN OLD;
  END IF;
  INSERT INTO neighbourhoods_outline (neighbourhood_id, {COLUMNS})
  VALUES (NEW.id, {SHAPES.format(boundary="NEW.boundary")})
  ON CONFLICT (neighbourhood_id) DO UPDATE SET ({COLUMNS}) = ({", ".join(f"excluded.z{level}" for level in LEVELS)});
  RETURN NULL;
END $$;
CREATE TRIGGER mc_outline AFTER INSERT OR UPDATE OF boundary ON neighbourhoods_neighbourhood
  FOR EACH ROW EXECUTE FUNCTION mc_outline();
CREATE TRIGGER mc_outline_gone BEFORE DELETE ON neighbourhoods_neighbourhood
  FOR EACH ROW EXECUTE FUNCTION mc_outline();
INSERT INTO neighbourhoods_outline (neighbourhood_id, {COLUMNS})
SELECT id, {SHAPES.format(boundary="boundary")} FROM neighbourhoods_neighbourhood;
"""
BACKWARD = "DROP FUNCTION mc_outline() CASCADE;"


class Migration(migrations.Migration):

    dependencies = [
        ('neighbourhoods', '0006_doors'),
    ]

    operations = [
        migrations.CreateModel(
            name='Outline',
            fields=[
                ('neighbourhood', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outline', serialize=False, to='neighbourhoods.neighbourhood')),
                ('z8', django.contrib.gis.db.models.fields.MultiPolygonField(editable=False, spatial_index=False, srid=4326)),
                ('z10', django.contrib.gis.db.models.fields.MultiPolygonField(editable=False, spatial_index=False, srid=4326)),
                ('z12', django.contrib.gis.db.models.fields.MultiPolygonField(editable=False, spatial_index=False, srid=4326)),
                ('z14', django.contrib.gis.db.models.fields.MultiPolygonField(editable=False, spatial_index=False, srid=4326)),
                ('z16', django.contrib.gis.db.models.fields.MultiPolygonField(editable=False, spatial_index=False, srid=4326)),
            ],
            options={
                'verbose_name': 'outline',
                'verbose_name_plural': 'outlines',
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
