"""Two doors shut tighter.

`mc_locate` now stands before every UPDATE: what the database found is kept unless the place or the city changed, so
a neighbourhood typed by any road is overwritten; only `mc_relocate` writes it. The national extent is asked of
streets, waters and boundaries as of records.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION mc_inside_nation(g geometry, city bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  IF (ST_XMin(g) < 6 OR ST_XMax(g) > 19 OR ST_YMin(g) < 35 OR ST_YMax(g) > 48)
     AND (SELECT c.national FROM neighbourhoods_city c WHERE c.id = city) THEN
    RAISE check_violation USING
      MESSAGE = 'it lies outside Italy (longitude 6 to 19, latitude 35 to 48)', CONSTRAINT = 'national_extent';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION mc_orient_boundary() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM mc_inside_nation(NEW.boundary, NEW.city_id);
  NEW.boundary := ST_ForcePolygonCCW(NEW.boundary);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mc_orient_place() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM mc_inside_nation(NEW.place, NEW.city_id);
  IF ST_Dimension(NEW.place) = 2 THEN NEW.place := ST_ForcePolygonCCW(NEW.place); END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mc_locate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE a record; b record;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.place IS NOT DISTINCT FROM OLD.place AND NEW.city_id = OLD.city_id THEN
    IF coalesce(current_setting('mappa.relocating', true), '') <> 'yes' THEN
      NEW.neighbourhood_id := OLD.neighbourhood_id; NEW.district_id := OLD.district_id;
      NEW.placement := OLD.placement; NEW.shares := OLD.shares;
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.place IS NULL THEN
    NEW.neighbourhood_id := NULL; NEW.district_id := NULL;
    NEW.placement := 'unlocated'; NEW.shares := '{}';
    RETURN NEW;
  END IF;
  IF NOT ST_IsValid(NEW.place) OR ST_IsEmpty(NEW.place) THEN
    RAISE check_violation USING MESSAGE = 'place is not a valid geometry', CONSTRAINT = 'place_valid';
  END IF;
  SELECT * INTO a FROM mc_best(NEW.city_id, 'primary', NEW.place);
  SELECT * INTO b FROM mc_best(NEW.city_id, 'district', NEW.place);
  NEW.neighbourhood_id := a.best; NEW.district_id := b.best; NEW.placement := a.placement;
  NEW.shares := jsonb_build_object('primary', a.shares, 'district', b.shares);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mc_relocate(cities bigint[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE located regclass;
BEGIN
  PERFORM set_config('mappa.relocating', 'yes', true);
  FOR located IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'mc_locate'::regproc ORDER BY 1 LOOP
    EXECUTE format(
      'UPDATE %s t SET neighbourhood_id = a.best, district_id = b.best, placement = a.placement,
         shares = jsonb_build_object(''primary'', a.shares, ''district'', b.shares)
       FROM %s s, LATERAL mc_best(s.city_id, ''primary'', s.place) a, LATERAL mc_best(s.city_id, ''district'', s.place) b
       WHERE s.id = t.id AND s.place IS NOT NULL AND t.city_id = ANY($1)
         AND (t.neighbourhood_id, t.district_id, t.placement, t.shares) IS DISTINCT FROM
             (a.best, b.best, a.placement, jsonb_build_object(''primary'', a.shares, ''district'', b.shares))',
      located, located) USING cities;
  END LOOP;
  PERFORM set_config('mappa.relocating', '', true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0005_lines_keep_direction")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
