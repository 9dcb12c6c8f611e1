"""Undoing a whole import from what the database kept of it.

A row that was changed gets every value back; a published record that was new is withdrawn, because nothing published is
deleted; what else was new goes. Nothing is undone when somebody has changed one of the rows since: that would be lost.
"""

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.models import Pact, Proposal
from commons.models.moving import permit, record_states
from mapping.importing import apply
from mapping.importing.check import in_italian
from mapping.importing.run import LOCK
from mapping.intake.journal import JOURNALED, Kept
from mapping.models import ImportRun
from neighbourhoods.models import Neighbourhood, Partition

LISTED = 50
TERRITORIAL = {Neighbourhood._meta.db_table, Partition._meta.db_table}
NAMED = ("uid", "name")

# The first state before, and the last one after, of every row that a run wrote in one table.
WRITTEN = """SELECT record, (array_agg(before ORDER BY id))[1] AS before,
                    (array_agg(digest ORDER BY id DESC))[1] AS digest, bool_or(before IS NULL) AS made
             FROM mapping_importchange WHERE run_id = %(run)s AND relation = %(table)s GROUP BY record"""


class CannotUndo(Exception):
    """Nothing was undone; the message says why."""


@dataclass(frozen=True)
class Edited:
    """A record that is not any more as the import left it. `uid` and `name` are empty for what has no page."""

    uid: str
    name: str


def reason_against(run: ImportRun) -> str:
    """Why this run cannot be undone at all; empty when it can, as far as the run itself says."""
    if not run.applied:
        return _("This import changed nothing.")
    if run.undone_at:
        return _("This import has been undone already.")
    if not run.changes.exists() and (run.report.get("created") or run.report.get("updated") or run.report.get("gone")):
        return _("What this import changed is not kept any more.")
    return ""


def edited_since(run: ImportRun, limit: int = LISTED) -> list[Edited]:
    """The records that somebody, or a later import, has changed since: undoing would lose that."""
    found: list[Edited] = []
    with connection.cursor() as cursor:
        for kept in JOURNALED:
            named = ", ".join(f"t.{name}" if name in _columns(cursor, kept.table) else "''" for name in NAMED)
            cursor.execute(
                f"SELECT {named} FROM ({WRITTEN}) AS w LEFT JOIN {kept.table} t ON t.id = w.record "
                f"WHERE w.digest <> CASE WHEN t.id IS NULL THEN '' ELSE {kept.digest('t')} END "
                f"ORDER BY w.record LIMIT {limit}",
                {"run": run.pk, "table": kept.table},
            )
            found += [Edited(uid or "", name or "") for uid, name in cursor.fetchall()]
    return found[:limit]


@transaction.atomic
def undo(run: ImportRun, by: Any) -> None:
    """Puts everything back as it was before this run, or raises CannotUndo and changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("city").get(pk=run.pk)
    if why := reason_against(run):
        raise CannotUndo(why)
    if edited_since(run, 1):
        raise CannotUndo(_("Some records were changed after this import; undoing it would lose that."))
    tables = set(run.changes.values_list("relation", flat=True).distinct())
    apply.relocate_later()
    permit("record")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for kept in (one for one in JOURNALED if one.table in tables):
                _take_away(cursor, run, kept)
            for kept in (one for one in reversed(JOURNALED) if one.table in tables):
                _put_back(cursor, run, kept)
    except DatabaseError as error:
        raise CannotUndo(_("Something that was made later hangs on this import; take that away first.")) from error
    said = {"file": run.file_name, "day": f"{timezone.localdate():%d/%m/%Y}"}
    words = in_italian(lambda: _("The import of %(file)s was undone on %(day)s.") % said)
    for model in (Proposal, Pact):
        keys = run.changes.filter(relation=model._meta.db_table, before__isnull=False).values_list("record", flat=True)
        if found := list(keys.distinct()):
            record_states(model, found, words)
    if run.city:
        apply.relocate(run.city, changed=bool(tables & TERRITORIAL))
    run.undone_at, run.undone_by = timezone.now(), by
    run.save(update_fields=["undone_at", "undone_by"])


def _take_away(cursor: Any, run: ImportRun, kept: Kept) -> None:
    """What was new: published records are withdrawn, a partition never holds, the rest is deleted."""
    new = f"(SELECT record FROM ({WRITTEN}) AS w WHERE made AND digest <> '')"
    if kept.withdrawn:
        text = f"""UPDATE {kept.table} SET visibility = 'withdrawn', updated_at = date_trunc('milliseconds', now())
                   WHERE id IN {new}"""
    elif kept.table == Partition._meta.db_table:
        text = f"""UPDATE {kept.table} SET current = false, valid_from = coalesce(valid_from, current_date),
                   valid_to = coalesce(valid_from, current_date) WHERE id IN {new}"""
    else:
        text = f"DELETE FROM {kept.table} WHERE id IN {new}"
    cursor.execute(text, {"run": run.pk, "table": kept.table})


def _put_back(cursor: Any, run: ImportRun, kept: Kept) -> None:
    """What was there before, value by value. What is personal was not kept, and is left as it is."""
    columns = [one for one in _columns(cursor, kept.table) if one not in {"id", *kept.secret}]
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f'r."{name}"' for name in columns)
    given = {"run": run.pk, "table": kept.table}
    cursor.execute(
        f"UPDATE {kept.table} t SET ({listed}) = (SELECT {values} FROM jsonb_populate_record(t, w.before) r) "
        f"FROM ({WRITTEN}) AS w WHERE w.record = t.id AND NOT made AND w.digest <> ''",
        given,
    )
    cursor.execute(
        f"INSERT INTO {kept.table} (id, {listed}) SELECT r.id, {values} FROM ({WRITTEN}) AS w, "
        f"jsonb_populate_record(NULL::{kept.table}, w.before) r WHERE NOT made AND w.digest = ''",
        given,
    )


def _columns(cursor: Any, table: str) -> list[str]:
    """The columns of a table that can be written."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]
