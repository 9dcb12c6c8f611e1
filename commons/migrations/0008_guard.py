"""The database holds the history: a state is the last step's, a step is legal and for ever."""

from django.db import migrations

GUARD = """
CREATE FUNCTION mc_step() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE kind text := CASE WHEN NEW.proposal_id IS NULL THEN 'pact' ELSE 'proposal' END;
        key bigint := coalesce(NEW.proposal_id, NEW.pact_id);
        source text; before text; recorded boolean; sourced text;
BEGIN
  IF coalesce(current_setting('mappa.move', true), '') NOT IN ('advance', 'record') THEN
    RAISE EXCEPTION 'Steps are written by advance() only.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('SELECT source FROM commons_%I WHERE id = $1 FOR UPDATE', kind) INTO sourced USING key;
  SELECT s.target_state INTO before FROM commons_step s
    WHERE CASE kind WHEN 'pact' THEN s.pact_id = key ELSE s.proposal_id = key END ORDER BY s.id DESC LIMIT 1;
  IF NEW.move = 'recorded' THEN
    SELECT coalesce(bool_and(s.move = 'recorded'), true) INTO recorded FROM commons_step s
      WHERE CASE kind WHEN 'pact' THEN s.pact_id = key ELSE s.proposal_id = key END;
    IF NOT recorded OR sourced = '' OR NEW.source_state <> coalesce(before, '') THEN
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
CREATE TRIGGER mc_step BEFORE INSERT ON commons_step FOR EACH ROW EXECUTE FUNCTION mc_step();

CREATE FUNCTION mc_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL AND NEW.note IN (OLD.note, '')
     AND to_jsonb(NEW) - 'actor_id' - 'note' = to_jsonb(OLD) - 'actor_id' - 'note' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'What happened cannot be changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER mc_step_stays BEFORE UPDATE OR DELETE ON commons_step FOR EACH ROW EXECUTE FUNCTION mc_step_stays();

CREATE FUNCTION mc_state() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE machine text := TG_ARGV[0]; first text := TG_ARGV[1]; now_is text; wanted text;
BEGIN
  EXECUTE format('SELECT state FROM commons_%I WHERE id = $1', machine) INTO now_is USING NEW.id;
  SELECT s.target_state INTO wanted FROM commons_step s
    WHERE CASE machine WHEN 'pact' THEN s.pact_id = NEW.id ELSE s.proposal_id = NEW.id END ORDER BY s.id DESC LIMIT 1;
  IF now_is IS NOT NULL AND now_is <> coalesce(wanted, first) THEN
    RAISE EXCEPTION 'The state % of % % is not that of its last step, %.', now_is, machine, NEW.id,
      coalesce(wanted, first) USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER mc_state_new AFTER INSERT ON commons_proposal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION mc_state('proposal', 'draft');
CREATE CONSTRAINT TRIGGER mc_state_moved AFTER UPDATE OF state ON commons_proposal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION mc_state('proposal', 'draft');
CREATE CONSTRAINT TRIGGER mc_state_new AFTER INSERT ON commons_pact DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION mc_state('pact', 'to_sign');
CREATE CONSTRAINT TRIGGER mc_state_moved AFTER UPDATE OF state ON commons_pact DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION mc_state('pact', 'to_sign');
"""

UNGUARD = """
DROP TRIGGER mc_state_new ON commons_proposal; DROP TRIGGER mc_state_moved ON commons_proposal;
DROP TRIGGER mc_state_new ON commons_pact; DROP TRIGGER mc_state_moved ON commons_pact;
DROP TRIGGER mc_step ON commons_step; DROP TRIGGER mc_step_stays ON commons_step;
DROP FUNCTION mc_state(), mc_step(), mc_step_stays();
"""

# What was there before the history began: recorded as it is.
RECORD = """
UPDATE commons_proposal SET source = 'before' WHERE source = '' AND state <> 'draft';
UPDATE commons_pact SET source = 'before' WHERE source = '' AND state <> 'to_sign';
INSERT INTO commons_step (proposal_id, move, source_state, target_state, role, at, note)
  SELECT id, 'recorded', '', state, 'importer', now(), '' FROM commons_proposal WHERE state <> 'draft' ORDER BY id;
INSERT INTO commons_step (pact_id, move, source_state, target_state, role, at, note)
  SELECT id, 'recorded', '', state, 'importer', now(), '' FROM commons_pact WHERE state <> 'to_sign' ORDER BY id;
UPDATE commons_proposal SET public_since = created_at, text_public = true, state_since = updated_at
  WHERE state NOT IN ('draft', 'submitted');
UPDATE commons_pact SET public_since = created_at, state_since = updated_at;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("commons", "0007_lifecycle")]
    operations = [
        migrations.RunSQL(RECORD, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
