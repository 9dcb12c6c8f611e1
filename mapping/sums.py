"""What takes reading many records to say (counts, boxes, how many of each value), remembered for the version of the
layer in which it was found."""

from collections.abc import Callable
from typing import Any

from mapping.query import Query

REMEMBERED = 1000
_found: dict[tuple[str, str, Query], Any] = {}


def remembered(seen: str, what: str, query: Query, work: Callable[[], Any]) -> Any:
    """The outcome of the work, done once for each version `seen` of the layer; `what` says which sum it is.

    Where the version was read before the work and not in its snapshot, the outcome may be of a later moment: never of
    an earlier one, and versions do not come back.
    """
    key = (seen, what, query)
    if key in _found:
        return _found[key]
    outcome = work()
    if len(_found) >= REMEMBERED:
        _found.clear()
    _found[key] = outcome
    return outcome


def known(seen: str, what: str, query: Query) -> Any:
    """What was found before; None when it was not."""
    return _found.get((seen, what, query))


def forget() -> None:
    """Forgets everything that was found, so that it is measured what finding it takes."""
    _found.clear()
