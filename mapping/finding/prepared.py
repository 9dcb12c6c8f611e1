"""A long statement that PostgreSQL plans once for a connection: that of the search goes through every kind, and takes
longer to plan than to run."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import AsIs

from mapping.finding.statement import CITY, Asked
from mapping.prepared import planned


def execute(cursor: CursorWrapper, sql: str, params: tuple, given: dict[Any, Any]) -> None:
    """Runs a compiled statement on a connection. What is `given` are its parameters; all else in `params` is part of
    what is planned, so that the indexes of what is public fit."""
    places = list(dict.fromkeys(one for one in params if is_given(one)))
    fixed = tuple(AsIs(f"${places.index(one) + 1}") if is_given(one) else one for one in params)
    key = (sql, tuple(one for one in params if not is_given(one)), tuple(map(str, fixed)))
    name = planned(cursor, key, lambda: (f" AS {sql}", fixed))
    cursor.execute(f"EXECUTE {name}({', '.join(['%s'] * len(places))})", [given[one] for one in places])


def is_given(one: object) -> bool:
    """Whether a parameter of a compiled statement stands for what is asked."""
    return isinstance(one, Asked) or (isinstance(one, int) and one == CITY)
