"""CSV for spreadsheets: UTF-8 with a byte order mark, comma, CRLF, the geometry as WKT; no cell is a formula."""

import re

from django.utils.translation import gettext_lazy as _

from mapping.formats.base import Format
from mapping.formats.rows import DIGITS, names
from mapping.query import Query

BOM = b"\xef\xbb\xbf"
PLAIN = {"integer", "number", "boolean", "date"}
# As `mc_csv` of mapping/migrations/0004_csv_blanks.py, for the formats whose cells are not written by PostgreSQL.
BLANK = "[\x01-\x20\x7f\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
FORMULA = re.compile(rf"'*{BLANK}*[=+\-@＝＋－＠]|'*[\t\r\n]")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what looks like one gets an apostrophe in front."""
    return f"'{text}" if FORMULA.match(text) else text


def geometry(query: Query) -> str:
    """SQL of the geometry as WKT in the asked CRS, x before y: degrees to six decimals, metres to three."""
    if query.crs == "CRS84":
        return f"ST_AsText(t.g, {DIGITS})"
    return f"ST_AsText(ST_Transform(t.g, {int(query.crs.removeprefix('EPSG:'))}), 3)"


def cell(kind: str, column: str) -> str:
    """SQL of one value as text: numbers and dates as they are, moments as RFC 3339, all else quoted."""
    if kind == "date-time":
        return f"trim('\"' FROM to_json({column})::text)"
    return f"{column}::text" if kind in PLAIN else f"mc_csv({column}::text)"


def row(query: Query) -> str:
    """SQL of one line. Texts go through `mc_csv`, which quotes and makes formulas inert."""
    types = [*(attribute.type for attribute in query.layer.published), "uri"]
    cells = [cell(kind, f"t.c{number}") for number, kind in enumerate(types)]
    listed = ", ".join(f"coalesce({cell}, '')" for cell in ["mc_csv(t.uid)", *cells, f"mc_csv({geometry(query)})"])
    return f"concat_ws(',', {listed}) || E'\\r\\n'"


def header(query: Query) -> bytes:
    titles = ["id", *names(query.layer), "WKT"]
    return BOM + ",".join(titles).encode() + b"\r\n"


CSV = Format(
    suffix="csv",
    title=_("CSV, for a spreadsheet"),
    media_type="text/csv; charset=utf-8",
    row=row,
    start=header,
    end=lambda query, sums, total: b"",
    any_crs=True,
    download=True,
    losses=_(
        "A text that looks like a formula gets an apostrophe in front. An empty text and a missing value look the "
        "same. Coordinates to six decimals of a degree, or to the millimetre."
    ),
    driver="CSV",
)
