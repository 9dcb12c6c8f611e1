"""A cast that many tests share is made once in a process; after that its rows are put back as they were written.

Three hundred statements become one COPY for each table. Only where the role of the tests may leave triggers aside (a
superuser, as in the private cluster); elsewhere every test makes the cast anew.
"""

import copy
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

LARGE = ("spatial_ref_sys",)  # of PostGIS; nothing of ours writes there


@dataclass
class Stage:
    rows: dict[str, str]
    files: dict[Path, bytes]  # of the folder of uploads, by their path within it
    cast: Any


_kept: dict[Callable[[], Any], Stage] = {}


def staged(build: Callable[[], Any]) -> Any:
    """What `build()` gives, with its rows in the database, which must hold nothing but what migrations wrote, and with
    its files in the folder of uploads, which must be the test's own if there are any."""
    if not _may_leave_triggers_aside():
        return build()
    if build not in _kept:
        before = _written()
        cast = build()
        after = _written()
        rows = {table: text for table, text in after.items() if text != before[table]}
        root = Path(settings.MEDIA_ROOT)
        files = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        _kept[build] = Stage(rows, files if "commons_attachment" in rows else {}, cast)
        return copy.deepcopy(cast)
    stage = _kept[build]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in stage.rows))
        for table, text in stage.rows.items():
            cursor.copy_expert(f'COPY "{table}" ({_columns()[table]}) FROM STDIN', io.StringIO(text))
        cursor.execute("SET LOCAL session_replication_role = origin")
    for path, body in stage.files.items():
        target = Path(settings.MEDIA_ROOT) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    return copy.deepcopy(stage.cast)


def _written() -> dict[str, str]:
    """The rows of every table as COPY writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _columns().items():
            text = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" ({columns}) TO STDOUT', text)
            found[table] = text.getvalue()
    return found


@cache
def _columns() -> dict[str, str]:
    """The columns of each table that are written and not generated, quoted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position)"
            " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
            " AND table_name <> ALL (%s) GROUP BY table_name",
            [list(LARGE)],
        )
        return dict(cursor.fetchall())


@cache
def _may_leave_triggers_aside() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]
