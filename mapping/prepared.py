"""What PostgreSQL keeps planned for each connection: statements that are asked again, by what they answer."""

import itertools
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

MOST = 30  # statements of a connection; a plan takes some 200 kB, that of the search some megabytes
_names: WeakKeyDictionary[object, dict[Hashable, str]] = WeakKeyDictionary()
_numbers = itertools.count()


def planned(cursor: Any, key: Hashable, statement: Callable[[], tuple[str, Any]]) -> str:
    """The name under which the connection of a cursor keeps what `statement()` gives: types of what is told each time
    and SQL with `$1`…, then the values that are part of it. Drops all that a connection keeps once that is too much."""
    known = _names.setdefault(cursor.connection, {})
    if key not in known:
        if len(known) >= MOST:
            cursor.execute("DEALLOCATE ALL")
            known.clear()
        name, (sql, values) = f"asked_{next(_numbers)}", statement()
        cursor.execute(f"PREPARE {name}{sql}", values)
        known[key] = name
    return known[key]


def forget() -> None:
    """Forgets every name; the connections keep what they have planned."""
    _names.clear()
