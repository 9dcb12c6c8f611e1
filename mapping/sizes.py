"""How large a file is, before somebody downloads it: written once for each version of the data and measured."""

from dataclasses import replace

from django.db.backends.utils import CursorWrapper

from mapping.errors import Problem
from mapping.exporting.answers import built
from mapping.formats import FORMATS, FileFormat
from mapping.formats.writing import parts
from mapping.query import Query

MEASURED = 500  # records: of more, so many are written and the rest is reckoned
REMEMBERED = 2000
_known: dict[tuple[Query, str, str], tuple[int | None, bool]] = {}


def size_of(cursor: CursorWrapper, query: Query, suffix: str, seen: str, count: int) -> tuple[int | None, bool]:
    """The bytes of a layer in a format, and whether that is measured or reckoned from its first records.

    `seen` is the version of the data that the cursor sees: the answer is remembered for it. None while there is no room
    to make files.
    """
    known = _known.get((query, suffix, seen))
    if known is None:
        try:
            known = measured(cursor, query, suffix, seen, count)
        except Problem:
            return None, False
        if len(_known) >= REMEMBERED:
            _known.clear()
        _known[query, suffix, seen] = known
    return known


def measured(cursor: CursorWrapper, query: Query, suffix: str, seen: str, count: int) -> tuple[int, bool]:
    if count <= MEASURED:
        return weight(cursor, query, suffix, seen), True
    half = MEASURED // 2
    some, less = (weight(cursor, replace(query, limit=limit), suffix, seen) for limit in (MEASURED, half))
    return round(some + max(some - less, 0) / (MEASURED - half) * (count - MEASURED)), False


def weight(cursor: CursorWrapper, query: Query, suffix: str, seen: str) -> int:
    form = FORMATS[suffix]
    if isinstance(form, FileFormat):
        with built(cursor, query, form) as file:
            return file.seek(0, 2)
    return sum(map(len, parts(cursor, query, form, seen)))
