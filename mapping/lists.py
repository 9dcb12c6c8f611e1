"""Attributes that hold several values: a column of texts, or a JSON list. Both are asked as JSON, in one way."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, CharField, Expression, F, Func, JSONField, Q, Value

from mapping.registry import Attribute, Text


class AsJson(Func):
    """A list as JSON, whichever it is."""

    function, output_field = "to_jsonb", JSONField()


class HasAny(Func):
    """Whether a JSON list holds one of these texts at least."""

    function, output_field = "jsonb_exists_any", BooleanField()


def as_json(column: Expression) -> Expression:
    return AsJson(column)


def has_any(path: str, values: Iterable[str]) -> Q:
    """Records whose list at the end of a lookup path holds one of the values."""
    texts = Value(list(values), ArrayField(CharField()))
    return Q(HasAny(as_json(F(path)), texts))


def in_words(attribute: Attribute, value: Any) -> Text:
    """A value as people read it: the word of a choice, of each choice for a list."""
    words = dict(attribute.choices.choices) if attribute.choices else {}
    if isinstance(value, list):
        return ", ".join(str(words.get(one, one)) for one in value)
    return words.get(value, value)
