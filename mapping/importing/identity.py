"""Who is who: the identifier of every row, so that importing again changes nothing and doubles nothing."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from mapping.importing.child import Reading, Record
from mapping.importing.columns import as_text, filled_once, identifier_columns
from mapping.importing.messages import ImportRefused
from mapping.importing.targets import Target
from neighbourhoods.models import City

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
FEATURE_ID, NAME, CONTENT = "feature-id", "name", "content-hash"
ID_LENGTH = 200


@dataclass(frozen=True)
class Identity:
    """`rule` is `column:NAME`, `feature-id`, `name` or `content-hash`; `of` gives a row's identifier, "" for none.

    `own` is true when the identifiers are uids of records we published ourselves.
    """

    rule: str
    of: Callable[[Record], str]
    own: bool = False


def choose(
    reading: Reading, target: Target, mapping: dict[str, str], said: str | None, remembered: str | None, city: City
) -> Identity:
    """The first rule that fits: what was said, our own uids, the code of a territory, what was used the last time, a
    column made for it, the feature's id, a unique name, else a hash of the content."""
    rows = [record for record in reading.records if not record.rejected]
    if said:
        if said not in reading.fields:
            raise ImportRefused("column-unknown", column=said, columns=", ".join(reading.fields[:60]))
        return by_column(said)
    own = _own_uids(reading, rows, target, city)
    if own:
        return own
    if target.role and "code" in mapping:
        return by_column(mapping["code"])
    if remembered:
        known = _by_rule(remembered, reading, mapping)
        if known:
            return known
    for column in identifier_columns(reading.fields, rows):
        return by_column(column)
    if rows and all(record.id for record in rows):
        return _by_rule(FEATURE_ID, reading, mapping)
    if "name" in mapping and filled_once(mapping["name"], rows):
        return _by_rule(NAME, reading, mapping)
    return _by_rule(CONTENT, reading, mapping)


def by_column(column: str) -> Identity:
    """What stands in this column, as an identifier is written."""
    return Identity(f"column:{column}", lambda record: as_text(record.properties.get(column))[:ID_LENGTH])


def _by_rule(rule: str, reading: Reading, mapping: dict[str, str]) -> Identity | None:
    if rule == FEATURE_ID:
        return Identity(rule, lambda record: as_text(record.id)[:ID_LENGTH])
    if rule == NAME and "name" in mapping:
        return Identity(rule, lambda record: as_text(record.properties.get(mapping["name"]))[:ID_LENGTH])
    if rule == CONTENT:
        return Identity(rule, content_hash)
    column = rule.removeprefix("column:")
    return by_column(column) if column != rule and column in reading.fields else None


def content_hash(record: Record) -> str:
    """A short fingerprint of everything that stands in a row, its geometry included."""
    content = json.dumps(record.properties, sort_keys=True, ensure_ascii=True, default=str).encode()
    return hashlib.sha256(content + b"\n" + (record.wkb or b"")).hexdigest()[:32]


def _own_uids(reading: Reading, rows: list[Record], target: Target, city: City) -> Identity | None:
    """Our own exports come back: their feature ids, or a column of theirs, are uids of this layer in this city."""
    rules = [FEATURE_ID, *(f"column:{column}" for column in reading.fields if column.casefold() in {"id", "uid"})]
    for rule in rules:
        found = _by_rule(rule, reading, {})
        values = [value for record in rows if found and UID.fullmatch(value := found.of(record))]
        if values and target.model.objects.filter(city=city, uid__in=values).exists():
            return _own(found, target)
    return None


def _own(rule: Identity, target: Target) -> Identity:
    return Identity(rule.rule, lambda record: rule.of(record) or _key_of_new(record, target), own=True)


def _key_of_new(record: Record, target: Target) -> str:
    """The identifier of a row that somebody added to an export of ours: the code of a territory, else its content."""
    return as_text(record.properties.get("code")) if target.role else content_hash(record)
