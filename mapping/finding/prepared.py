"""A long statement that PostgreSQL plans once for a connection: that of the search goes through every kind, and takes
longer to plan than to run."""

import hashlib
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import AsIs, connection

from mapping.finding.statement import CITY, Asked

MOST = 12  # statements that a connection keeps planned; each takes some megabytes
_known: WeakKeyDictionary[connection, set[str]] = WeakKeyDictionary()


def execute(cursor: CursorWrapper, sql: str, params: tuple, given: dict[Any, Any]) -> None:
    """Runs a compiled statement on the connection `public`. What is `given` are its parameters; all else in `params` is
    part of what is planned, so that the indexes of what is public fit."""
    session = connections["public"].connection
    names = _known.setdefault(session, set())
    name = "found_" + hashlib.sha256(f"{sql}{params}".encode()).hexdigest()[:16]
    places = list(dict.fromkeys(one for one in params if is_given(one)))
    if name not in names and len(names) < MOST:
        fixed = [AsIs(f"${places.index(one) + 1}") if is_given(one) else one for one in params]
        with session.cursor() as plain:
            plain.execute(f"PREPARE {name} AS {plain.mogrify(sql, fixed).decode()}")
        names.add(name)
    if name in names:
        cursor.execute(f"EXECUTE {name}({', '.join(['%s'] * len(places))})", [given[one] for one in places])
    else:
        cursor.execute(sql, [given[one] if is_given(one) else one for one in params])


def is_given(one: object) -> bool:
    """Whether a parameter of a compiled statement stands for what is asked."""
    return isinstance(one, Asked) or (isinstance(one, int) and one == CITY)
