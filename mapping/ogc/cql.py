"""From the text or JSON of a CQL2 filter to one condition on a layer's records.

The library reads; what it read is walked here over an allow-list, so no text of a client ever becomes SQL. NULL is
what it is in SQL: a comparison with nothing is neither true nor false, nor is its opposite.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import cql2
from django.db.models import BooleanField, Expression, Func, Q
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual, Lookup

from mapping.ogc import arrays, places, times
from mapping.ogc.clauses import Clauses
from mapping.ogc.values import Operand, Reader
from mapping.query import bad
from mapping.registry import Layer

LONGEST = 4000
LANGUAGES = ("cql2-text", "cql2-json")
COMPARISONS: dict[str, type[Lookup]] = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}


class Like(Func):
    """LIKE with the wildcards % and _ and the escape \\, as both CQL2 and PostgreSQL have it."""

    template, arg_joiner = "(%(expressions)s)", " LIKE "
    output_field = BooleanField()


def parse(text: str, language: str) -> Any:
    """The filter as plain values; Problem (400) for what is no CQL2, or more than anybody needs."""
    if len(text) > LONGEST:
        raise bad("filter", f"must be at most {LONGEST} characters")
    if language == "cql2-json":
        found = read(text, language, cql2.parse_json)
    else:
        if re.search(r"(-\s*){20}", text):  # the library calls itself for each
            raise bad("filter", "has too many signs in a row")
        found = put_together(Clauses(text.replace("\\'", "''")).read())  # the library knows only '' inside a text
    if "\\u0000" in json.dumps(found):
        raise bad("filter", "holds a NUL character")
    return found


def put_together(clauses: Any) -> Any:
    """Clauses with each text read by the library."""
    if isinstance(clauses, str):
        return read(clauses, "cql2-text", cql2.parse_text)
    return clauses | {"args": [put_together(one) for one in clauses["args"]]}


def read(text: str, language: str, parse: Callable[[str], cql2.Expr]) -> Any:
    try:
        return parse(text).to_json()
    except (cql2.ParseError, ValueError, RecursionError) as error:
        raise bad("filter", f"is not {language}: {' '.join(str(error).split())[:300]}") from None


def condition(layer: Layer, text: str, language: str, crs: str) -> Q:
    """What a filter says of a layer's records; shapes in it are in this CRS. Problem (400) when it cannot be."""
    return Walker(Reader(layer, crs)).truth(parse(text, language))


class Walker:
    """Walks what the parser read: every node is on the list here, or refused."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def truth(self, node: Any) -> Q:
        """A node that is true or false."""
        if isinstance(node, bool):
            return Q() if node else Q(pk__in=[])
        if not isinstance(node, dict):
            raise bad("filter", "must be true or false, not a value")
        if "property" in node:
            return Q(Exact(*self.pair(node, True)))
        name, arguments = str(node.get("op", "")), node.get("args")
        if not isinstance(arguments, list):
            raise bad("filter", "holds something that is neither a comparison nor a function")
        return self.operation(name.lower(), arguments)

    def operation(self, name: str, arguments: list[Any]) -> Q:
        match name:
            case "and" | "or":
                return self.combined(name, arguments)
            case "not":
                return ~self.truth(*self.exactly(name, 1, arguments))
            case "<>":
                return ~Q(Exact(*self.pair(*self.exactly(name, 2, arguments))))
            case "isnull":
                return Q(IsNull(self.reader.anything(*self.exactly(name, 1, arguments)), True))
        if name in COMPARISONS:
            return Q(COMPARISONS[name](*self.pair(*self.exactly(name, 2, arguments))))
        for known, function in FUNCTIONS:
            if name in known:
                return Q(function(self, name, arguments))
        raise bad("filter", f"{name[:50]}: there is no such operator or function here")

    def combined(self, name: str, arguments: list[Any]) -> Q:
        if not arguments:
            raise bad("filter", f"{name} needs something to join")
        truths = [self.truth(one) for one in arguments]
        whole = truths[0]
        for one in truths[1:]:
            whole = whole & one if name == "and" else whole | one
        return whole

    def exactly(self, name: str, count: int, arguments: list[Any]) -> list[Any]:
        if len(arguments) != count:
            raise bad("filter", f"{name} needs {count} {'value' if count == 1 else 'values'}")
        return arguments

    def pair(self, one: Any, other: Any) -> tuple[Expression, Expression]:
        """Two values that can be compared with each other."""
        first, second = self.reader.scalar(one), self.reader.scalar(other)
        self.alike(first, second)
        return first.expression, second.expression

    def alike(self, first: Operand, *others: Operand) -> None:
        for other in others:
            if first.kind != other.kind:
                raise bad("filter", f"{first.said} is {first.kind}, {other.said} is {other.kind}")

    def like(self, name: str, arguments: list[Any]) -> Expression:
        value, pattern = (self.reader.scalar(one) for one in self.exactly(name, 2, arguments))
        self.alike(value, pattern)
        if value.kind != "a text" or pattern.text is None:
            raise bad("filter", "like compares a text with a pattern in quotes")
        if len(pattern.text) - len(pattern.text.rstrip("\\")) & 1:
            raise bad("filter", "a pattern cannot end with a single \\")
        return Like(value.expression, pattern.expression)

    def between(self, name: str, arguments: list[Any]) -> Q:
        value, low, high = (self.reader.scalar(one) for one in self.exactly(name, 3, arguments))
        self.alike(value, low, high)
        return Q(GreaterThanOrEqual(value.expression, low.expression)) & Q(
            LessThanOrEqual(value.expression, high.expression)
        )

    def among(self, name: str, arguments: list[Any]) -> Q:
        value, listed = self.exactly(name, 2, arguments)
        if not isinstance(listed, list) or not 1 <= len(listed) <= 1000:
            raise bad("filter", "in needs a list of 1 to 1000 values")
        return self.combined("or", [{"op": "=", "args": [value, one]} for one in listed])

    def spatial(self, name: str, arguments: list[Any]) -> Expression:
        return places.predicate(self.reader, name, self.exactly(name, 2, arguments))

    def temporal(self, name: str, arguments: list[Any]) -> Q:
        return times.relation(self.reader, name, self.exactly(name, 2, arguments))

    def array(self, name: str, arguments: list[Any]) -> Expression:
        return arrays.relation(self.reader, name, self.exactly(name, 2, arguments))


Function = Callable[[Walker, str, list[Any]], Expression | Q]
FUNCTIONS: tuple[tuple[frozenset[str], Function], ...] = (
    (frozenset({"like"}), Walker.like),
    (frozenset({"between"}), Walker.between),
    (frozenset({"in"}), Walker.among),
    (frozenset(places.PREDICATES), Walker.spatial),
    (frozenset(times.RELATIONS), Walker.temporal),
    (frozenset(arrays.RELATIONS), Walker.array),
)
