"""Geometry is stored the way RFC 7946 asks (section 3.1.6): outer rings counter-clockwise, holes clockwise."""

from django.db import migrations

COLUMNS = {
    "neighbourhoods_neighbourhood": "boundary",
    "neighbourhoods_street": "place",
    "neighbourhoods_water": "place",
}
FORWARD = "".join(
    f"""CREATE FUNCTION mc_orient_{column}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN NEW.{column} := ST_ForcePolygonCCW(NEW.{column}); RETURN NEW; END $$;"""
    for column in ("boundary", "place")
) + "".join(
    f"""CREATE TRIGGER mc_orient BEFORE INSERT OR UPDATE OF {column} ON {table}
        FOR EACH ROW EXECUTE FUNCTION mc_orient_{column}();"""
    for table, column in COLUMNS.items()
)
BACKWARD = "DROP FUNCTION mc_orient_boundary() CASCADE; DROP FUNCTION mc_orient_place() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0002_locate")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
