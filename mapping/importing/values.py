"""From what stands in a column to what a field stores. What cannot be used is said, never guessed."""

import datetime
import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Field as ModelField

from mapping.importing.columns import as_text
from mapping.importing.rejection import Rejected
from mapping.importing.targets import Field

Notes = list[tuple[str, dict[str, Any]]]

DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
MONTH = re.compile(r"(\d{4})-(\d{2})|(\d{1,2})/(\d{4})")
YEAR = re.compile(r"(1[5-9]|20|21)\d{2}")
WHOLE = re.compile(r"(\d{1,3}(?:[. ']\d{3})+|\d+)(?:[.,]\d+)?(?:\s*(?:m²|mq|m2))?", re.I)
WHOLE_LIMIT = 2_147_483_647


def convert(field: Field, model_field: ModelField, column: str, value: Any, notes: Notes) -> Any:
    """The value to store; an empty one, and a note, when what the column holds cannot be used. Raises Rejected."""
    text = as_text(value)
    empty: Any = [] if field.kind == "list" else None if model_field.null else ""
    if not text:
        return model_field.get_default() if model_field.has_default() else empty
    if field.kind == "text":
        return _text(model_field, column, text, notes)
    if field.kind == "choice":
        return _choice(field, model_field, column, text, notes)
    if field.kind == "list":
        known = isinstance(model_field, ArrayField) and model_field.base_field.choices
        return _known(_list(text), known, column, notes) if known else _list(text)
    found = READERS[field.kind](column, text, notes)
    if found is None:
        notes.append(("value-unreadable", {"column": column, "value": text[:80]}))
        return empty
    if field.kind in {"url", "email"}:
        return _text(model_field, column, found, notes)
    return found


def _list(text: str) -> list[str]:
    """A list as JSON, which is how we write one, or with semicolons, bars, lines or commas between."""
    if text.startswith("["):
        try:
            return [part for part in json.loads(text) if isinstance(part, str)]
        except (ValueError, RecursionError):
            pass
    return [part.strip() for part in re.split(r"[;|\n]|, ", text) if part.strip()]


def _known(parts: list[str], choices: list[tuple[str, Any]], column: str, notes: Notes) -> list[str]:
    """Of a list those that the vocabulary has, by their code or their word, in its order; a note for the others."""
    told = {said.casefold(): value for value, label in choices for said in (value, str(label))}
    if strange := [part for part in parts if part.casefold() not in told]:
        notes.append(("value-unknown", {"column": column, "value": ", ".join(strange)[:80]}))
    chosen = {told.get(part.casefold()) for part in parts}
    return [value for value, _label in choices if value in chosen]


def _text(model_field: ModelField, column: str, text: str, notes: Notes) -> str:
    limit = model_field.max_length
    if limit and len(text) > limit:
        notes.append(("text-cut", {"column": column, "limit": limit}))
        return text[:limit].rstrip()
    return text


def _choice(field: Field, model_field: ModelField, column: str, text: str, notes: Notes) -> Any:
    wanted = re.sub(r"\s+", " ", text).casefold()
    for value, label in model_field.choices or []:
        if wanted in {str(value).casefold(), str(label).casefold()}:
            return value
    for written, value in field.values.items():
        beginning = written.casefold()
        if wanted == beginning or (beginning.endswith("*") and wanted.startswith(beginning[:-1])):
            return str(value)
    if field.strict:
        raise Rejected("value-not-known", column=column, value=text[:80])
    notes.append(("value-unknown", {"column": column, "value": text[:80]}))
    return model_field.get_default()


def _date(column: str, text: str, notes: Notes) -> datetime.date | None:
    """ISO, day first as in Italy, a month or a year; what is less than a day is said."""
    try:
        if match := ISO.fullmatch(text):
            return datetime.date(int(match[1]), int(match[2]), int(match[3]))
        if match := DAY_FIRST.fullmatch(text):
            return datetime.date(int(match[3]), int(match[2]), int(match[1]))
        if match := MONTH.fullmatch(text):
            found = datetime.date(int(match[1] or match[4]), int(match[2] or match[3]), 1)
        elif YEAR.fullmatch(text):
            found = datetime.date(int(text), 1, 1)
        else:
            return None
    except ValueError:
        return None
    notes.append(("date-completed", {"column": column, "value": text}))
    return found


def _integer(column: str, text: str, notes: Notes) -> int | None:
    """A whole number, thousands separated as in Italy or not at all; decimals are cut."""
    match = WHOLE.fullmatch(text)
    number = int(re.sub(r"\D", "", match[1])) if match else None
    return number if number is not None and number <= WHOLE_LIMIT else None


def _url(column: str, text: str, notes: Notes) -> str | None:
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "." not in parts.hostname or " " in text:
        return None
    return parts.geturl()


def _email(column: str, text: str, notes: Notes) -> str | None:
    try:
        validate_email(text)
    except ValidationError:
        return None
    return text


READERS = {"date": _date, "integer": _integer, "url": _url, "email": _email}
