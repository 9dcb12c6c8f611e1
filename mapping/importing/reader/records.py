"""What the reader hands over: one source, its rows, and reasons in codes (the parent puts them into words)."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

Reason = tuple[str, dict[str, Any]]

MAX_COLUMNS = 1000
HEADER = ("driver", "encoding", "crs", "crs_from", "fields", "layers", "place_columns")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Refusal(Exception):
    """The whole file cannot be read. `code` and `params` choose and fill a sentence of `mapping.importing.messages`."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class BadRow(Exception):
    """One row cannot be read; the others can. Same words as `Refusal`."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass
class Row:
    """One record as it stands in the file. `number` counts from 1; `wkb` is in the file's own CRS, x before y."""

    number: int
    properties: dict[str, Any] = field(default_factory=dict)
    id: str | None = None
    wkb: bytes | None = None
    notes: list[Reason] = field(default_factory=list)
    rejected: Reason | None = None


@dataclass
class Source:
    """One layer of a file. `crs` is `EPSG:n`, `CRS84`, or None when the file does not say.

    `crs_from` is "file" or "columns". `place_columns` are those that became the geometry; they are no properties.
    `notices` are about the whole file.
    """

    driver: str
    rows: Iterator[Row]
    fields: list[str]
    encoding: str = "UTF-8"
    crs: str | None = None
    crs_from: str | None = None
    layers: list[str] = field(default_factory=list)
    place_columns: list[str] = field(default_factory=list)
    notices: list[Reason] = field(default_factory=list)


def clean_properties(properties: dict[str, Any], notes: list[Reason]) -> dict[str, Any]:
    """The same values without what no database stores: NUL, lone surrogates, infinite numbers; each cut is noted."""
    cleaned = {}
    for name, value in properties.items():
        if isinstance(value, float) and not math.isfinite(value):
            notes.append(("number-not-finite", {"column": name}))
            value = None
        elif isinstance(value, str) and _UNSTORABLE.search(value):
            notes.append(("text-cleaned", {"column": name}))
            value = _UNSTORABLE.sub("", value)
        elif isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False)
            if _UNSTORABLE.search(value):
                notes.append(("text-cleaned", {"column": name}))
                value = _UNSTORABLE.sub("", value)
        cleaned[name] = value
    return cleaned


def unique_names(names: list[str], notices: list[Reason]) -> list[str]:
    """Column names trimmed, never empty and never twice the same; `notices` says what had to be renamed."""
    if len(names) > MAX_COLUMNS:
        raise Refusal("too-many-columns", count=len(names), limit=MAX_COLUMNS)
    seen: set[str] = set()
    result = []
    for position, raw in enumerate(names, start=1):
        name = _UNSTORABLE.sub("", raw).strip()
        plain = name or f"column_{position}"
        unique, counter = plain, 2
        while unique in seen:
            unique, counter = f"{plain}_{counter}", counter + 1
        if unique != name:
            notices.append(("column-renamed", {"column": name, "position": position, "renamed": unique}))
        seen.add(unique)
        result.append(unique)
    return result


def write(source: Source, out: TextIO, sandbox: dict[str, str]) -> None:
    """The stream of JSON lines: a header, one line per row, and an end line whose counts prove that nothing is cut."""

    def line(content: dict[str, Any]) -> None:
        out.write(json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False) + "\n")

    header = {name: getattr(source, name) for name in HEADER}
    line({"header": header | {"sandbox": sandbox}})
    count = 0
    for row in source.rows:
        content: dict[str, Any] = {"row": row.number, "id": row.id, "properties": row.properties, "notes": row.notes}
        content["wkb"] = row.wkb.hex() if row.wkb is not None else None
        content["rejected"] = row.rejected
        line(content)
        count += 1
    line({"end": {"rows": count, "notices": source.notices}})
