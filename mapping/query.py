"""From the parameters of an address to one validated Query, or a clear 400. Map, list, counts, tiles and every
format take this road."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import QueryDict

from mapping.errors import Problem, bad
from mapping.lists import has_any
from mapping.registry import Attribute, Layer
from mapping.where import (
    NUMBER,
    Area,
    BBox,
    Ring,
    parse_area,
    parse_bbox,
    parse_near,
    reaches,
    say_corners,
    say_numbers,
    touches,
    within,
)
from neighbourhoods.models import City

SCALARS = ("city", "bbox", "near", "area", "datetime", "q", "limit", "cursor", "crs", "zoom")
LONGEST_SEARCH = 200
MOST_LIMIT = 10**9


def unknown_parameters(names: list[str]) -> Problem:
    errors = [{"parameter": name[:100], "detail": "not known here"} for name in names[:20]]
    return Problem("unknown-parameter", f"Not known here: {', '.join(names)[:300]}.", errors)


@dataclass(frozen=True)
class Query:
    """What is asked of one layer. `bbox` is (west, south, east, north) in CRS84; west > east crosses 180°."""

    layer: Layer
    city: str = ""
    bbox: BBox | None = None
    time: tuple[date | None, date | None] | None = None
    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int | None = None
    after: int | None = None
    crs: str = "CRS84"
    zoom: int | None = None
    near: Ring | None = None
    area: Area | None = None

    @classmethod
    def parse(cls, layer: Layer, params: QueryDict, allow: tuple[str, ...] = SCALARS) -> "Query":
        """Reads the parameters that are allowed here; raises Problem (400) for anything else."""
        unknown = [name for name in params if name not in allow and name not in layer.filters]
        if unknown:
            raise unknown_parameters(unknown)
        values = {}
        for name in allow:
            given = params.getlist(name)
            if len(given) > 1:
                raise bad(name, "may be given once only")
            if given and (given[0] != "" or name in {"bbox", "near", "area", "limit", "cursor", "datetime"}):
                values[name] = given[0]
        return cls(layer, filters=cls._filters(layer, params), **cls._scalars(layer, values))

    @staticmethod
    def _scalars(layer: Layer, values: dict[str, str]) -> dict[str, Any]:
        readers = {
            "bbox": ("bbox", parse_bbox),
            "near": ("near", parse_near),
            "area": ("area", parse_area),
            "datetime": ("time", parse_datetime),
            "limit": ("limit", parse_limit),
            "zoom": ("zoom", parse_zoom),
            "q": ("q", parse_search),
            "city": ("city", parse_city),
            "cursor": ("after", lambda text: parse_cursor(layer.slug, text)),
            "crs": ("crs", parse_crs),
        }
        return {readers[name][0]: readers[name][1](text) for name, text in values.items()}

    @staticmethod
    def _filters(layer: Layer, params: QueryDict, known: dict | None = None) -> dict[str, tuple[str, ...]]:
        found = {}
        for name, attribute in (layer.filters if known is None else known).items():
            values = sorted({value for value in params.getlist(name) if value != ""})
            if len(values) > 100:
                raise bad(name, "has more than 100 values")
            for value in values:
                check_value(attribute, value)
            if values:
                found[name] = tuple(values)
        return found

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.address("", self.after))

    def rows(self, among: QuerySet | None = None, city: City | None = None) -> QuerySet:
        """The public records that match, all of them, in no particular order; or those `among` some rows. Who has
        looked the `city` of the query up says it, so that nothing is joined to compare its name."""
        rows = self.layer.queryset() if among is None else among
        if city is not None:
            rows = rows.filter(city=city)
        elif self.city:
            rows = rows.filter(city__slug=self.city)
        if self.time is not None and self.layer.temporal:
            rows = rows.filter(during(self.layer, *self.time))
        elif self.time is None and self.layer.current is not None:
            rows = rows.filter(self.layer.current)
        for name, values in self.filters.items():
            attribute = self.layer.attribute(name)
            if attribute.type == "array":
                rows = rows.filter(has_any(attribute.path, values))
                continue
            rows = rows.filter(**{f"{attribute.path}__in": [to_python(attribute, value) for value in values]})
        if self.bbox is not None:
            rows = rows.filter(within(self.layer.geometry, self.bbox))
        if self.near is not None:
            rows = rows.filter(reaches(self.layer.geometry, self.near))
        if self.area is not None:
            rows = rows.filter(touches(self.layer.geometry, self.area))
        for word in self.q.split():
            rows = rows.filter(mentions(self.layer, word))
        return rows

    def page(self, among: QuerySet | None = None) -> QuerySet:
        """The matching records after the cursor, by primary key.

        Looks the city up (one statement): PostgreSQL knows how many records a city's key has, not how many its name
        has, and would read a large city's records to find those of a small one.
        """
        city = City.objects.using("public").filter(slug=self.city).first() if self.city else None
        rows = self.rows(among, city).order_by("pk")
        return rows if self.after is None else rows.filter(pk__gt=self.after)

    def params(self) -> dict[str, list[str]]:
        """The canonical parameters that say this query, without the cursor."""
        said: dict[str, list[str]] = {"city": [self.city]} if self.city else {}
        if self.bbox is not None:
            said["bbox"] = [say_numbers(self.bbox)]
        said |= {"near": [say_numbers(self.near)]} if self.near is not None else {}
        said |= {"area": [say_corners(self.area)]} if self.area is not None else {}
        if self.time is not None:
            said["datetime"] = ["/".join(day.isoformat() if day else ".." for day in self.time)]
        said |= {"q": [self.q]} if self.q else {}
        said |= {name: list(values) for name, values in self.filters.items()}
        said |= {"crs": [self.crs]} if self.crs != "CRS84" else {}
        said |= {"zoom": [str(self.zoom)]} if self.zoom is not None else {}
        said |= {"limit": [str(self.limit)]} if self.limit is not None else {}
        return said

    def address(self, suffix: str, after: int | None = None) -> str:
        """The path and query string of this query's data in a format; `after` continues behind that record."""
        query = self._said
        if after is not None:
            query += ("&" if query else "") + urlencode({"cursor": make_cursor(self.layer.slug, after)}, safe=":")
        return f"/layers/{self.layer.slug}.{suffix}" + (f"?{query}" if query else "")

    @cached_property
    def _said(self) -> str:
        return urlencode(self.params(), doseq=True, safe=",/:")

    def without(self, *names: str) -> "Query":
        """The same query, less these parts."""
        empty = {"filters": {}, "q": "", "city": "", "crs": "CRS84"}
        return replace(self, **{name: empty.get(name) for name in names})


