"""Times in a filter: days, moments and intervals, and the relations of Allen between them.

Days are compared as days. Where a day meets a moment it is the whole of the day in UTC. An end `..` is open.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import DateField, DateTimeField, Expression, Func, Q
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from mapping.ogc.values import Operand, Reader
from mapping.query import bad

Span = tuple[Expression, Expression]


class FirstMoment(Func):
    """The first moment of a day in UTC."""

    template, output_field = "(%(expressions)s)::timestamp AT TIME ZONE 'UTC'", DateTimeField()


class LastMoment(Func):
    """The last moment of a day in UTC."""

    template = "((%(expressions)s) + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 microsecond'"
    output_field = DateTimeField()


class Ever(Func):
    """The beginning or the end of all time."""


def relation(reader: Reader, name: str, arguments: list[Any]) -> Q:
    """A temporal function on two times."""
    spans = [ends(reader, one) for one in arguments]
    moments = any(one is not None and one.kind == "a moment" for span in spans for one in span)
    first, second = ((edge(span[0], 0, moments), edge(span[1], 1, moments)) for span in spans)
    return RELATIONS[name](first, second)


def ends(reader: Reader, node: Any) -> list[Operand | None]:
    """The first and the last of a time; None for an open end."""
    if not (isinstance(node, dict) and "interval" in node):
        return [time(reader, node)] * 2
    found = node["interval"]
    if not isinstance(found, list) or len(found) != 2:
        raise bad("filter", "an interval has two ends")
    return [None if one == ".." else time(reader, one) for one in found]


def time(reader: Reader, node: Any) -> Operand:
    """A day, a moment, or an attribute that is one."""
    if isinstance(node, str):
        node = {"date" if len(node) == 10 else "timestamp": node}
    found = reader.scalar(node)
    if found.kind not in {"a date", "a moment"}:
        raise bad("filter", f"{found.said} is {found.kind}, not a time")
    return found


def edge(time: Operand | None, which: int, moments: bool) -> Expression:
    """The first (0) or last (1) instant of a time, as a moment or as a day."""
    if time is None:
        kind, field = ("timestamptz", DateTimeField()) if moments else ("date", DateField())
        return Ever(template=f"'{('-infinity', 'infinity')[which]}'::{kind}", output_field=field)
    if moments and time.kind == "a date":
        return (FirstMoment, LastMoment)[which](time.expression)
    return time.expression


def both(*conditions: Any) -> Q:
    whole = Q(conditions[0])
    for one in conditions[1:]:
        whole &= Q(one)
    return whole


def before(a: Span, b: Span) -> Q:
    return both(LessThan(a[1], b[0]))


def touch(a: Span, b: Span) -> Q:
    return both(LessThanOrEqual(a[0], b[1]), GreaterThanOrEqual(a[1], b[0]))


def during(a: Span, b: Span) -> Q:
    return both(GreaterThan(a[0], b[0]), LessThan(a[1], b[1]))


def same(a: Span, b: Span) -> Q:
    return both(Exact(a[0], b[0]), Exact(a[1], b[1]))


def meets(a: Span, b: Span) -> Q:
    return both(Exact(a[1], b[0]))


def overlaps(a: Span, b: Span) -> Q:
    return both(LessThan(a[0], b[0]), GreaterThan(a[1], b[0]), LessThan(a[1], b[1]))


def starts(a: Span, b: Span) -> Q:
    return both(Exact(a[0], b[0]), LessThan(a[1], b[1]))


def finishes(a: Span, b: Span) -> Q:
    return both(Exact(a[1], b[1]), GreaterThan(a[0], b[0]))


def turned(relation: Callable[[Span, Span], Q]) -> Callable[[Span, Span], Q]:
    """The same relation seen from the other side."""
    return lambda a, b: relation(b, a)


RELATIONS: dict[str, Callable[[Span, Span], Q]] = {
    "t_before": before,
    "t_after": turned(before),
    "t_intersects": touch,
    "t_disjoint": lambda a, b: before(a, b) | before(b, a),
    "t_equals": same,
    "t_during": during,
    "t_contains": turned(during),
    "t_meets": meets,
    "t_metby": turned(meets),
    "t_overlaps": overlaps,
    "t_overlappedby": turned(overlaps),
    "t_starts": starts,
    "t_startedby": turned(starts),
    "t_finishes": finishes,
    "t_finishedby": turned(finishes),
}
