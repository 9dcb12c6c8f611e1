"""A version for each layer, moved by the database itself.

Statement triggers on every table behind a layer insert a `Change`; the version of a layer is the folded sum plus
the visible changes of its tables, so a snapshot always reads the version that belongs to its rows. `tick` folds.
"""

from collections.abc import Iterable

from django.db import connections, models, transaction

TRIGGER_FUNCTION = """
CREATE OR REPLACE FUNCTION mc_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO mapping_change (relation) VALUES (TG_TABLE_NAME);
  ELSE
    INSERT INTO mapping_change (relation) SELECT TG_TABLE_NAME WHERE EXISTS (SELECT FROM changed);
  END IF;
  RETURN NULL;
END $$;
"""


class Change(models.Model):
    """One statement that changed a table. Append-only; folded into `Fold` by `tick`."""

    relation = models.CharField(max_length=63, db_index=True)

    class Meta:
        app_label = "mapping"


class Fold(models.Model):
    """How many changes of a table have been folded."""

    relation = models.CharField(max_length=63, primary_key=True)
    changes = models.BigIntegerField()

    class Meta:
        app_label = "mapping"


VERSION = """
SELECT coalesce((SELECT sum(changes) FROM mapping_fold WHERE relation = ANY(%s)), 0)
     + (SELECT count(*) FROM mapping_change WHERE relation = ANY(%s))
"""


def version(tables: list[str], using: str = "public") -> str:
    """The version of these tables, opaque, as the current snapshot sees it."""
    with connections[using].cursor() as cursor:
        cursor.execute(VERSION, [tables, tables])
        return str(cursor.fetchone()[0])


def fold() -> int:
    """Moves all visible changes into the folded sums; returns how many. Versions do not move."""
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('mapping_fold'))")
        cursor.execute(
            """WITH gone AS (DELETE FROM mapping_change RETURNING relation),
                    counted AS (SELECT relation, count(*) AS n FROM gone GROUP BY relation),
                    kept AS (INSERT INTO mapping_fold (relation, changes) SELECT relation, n FROM counted
                             ON CONFLICT (relation) DO UPDATE SET changes = mapping_fold.changes + excluded.changes)
               SELECT coalesce(sum(n), 0) FROM counted"""
        )
        return int(cursor.fetchone()[0])


def install_missing_triggers(tables: Iterable[str]) -> list[str]:
    """Makes the changes of those tables count that do not yet: a table that an entry of LAYERS newly reads."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'mc_changed_truncate'")
        missing = sorted(set(tables) - {name for (name,) in cursor.fetchall()})
    if missing:
        install_triggers(missing)
    return missing


def install_triggers(tables: Iterable[str], using: str = "default") -> None:
    """Makes every change of these tables count. Safe to repeat."""
    with connections[using].cursor() as cursor:
        cursor.execute(TRIGGER_FUNCTION)
        for table in tables:
            for event, seen in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER mc_changed_{event.lower()} AFTER {event} ON {table} "
                    f"REFERENCING {seen} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mc_changed()"
                )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER mc_changed_truncate AFTER TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mc_changed()"
            )
