"""A sheet as data: JSON as it is frozen in an edition, and the same rows as CSV and Excel."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import translation

from commons.desk.funnel import plain as inert
from commons.figures.comparing import Comparison
from commons.figures.computing import ALL
from commons.figures.saying import amount, part_label, stated
from commons.figures.sheets import Entry, Line, Sheet
from commons.figures.verdicts import Kind

COLUMNS = (
    "indicator", "name", "part", "year", "kind", "value", "unit", "few_persons", "qualifier", "as_of", "source",
    "locator", "note", "computed", "verdict", "reason",
)  # fmt: skip

SAID = ("value", "unit", "qualifier", "as_of", "source", "locator", "note", "computed", "verdict", "reason")


def both(words: Any) -> dict[str, str]:
    """A text in every language of the site."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = str(words() if callable(words) else words)
    return found


def number(value: Decimal | None) -> int | float | None:
    """A number as JSON writes it."""
    if value is None:
        return None
    rounded = round(Decimal(value), 4)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def data_of(sheet: Sheet, scope: str, name: str) -> dict[str, Any]:
    """The whole sheet, in the order in which it is written. Few persons are null with `few_persons` true."""
    return {
        "scope": scope,
        "name": name,
        "until": sheet.until.isoformat(),
        "years": sheet.years,
        "indicators": [indicator(one, sheet.years) for one in sheet.entries],
    }


def indicator(entry: Entry, years: list[int]) -> dict[str, Any]:
    """One figure with its numbers and what was published of it."""
    return {
        "indicator": entry.indicator.slug,
        "name": both(entry.indicator.name),
        "unit": entry.indicator.unit,
        "formula": both(entry.indicator.formula),
        "records": entry.records,
        "totals_without_records": entry.totals,
        "values": [value for one in entry.lines for value in values(one, years)],
        "published": [publication(one) for one in entry.comparisons],
    }


def values(line: Line, years: list[int]) -> Iterator[dict[str, Any]]:
    """The numbers of a line: each year, without a year, in all (year null and `total` true)."""
    part = "" if line.part == ALL else line.part
    told = [(year, one, False) for year, one in zip(years, line.years, strict=False)]
    told += [(None, line.undated, False)] if line.undated else []
    for year, one, total in [*told, (None, line.total, True)]:
        yield {"part": part, "year": year, "total": total, "value": number(one.value), "few_persons": one.few}


def publication(one: Comparison) -> dict[str, Any]:
    """A published figure beside the computed one."""
    figure = one.figure
    return {
        "value": number(figure.value), "unit": figure.unit, "part": figure.part, "qualifier": figure.qualifier,
        "from": figure.first and figure.first.isoformat(), "until": figure.last.isoformat(),
        "as_of": figure.as_of.isoformat(), "breakdown": figure.breakdown, "note": figure.note,
        "source": figure.source, "locator": figure.locator, "website": figure.website,
        "source_date": figure.dated and figure.dated.isoformat(), "counted_until": one.until.isoformat(),
        "computed": number(one.value), "verdict": one.verdict.kind.value, "reason": one.verdict.reason,
    }  # fmt: skip


def as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def digest(data: dict[str, Any]) -> str:
    """The hash of the canonical JSON: sorted keys, no blanks."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def rows(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same as a table: one row for each computed number, one for each published."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    for one in data["indicators"]:
        known = {"indicator": one["indicator"], "name": one["name"].get(language, ""), "unit": one["unit"]}
        for value in one["values"]:
            said = {"part": part_label(value["part"]), "value": value["value"], "few_persons": value["few_persons"]}
            yield known | said | {"year": value["year"], "kind": "total" if value["total"] else "computed"}
        for said in one["published"]:
            names = (
                "value",
                "unit",
                "qualifier",
                "as_of",
                "source",
                "locator",
                "note",
                "computed",
                "verdict",
                "reason",
            )
            yield known | {name: said[name] for name in names} | {
                "kind": "published", "part": part_label(said["part"]), "year": int(said["as_of"][:4]),
            }  # fmt: skip


def as_csv(data: dict[str, Any]) -> str:
    """Comma-separated, with a mark for spreadsheets; no cell begins like a formula."""
    out = io.StringIO()
    write = csv.DictWriter(out, COLUMNS, restval="")
    write.writeheader()
    for row in rows(data):
        write.writerow({name: inert(value) if isinstance(value, str) else value for name, value in row.items()})
    return "\ufeff" + out.getvalue()


def as_excel(data: dict[str, Any]) -> bytes:
    """One sheet of rows; numbers are numbers, and no text is a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet("figures")
        page.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        page.freeze_panes(1, 0)
        for number_of_row, row in enumerate(rows(data), start=1):
            for column, name in enumerate(COLUMNS):
                value = row.get(name)
                if isinstance(value, bool):
                    page.write_boolean(number_of_row, column, value)
                elif isinstance(value, int | float):
                    page.write_number(number_of_row, column, value)
                elif value:
                    page.write_string(number_of_row, column, inert(str(value)))
    return out.getvalue()


def lines_of(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A frozen sheet as it is read: each figure's number in all, and what was published beside it."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    for one in data["indicators"]:
        whole = next((value for value in one["values"] if value["total"] and not value["part"]), None)
        known = whole is not None and whole["value"] is not None
        yield {
            "name": one["name"].get(language, one["indicator"]),
            "total": amount(Decimal(str(whole["value"])), one["unit"]) if known else "–",
            "published": [
                {
                    "value": stated(Decimal(str(said["value"])), said["unit"], said["qualifier"]),
                    "kind": said["verdict"], "label": Kind(said["verdict"]).label, "source": said["source"],
                }
                for said in one["published"]
            ],
        }  # fmt: skip
