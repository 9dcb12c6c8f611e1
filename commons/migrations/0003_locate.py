"""Every located table asks the database for its neighbourhood; a column that was typed by hand is overwritten."""

from django.db import migrations

TABLES = ("commons_building", "commons_house", "commons_proposal", "commons_pact")
FORWARD = "".join(
    f"""CREATE TRIGGER mc_locate BEFORE INSERT
        OR UPDATE OF place, city_id ON {table} FOR EACH ROW EXECUTE FUNCTION mc_locate();"""
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER mc_locate ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("commons", "0002_initial"), ("neighbourhoods", "0002_locate")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
