"""Lists in a filter: the array functions of CQL2 on the attributes that hold several texts."""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Expression, Func, JSONField, Q, Value

from mapping.lists import as_json
from mapping.ogc.values import Reader
from mapping.query import bad

MOST_VALUES = 1000


class Holds(Func):
    """Whether one JSON list holds every value of another."""

    template, arg_joiner = "(%(expressions)s)", " @> "
    output_field = BooleanField()


class Element(Func):
    """Whether a JSON list holds a text."""

    function, output_field = "jsonb_exists", BooleanField()


def relation(reader: Reader, name: str, arguments: list[Any]) -> Q:
    """An array function on an attribute and a list of texts, in either order."""
    swapped = isinstance(arguments[0], list)
    node, listed = reversed(arguments) if swapped else arguments
    attribute = reader.attribute(node)
    if attribute.kind != "a list":
        raise bad("filter", f"{attribute.said} is {attribute.kind}, not a list")
    if not isinstance(listed, list) or len(listed) > MOST_VALUES or not all(isinstance(one, str) for one in listed):
        raise bad("filter", f"{name} needs a list of texts")
    return RELATIONS[OTHER_WAY.get(name, name) if swapped else name](as_json(attribute.expression), listed)


def holds(column: Expression, listed: list[str]) -> Q:
    return Q(Holds(column, Value(listed, JSONField())))


def held(column: Expression, listed: list[str]) -> Q:
    return Q(Holds(Value(listed, JSONField()), column))


def overlaps(column: Expression, listed: list[str]) -> Q:
    found = Q(pk__in=[])
    for one in listed:
        found |= Q(Element(column, Value(one)))
    return found


RELATIONS: dict[str, Callable[[Expression, list[str]], Q]] = {
    "a_contains": holds,
    "a_containedby": held,
    "a_equals": lambda column, listed: holds(column, listed) & held(column, listed),
    "a_overlaps": overlaps,
}
OTHER_WAY = {"a_contains": "a_containedby", "a_containedby": "a_contains"}