def parse_limit(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]*", text, re.ASCII):
        raise bad("limit", "must be a whole number, 1 or more")
    return min(int(text.lstrip("0")[:18]), MOST_LIMIT)


def parse_zoom(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text, re.ASCII) or int(text) > 22:
        raise bad("zoom", "must be a whole number from 0 to 22")
    return int(text)


def parse_search(text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        raise bad("q", f"must be at most {LONGEST_SEARCH} characters")
    return " ".join(text.split())


def parse_city(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,50}", text):
        raise bad("city", "must be the short name of a city, for example torino")
    return text


def parse_crs(text: str) -> str:
    if not re.fullmatch(r"CRS84|EPSG:[1-9][0-9]{3,5}", text, re.ASCII):
        raise bad("crs", "must be CRS84 or EPSG:n as listed in /layers.json")
    return text


def parse_moment(text: str) -> date | None:
    if text in {"", ".."}:
        return None
    try:
        plain = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)
        return date.fromisoformat(text) if plain else read_instant(text).astimezone(UTC).date()
    except (ValueError, OverflowError):
        raise bad("datetime", "must be a date-time (RFC 3339), a date, or an interval such as 2018-01-01/..") from None


def parse_datetime(text: str) -> tuple[date | None, date | None]:
    """An instant or an interval (RFC 3339, `..` or nothing for an open end) as first and last day."""
    ends = text.split("/")
    if len(ends) > 2 or text in {"", "..", "../..", "/", "../", "/.."}:
        raise bad("datetime", "must be an instant, or an interval with at least one end")
    first, last = (parse_moment(ends[0]), parse_moment(ends[-1]))
    if first and last and first > last:
        raise bad("datetime", "ends before it begins")
    return first, last


def make_cursor(slug: str, after: int) -> str:
    return Signer(salt=f"cursor:{slug}").sign(str(after))


def parse_cursor(slug: str, text: str) -> int:
    try:
        return int(Signer(salt=f"cursor:{slug}").unsign(text))
    except (BadSignature, ValueError):
        raise bad("cursor", "is not one of ours; follow the `next` link") from None


def check_value(attribute: Attribute, value: str) -> None:
    """Refuses a value that the attribute can never have."""
    if attribute.choices and value not in attribute.choices.values:
        raise bad(attribute.name, f"must be one of {', '.join(str(v) for v in attribute.choices.values)}")
    if attribute.type == "boolean" and value not in {"true", "false"}:
        raise bad(attribute.name, "must be true or false")
    if attribute.type == "integer" and not re.fullmatch(r"-?[0-9]{1,18}", value, re.ASCII):
        raise bad(attribute.name, "must be a whole number")
    if attribute.type == "number" and not (NUMBER.fullmatch(value) and math.isfinite(float(value))):
        raise bad(attribute.name, "must be a number")
    if attribute.type in {"date", "date-time"}:
        try:
            to_python(attribute, value)
        except ValueError:
            example = "a date, for example 2026-03-31" + ("" if attribute.type == "date" else "T12:00:00Z")
            raise bad(attribute.name, f"must be {example}") from None


def to_python(attribute: Attribute, value: str) -> Any:
    """A checked filter value as the database wants it."""
    readers = {"boolean": lambda text: text == "true", "integer": int, "number": float, "date": date.fromisoformat}
    return (readers | {"date-time": read_instant}).get(attribute.type, str)(value)


def read_instant(text: str) -> datetime:
    """A moment with its offset from UTC; ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def during(layer: Layer, first: date | None, last: date | None) -> Q:
    """Records whose time touches the interval; a missing end of theirs is open, no time at all always matches."""
    start, end = layer.temporal or ("", "")
    condition = Q()
    if last is not None:
        condition &= Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": last})
    if first is not None:
        still = "gt" if layer.until else "gte"
        condition &= Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__{still}": first})
    return condition


def mentions(layer: Layer, word: str) -> Q:
    """Records where a searched attribute holds the word, whatever its accents and case."""
    condition = Q(pk__in=[])
    for attribute in layer.searched:
        condition |= Q(**{f"{attribute.path}__unaccent__icontains": word})
    return condition
