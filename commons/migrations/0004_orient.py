"""Located records too are stored with the winding order of RFC 7946."""

from django.db import migrations

TABLES = ("commons_building", "commons_house", "commons_proposal", "commons_pact")
FORWARD = "".join(
    f"""CREATE TRIGGER mc_orient BEFORE INSERT OR UPDATE OF place ON {table}
        FOR EACH ROW EXECUTE FUNCTION mc_orient_place();"""
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER mc_orient ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("commons", "0003_locate"), ("neighbourhoods", "0003_orient")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
