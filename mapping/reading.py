"""The reading role: whoever has its password sees, in the database itself, what everybody sees on the map.

Each layer is a view in a schema of its own with the public rows and the published columns, derived from LAYERS; the
role may read those views and nothing else. QGIS reads them as tables, on this server or on a replica of it.
"""

import hashlib
import re
import secrets

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg2 import sql

from mapping.formats.rows import Plain, feature_url, names
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.registry import Layer

SCHEMA = "open_layers"
NAME = re.compile(r"[a-z_][a-z0-9_]{2,40}")
MARK = "Mappa Comune: reads the open layers"
LIMITS = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT"
CONNECTIONS = 20
LONGEST_WAIT = "70s"  # for who reads a view that is about to change: longer than a statement of theirs may take
EVERYBODYS = ("spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews")
SETTINGS = {
    "search_path": f"{SCHEMA}, public",
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "300s",
}


class NotOurs(Exception):
    """This name cannot be a reading role: it is no name, or it belongs to somebody already."""


def columns(layer: Layer) -> list[str]:
    """The columns of a layer's view: those of its files, the geometry last."""
    return ["id", *names(layer), "geom"]


def view(layer: Layer) -> str:
    """The statement that makes the view of a layer: what /layers/<slug> answers when nothing is asked.

    A barrier, so that no condition of who reads is tried on a row that is not public.
    """
    paths = [attribute.path for attribute in layer.published]
    rows = Query(layer).rows().order_by().annotate(_g=Plain(F(layer.geometry)), _url=feature_url(layer))
    text, given = rows.values_list("uid", *paths, "_url", "_g").query.get_compiler("default").as_sql()
    with connections["default"].cursor() as cursor:
        body = cursor.cursor.mogrify(text, given).decode()
    listed = ", ".join(f'"{name}"' for name in columns(layer))
    return f'CREATE VIEW {SCHEMA}."{layer.slug}" ({listed}) WITH (security_barrier) AS {body}'


def definitions() -> dict[str, str]:
    return {slug: view(layer) for slug, layer in LAYERS.items()}


def fingerprint(views: dict[str, str]) -> str:
    """A short name of what the views are: kept as the comment of their schema."""
    return hashlib.sha256("\n".join(views.values()).encode()).hexdigest()


@transaction.atomic
def make_views(cursor: CursorWrapper) -> bool:
    """Makes the schema and its views what LAYERS says, and lets every reader in; whether anything was to do."""
    views = definitions()
    wanted = fingerprint(views)
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    if kept(cursor) == wanted:
        return False
    drop_views(cursor)
    for statement in views.values():
        cursor.execute(statement)
    cursor.execute(f"COMMENT ON SCHEMA {SCHEMA} IS %s", [wanted])
    for role in readers(cursor):
        grant(cursor, role)
    return True


def kept(cursor: CursorWrapper) -> str | None:
    """What the views that are there were made from; None where there are none."""
    cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [SCHEMA])
    row = cursor.fetchone()
    return row[0] if row else None


def drop_views(cursor: CursorWrapper) -> None:
    """Takes the views away; the schema and who may enter it stay."""
    cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = to_regnamespace(%s)", [SCHEMA])
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP VIEW {SCHEMA}."{name}"')
    if kept(cursor) is not None:
        cursor.execute(f"COMMENT ON SCHEMA {SCHEMA} IS NULL")


def readers(cursor: CursorWrapper) -> list[str]:
    """The reading roles: those with our mark."""
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = %s ORDER BY rolname", [MARK]
    )
    return [name for (name,) in cursor.fetchall()]


def make_reader(name: str, new_password: bool = False) -> str:
    """Makes a reading role, or brings one up to date. Returns its password where it got a new one, else "".

    Raises NotOurs for a name that is none or is taken.
    """
    if not NAME.fullmatch(name):
        raise NotOurs(_("A name has 3 to 41 small letters, digits or _, and begins with a letter or _."))
    with transaction.atomic(), connections["default"].cursor() as cursor:
        role = sql.Identifier(name).as_string(cursor.cursor)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        known = cursor.fetchone() is not None
        if known and name not in readers(cursor):
            raise NotOurs(_("There is a role of this name that is not a reading role."))
        if not known:
            cursor.execute(f"CREATE ROLE {role} {LIMITS}")
            cursor.execute(f"COMMENT ON ROLE {role} IS %s", [MARK])
        password = secrets.token_urlsafe(24) if new_password or not known else ""
        cursor.execute(
            f"ALTER ROLE {role} LOGIN CONNECTION LIMIT {CONNECTIONS}" + (f" PASSWORD '{password}'" if password else "")
        )
        for setting, value in SETTINGS.items():
            cursor.execute(f"ALTER ROLE {role} SET {setting} = {value if ',' in value else repr(value)}")
        make_views(cursor)
        grant(cursor, name)
        if more := beyond(cursor, name):
            said = {"names": ", ".join(more)}
            raise NotOurs(_("Everybody in this database can read %(names)s: take that away first.") % said)
        return password


def beyond(cursor: CursorWrapper, name: str) -> list[str]:
    """What else a role could read: tables and views that are open to everybody in this database."""
    cursor.execute(
        r"""SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname NOT LIKE 'pg\_%%'
          AND n.nspname NOT IN ('information_schema', %s) AND c.relname <> ALL(%s)
          AND has_any_column_privilege(%s, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') ORDER BY 1""",
        [SCHEMA, list(EVERYBODYS), name],
    )
    return [relation for (relation,) in cursor.fetchall()]


def grant(cursor: CursorWrapper, name: str) -> None:
    """Lets a role read the views, and nothing else in their schema.

    What it may read of a table are the columns of its view. A grant of columns one by one would say the same, but
    PostGIS then leaves the view out of `geometry_columns`, and QGIS does not find it.
    """
    role = sql.Identifier(name).as_string(cursor.cursor)
    revoke(cursor, role)
    cursor.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {role}")
    for slug in LAYERS:
        cursor.execute(f'GRANT SELECT ON {SCHEMA}."{slug}" TO {role}')


def revoke(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(f"REVOKE ALL ON SCHEMA {SCHEMA} FROM {role}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {role}")


@transaction.atomic
def drop_reader(name: str) -> None:
    """Takes a reading role away. Raises NotOurs for any other."""
    with connections["default"].cursor() as cursor:
        if name not in readers(cursor):
            raise NotOurs(_("There is no reading role of this name."))
        role = sql.Identifier(name).as_string(cursor.cursor)
        revoke(cursor, role)
        cursor.execute(f"DROP ROLE {role}")


def before_migrations(using: str) -> None:
    """Takes the views out of the way: a column that a view reads cannot change."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        drop_views(cursor)


def after_migrations(using: str) -> None:
    """Brings the views up to date where there is a schema for them."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA])
        if cursor.fetchone()[0]:
            make_views(cursor)
