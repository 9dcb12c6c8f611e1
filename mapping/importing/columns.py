"""Which column fills which field: what was said, else what was used the last time, else what the names suggest."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable

from mapping.importing.child import Reading, Record
from mapping.importing.messages import ImportRefused
from mapping.importing.targets import Target

IDENTIFIERS = re.compile(r"(id|uid|cod.*|num.*|.*code|.*_id)", re.I)
NEVER_IDENTIFIERS = {"objectid", "fid", "gid", "cartodb_id"}


def plain(name: str) -> str:
    """A column name without case, accents, spaces or signs: "Titolo proposta" → "titoloproposta"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", "", letters)


def guess(target: Target, columns: Iterable[str]) -> dict[str, str]:
    """Field → column by the names, each field's guesses in their order; a column is used once."""
    free = {column: plain(column) for column in columns}
    chosen: dict[str, str] = {}
    for exact in (True, False):
        for field in target.fields:
            patterns = [pattern for pattern in field.guesses if ("*" in pattern) is not exact]
            found = _first(patterns, free) if field.name not in chosen else None
            if found is not None:
                chosen[field.name] = found
                del free[found]
    return {field.name: chosen[field.name] for field in target.fields if field.name in chosen}


def _first(patterns: list[str], free: dict[str, str]) -> str | None:
    for pattern in patterns:
        for column, name in free.items():
            if fnmatch.fnmatchcase(name, pattern):
                return column
    return None


def resolve(
    target: Target, columns: list[str], said: dict[str, str], preset: dict[str, str], remembered: dict[str, str] | None
) -> dict[str, str]:
    """Field → column. What was said wins, then the preset of the source, then the last import, then the guess.

    An empty column in `said` (`--map name=`) leaves the field out. Raises ImportRefused for a name that is not there.
    """
    for field, column in said.items():
        if field not in target.field_names():
            raise ImportRefused("field-unknown", field=field, fields=", ".join(target.field_names()))
        if column and column not in columns:
            raise ImportRefused("column-unknown", column=column, columns=", ".join(columns[:60]))
    kept = {field: column for field, column in (remembered or {}).items() if column in columns}
    firm = kept | {field: column for field, column in preset.items() if column in columns} | said
    taken = set(firm.values())
    guessed = {} if remembered else guess(target, [column for column in columns if column not in taken])
    merged = {field: column for field, column in (guessed | firm).items() if column}
    return {name: merged[name] for name in target.field_names() if name in merged}


def samples(reading: Reading, rows: int = 200, values: int = 3) -> list[tuple[str, list[str]]]:
    """Each column with the first few different values that stand in it."""
    found = []
    for column in reading.fields:
        seen: dict[str, None] = {}
        for record in reading.records[:rows]:
            if text := as_text(record.properties.get(column)):
                seen.setdefault(text[:60])
            if len(seen) == values:
                break
        found.append((column, list(seen)))
    return found


def filled_once(column: str, records: list[Record]) -> bool:
    """Whether a column has a value in every row, and never twice the same."""
    values = [as_text(record.properties.get(column)) for record in records]
    return bool(values) and all(values) and len(set(values)) == len(values)


def identifier_columns(columns: list[str], records: list[Record]) -> list[str]:
    """Columns that are named and filled like identifiers, in the order of the file."""
    return [
        column
        for column in columns
        if IDENTIFIERS.fullmatch(column.strip())
        and column.strip().casefold() not in NEVER_IDENTIFIERS
        and filled_once(column, records)
    ]


def as_text(value: object) -> str:
    """A value as an identifier is written: 3.0 and 3 are the same, "01" stays "01", nothing is ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
