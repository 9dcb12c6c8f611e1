"""The triggers of the history find a record's steps by its index: a step costs the same in a city with 100,000 of them.

`id + 0` keeps PostgreSQL from walking the whole table backwards in search of a record's last step.
"""

from django.db import migrations

LAST = """
CREATE OR REPLACE FUNCTION mc_last_state(kind text, key bigint) RETURNS text LANGUAGE plpgsql
  SET search_path FROM CURRENT AS $$
DECLARE found text;
BEGIN
  IF kind = 'pact' THEN
    SELECT s.target_state INTO found FROM commons_step s WHERE s.pact_id = key ORDER BY s.id + 0 DESC LIMIT 1;
  ELSE
    SELECT s.target_state INTO found FROM commons_step s WHERE s.proposal_id = key ORDER BY s.id + 0 DESC LIMIT 1;
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION mc_step() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE kind text := CASE WHEN NEW.proposal_id IS NULL THEN 'pact' ELSE 'proposal' END;
        key bigint := coalesce(NEW.proposal_id, NEW.pact_id);
        before text; moved boolean; sourced text;
BEGIN
  IF coalesce(current_setting('mappa.move', true), '') NOT IN ('advance', 'record') THEN
    RAISE EXCEPTION 'Steps are written by advance() only.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('SELECT source FROM commons_%I WHERE id = $1 FOR UPDATE', kind) INTO sourced USING key;
  before := mc_last_state(kind, key);
  IF NEW.move = 'recorded' THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM commons_step WHERE %I = $1 AND move <> ''recorded'')', kind || '_id')
      INTO moved USING key;
    IF moved OR sourced = '' OR NEW.source_state <> coalesce(before, '') THEN
      RAISE EXCEPTION 'Only a record with a source, that nobody has moved here, can be recorded.'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF before IS NULL THEN before := CASE kind WHEN 'pact' THEN 'to_sign' ELSE 'draft' END; END IF;
  IF NEW.source_state <> before OR NOT EXISTS (
      SELECT FROM commons_transition t WHERE t.machine = kind AND t.move = NEW.move
        AND t.source = NEW.source_state AND t.target = NEW.target_state) THEN
    RAISE EXCEPTION 'No step % leads from % to %.', NEW.move, before, NEW.target_state
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION mc_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE machine text := TG_ARGV[0]; first text := TG_ARGV[1]; now_is text; wanted text;
BEGIN
  EXECUTE format('SELECT state FROM commons_%I WHERE id = $1', machine) INTO now_is USING NEW.id;
  wanted := mc_last_state(machine, NEW.id);
  IF now_is IS NOT NULL AND now_is <> coalesce(wanted, first) THEN
    RAISE EXCEPTION 'The state % of % % is not that of its last step, %.', now_is, machine, NEW.id,
      coalesce(wanted, first) USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("commons", "0014_gather")]
    operations = [migrations.RunSQL(LAST, migrations.RunSQL.noop)]
