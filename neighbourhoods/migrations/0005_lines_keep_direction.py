"""`ST_ForcePolygonCCW` turns lines round : it forces areas clockwise and then reverses everything."""

from django.db import migrations

FORWARD = "".join(
    f"""CREATE OR REPLACE FUNCTION mc_orient_{column}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF ST_Dimension(NEW.{column}) = 2 THEN NEW.{column} := ST_ForcePolygonCCW(NEW.{column}); END IF;
  RETURN NEW;
END $$;"""
    for column in ("boundary", "place")
)


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0004_generic_plans")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
