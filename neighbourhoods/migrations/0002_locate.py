"""The neighbourhood of a thing is found by the database, never typed.

`mc_locate()` is the BEFORE trigger of every located table; `mc_relocate(city)` asks all of them again in one
statement a table; `mc_boundaries_changed()` does so when boundaries change. A writer of many boundaries says
`SET LOCAL mappa.relocate = 'later'` and calls `mc_relocate` once at the end of its transaction.
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

FORWARD = """
CREATE FUNCTION mc_shares(city bigint, part text, g geometry)
RETURNS TABLE (id bigint, code text, share double precision, interior boolean)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT n.id, n.code,
    CASE WHEN ST_Covers(n.boundary, g) THEN 1.0
         WHEN ST_Dimension(g) = 0 THEN ST_NPoints(ST_Intersection(n.boundary, g))::float / ST_NPoints(g)
         WHEN ST_Dimension(g) = 1 THEN ST_Length(ST_Intersection(n.boundary, g)::geography)
                                       / nullif(ST_Length(g::geography), 0)
         ELSE ST_Area(ST_Intersection(n.boundary, g)::geography) / nullif(ST_Area(g::geography), 0) END,
    ST_Contains(n.boundary, g)
  FROM neighbourhoods_neighbourhood n
  JOIN neighbourhoods_partition p ON p.id = n.partition_id
  WHERE p.city_id = city AND p.role = part AND p.current AND n.visibility = 'public'
    AND ST_Intersects(n.boundary, g)
$$;

CREATE FUNCTION mc_best(city bigint, part text, g geometry,
                        OUT best bigint, OUT placement text, OUT shares jsonb)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE total float; found int; interiors int;
BEGIN
  SELECT (array_agg(s.id ORDER BY round(s.share::numeric, 6) DESC, s.code))[1],
         coalesce(jsonb_agg(jsonb_build_array(s.id, round(s.share::numeric, 6))
                            ORDER BY round(s.share::numeric, 6) DESC, s.code), '[]'),
         coalesce(sum(s.share), 0), count(*), count(*) FILTER (WHERE s.interior)
    INTO best, shares, total, found, interiors
    FROM mc_shares(city, part, g) s WHERE s.share > 1e-6;
  placement := CASE
    WHEN found = 0 AND NOT EXISTS (SELECT 1 FROM neighbourhoods_partition p
      WHERE p.city_id = city AND p.role = part AND p.current) THEN 'no_boundaries'
    WHEN found = 0 THEN 'outside'
    WHEN interiors > 1 OR (ST_Dimension(g) = 2 AND total > 1.000001) THEN 'overlap'
    WHEN total < 0.999999 THEN 'partly_outside'
    WHEN found > 1 OR interiors = 0 AND ST_Dimension(g) = 0 THEN 'border'
    ELSE 'inside' END;
END $$;

CREATE FUNCTION mc_locate() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE a record; b record;
BEGIN
  IF NEW.place IS NULL THEN
    NEW.neighbourhood_id := NULL; NEW.district_id := NULL;
    NEW.placement := 'unlocated'; NEW.shares := '{}';
    RETURN NEW;
  END IF;
  IF NOT ST_IsValid(NEW.place) OR ST_IsEmpty(NEW.place) THEN
    RAISE check_violation USING MESSAGE = 'place is not a valid geometry', CONSTRAINT = 'place_valid';
  END IF;
  IF NOT ST_Within(ST_Envelope(NEW.place), ST_MakeEnvelope(6, 35, 19, 48, 4326))
     AND (SELECT national FROM neighbourhoods_city WHERE id = NEW.city_id) THEN
    RAISE check_violation USING
      MESSAGE = 'place lies outside Italy (longitude 6 to 19, latitude 35 to 48)', CONSTRAINT = 'national_extent';
  END IF;
  SELECT * INTO a FROM mc_best(NEW.city_id, 'primary', NEW.place);
  SELECT * INTO b FROM mc_best(NEW.city_id, 'district', NEW.place);
  NEW.neighbourhood_id := a.best; NEW.district_id := b.best; NEW.placement := a.placement;
  NEW.shares := jsonb_build_object('primary', a.shares, 'district', b.shares);
  RETURN NEW;
END $$;

CREATE FUNCTION mc_relocate(cities bigint[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE located regclass;
BEGIN
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
END $$;

CREATE FUNCTION mc_territories_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF coalesce(current_setting('mappa.relocate', true), '') = 'later' THEN RETURN NULL; END IF;
  PERFORM mc_relocate(array_agg(DISTINCT c.city_id)) FROM changed c HAVING count(*) > 0;
  RETURN NULL;
END $$;
"""

TRIGGERS = [
    f"""CREATE TRIGGER mc_relocate_{event.lower()} AFTER {event} ON {table}
        REFERENCING {"OLD" if event == "DELETE" else "NEW"} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION mc_territories_changed();"""
    for table in ("neighbourhoods_neighbourhood", "neighbourhoods_partition")
    for event in ("INSERT", "UPDATE", "DELETE")
]
BACKWARD = """
DROP FUNCTION mc_territories_changed() CASCADE; DROP FUNCTION mc_relocate(bigint[]);
DROP FUNCTION mc_locate() CASCADE; DROP FUNCTION mc_best(bigint, text, geometry);
DROP FUNCTION mc_shares(bigint, text, geometry);
"""


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0001_initial")]
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FORWARD + "".join(TRIGGERS), BACKWARD),
    ]
