"""The values in a filter: attributes of the layer by their published names, literals, and texts made comparable."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import BooleanField, CharField, DateField, DateTimeField, Expression, F, FloatField, Func, Value
from django.db.models.functions import Lower, Replace

from mapping.ogc.queryables import GEOMETRY, queryables
from mapping.query import bad, read_instant
from mapping.registry import Layer

KINDS = {
    "string": "a text", "uri": "a text", "integer": "a number", "number": "a number", "boolean": "true or false",
    "date": "a date", "date-time": "a moment", "array": "a list",
}  # fmt: skip
# Where Unicode's full case folding differs from small letters, for the letters of Europe.
FOLDS = {"ß": "ss", "ŉ": "ʼn", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
SINGLE_FOLDS = ("ςſµẛ", "σsμṡ")


@dataclass(frozen=True)
class Operand:
    """One side of a comparison: its SQL, what kind of value it is, how to call it, and the text of a literal."""

    expression: Expression
    kind: str
    said: str
    text: str | None = None


class Translate(Func):
    function, output_field = "translate", CharField()


def folded(expression: Expression) -> Expression:
    """A text without the difference of capital and small letters."""
    said: Expression = Translate(Lower(expression), Value(SINGLE_FOLDS[0]), Value(SINGLE_FOLDS[1]))
    for letter, letters in FOLDS.items():
        said = Replace(said, Value(letter), Value(letters))
    return said


@dataclass(frozen=True)
class Reader:
    """Reads the values of a filter on one layer; shapes in it have coordinates in `crs`."""

    layer: Layer
    crs: str = "CRS84"

    def anything(self, node: Any) -> Expression:
        """An attribute or the place, for IS NULL."""
        if isinstance(node, dict) and node.get("property") == GEOMETRY:
            return F(self.layer.geometry)
        return self.attribute(node).expression

    def attribute(self, node: Any) -> Operand:
        """A published attribute; Problem (400) for a name that is not published."""
        name = node.get("property") if isinstance(node, dict) else None
        known = queryables(self.layer)
        if not isinstance(name, str) or name not in known:
            raise bad("filter", f"{str(name)[:100]}: is not one of {', '.join([GEOMETRY, *known])}")
        return Operand(F(known[name].path), KINDS[known[name].type], name)

    def scalar(self, node: Any) -> Operand:
        """An attribute or a literal that can be compared."""
        match node:
            case bool():
                return Operand(Value(node, BooleanField()), "true or false", str(node).lower())
            case int() | float():
                return number(node)
            case str():
                return Operand(Value(node, CharField()), "a text", f"'{node[:50]}'", node)
            case {"property": _}:
                found = self.attribute(node)
                if found.kind == "a list":
                    raise bad("filter", f"{found.said} is a list: ask with a_contains and its like")
                return found
            case {"date": str(text)}:
                return Operand(Value(day(text), DateField()), "a date", text[:50])
            case {"timestamp": str(text)}:
                return Operand(Value(moment(text), DateTimeField()), "a moment", text[:50])
            case {"op": str(name), "args": [argument]} if name.lower() in {"casei", "accenti"}:
                return self.alike(name.lower(), self.scalar(argument))
        raise bad("filter", "compares something that is neither an attribute nor a value")

    def alike(self, name: str, value: Operand) -> Operand:
        if value.kind != "a text":
            raise bad("filter", f"{name} is for texts: {value.said} is {value.kind}")
        made = folded(value.expression) if name == "casei" else Unaccent(value.expression)
        return Operand(made, value.kind, value.said, value.text)


def number(value: float) -> Operand:
    if not math.isfinite(value):
        raise bad("filter", "holds a number that is too large")
    return Operand(Value(float(value), FloatField()), "a number", f"{value:g}")


def day(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise bad("filter", f"{text[:50]}: a date looks like 2026-03-31")


def moment(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValueError:
        raise bad("filter", f"{text[:50]}: a moment looks like 2026-03-31T12:00:00Z") from None
