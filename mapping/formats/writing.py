"""From a Query and a Format to the bytes of an answer, all of one moment."""

from collections.abc import Iterator
from dataclasses import replace

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.utils import CursorWrapper

from mapping.formats import rows
from mapping.formats.base import Format, Sums
from mapping.query import Query
from mapping.sums import known

_seen: dict[tuple[Query, Format], str] = {}


def parts(cursor: CursorWrapper, query: Query, form: Format, seen: str) -> Iterator[bytes]:
    """The answer piece by piece, in the snapshot of the cursor, whose version is `seen`.

    Counts everything only when a page is asked for. An empty piece follows the first one of an answer that has many.
    """
    sums = Sums()
    first = rows.FIRST if may_be_long(query, form) else rows.CHUNK
    asked = query.limit is not None or query.after is not None
    total = rows.matched(cursor, query, seen) if asked else 0
    yield form.start(query)
    for number, (part, sums) in enumerate(rows.chunks(cursor, query, form, seen, first)):
        yield form.separator.encode() + part if number else part
        if not number and sums.returned == first < rows.CHUNK:
            yield b""
    if ending := form.end(query, sums, total if asked else sums.returned):
        yield ending
    if sums.returned < rows.CHUNK and (not asked or query.limit is not None):
        if len(_seen) >= rows.REMEMBERED:
            _seen.clear()
        _seen[replace(query, after=None), form] = seen


def may_be_long(query: Query, form: Format) -> bool:
    """Whether an answer may be too long for one piece: nothing says that it holds few records, nor did the last one."""
    return query.limit is None and query.bbox is None and not query.q and (query, form) not in _seen


def at_once(query: Query, form: Format) -> tuple[str, list[bytes]] | None:
    """The version and the whole answer, in parts, by one statement, which is a snapshot by itself.

    None when that cannot be said: the question is new, something changed since it was last asked, nothing can match
    any more, or there is more than one statement gives. Another page of a list that was asked for is no new question.
    """
    seen = None if query.after is not None and query.limit is None else _seen.get((replace(query, after=None), form))
    if seen is None or (query.limit or 0) >= rows.CHUNK:
        return None
    with connections["public"].cursor() as cursor:
        rows.text_as_bytes(cursor)
        try:
            now, body, count, last, *box = rows.ask_again(cursor, query, form, seen)
        except EmptyResultSet:
            return None
    total = count if query.limit is None else known(seen, "count", rows.whole_of(query))
    if now.decode() != seen or count == rows.CHUNK or total is None:
        return None
    sums = Sums(more=None if query.limit is None else count > query.limit)
    if count:
        sums.add(count if query.limit is None else min(count, query.limit), last, tuple(box))
    return seen, [form.start(query), body or b"", form.end(query, sums, total)]
