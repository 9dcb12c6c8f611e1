"""What search engines are told: the sitemap, derived from LAYERS, the cities and the pages for everybody, and which
addresses they need not ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, sitemap
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.models import Call
from mapping.layers import LAYERS
from neighbourhoods.models import City
from people.models import Organisation

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FIXED = ("home", "open-data", "glossary", "accessibility", "self-assessment", "privacy", "feedback")
OF_A_CITY = ("map", "city", "propose", "calls", "portal", "ideas", "events", "news", "manifesto")
# Only drawn under the others: pages of theirs are found from the map, and nobody searches the web for them.
DRAWN_ONLY = {"streets", "waters"}
# Views of the map by filter and box are without number; a page of every record is in the sitemap.
CLOSED = (
    "/admin/", "/account/", "/me/", "/messages/", "/api/", "/exports/", "/*/desk/", "/*/propose/*/", "/*/follow/",
    "/search.json", "/*/search.json", "/embed/", "/offline/", "/style/", "/*?",
)  # fmt: skip
OPEN = ("/map.svg?", "/map.png?", "/sitemap-*?p=")


class BothLanguages(Sequence):
    """The rows of a query, each once a language, read in parts: a city of a million records is never held at once."""

    def __init__(self, rows: QuerySet | Sequence) -> None:
        self.rows = rows

    def __len__(self) -> int:
        number = self.rows.count() if isinstance(self.rows, QuerySet) else len(self.rows)
        return number * len(LANGUAGES)

    def __getitem__(self, wanted: Any) -> list[tuple[Any, str]]:
        start, stop, _step = wanted.indices(len(self))
        return [
            (row, code) for row in self.rows[start // len(LANGUAGES) : stop // len(LANGUAGES)] for code in LANGUAGES
        ]


class Pages(Sitemap):
    """Addresses in both languages, each naming the other; `limit` of them in a file (the standard allows 50,000)."""

    i18n = alternates = x_default = True
    limit = 20_000  # even: a record's two addresses stand in one file

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def _items(self) -> Sequence:
        return BothLanguages(self.items())


class Fixed(Pages):
    """The pages that are there without any record, and those of every layer and city."""

    def items(self) -> list[tuple[str, tuple[str, ...]]]:
        cities = list(City.objects.using("public").values_list("slug", flat=True))
        found = [(name, ()) for name in FIXED if name != "home" or len(cities) != 1]  # else it leads to the map
        found += [("dataset", (slug,)) for slug in LAYERS]
        return found + [(name, (slug,)) for slug in cities for name in OF_A_CITY]

    def location(self, item: tuple[str, tuple[str, ...]]) -> str:
        return reverse(item[0], args=item[1])


class Records(Pages):
    """The public records of one kind in one city, with the day of their last change."""

    def __init__(self, city: str, layer: str, rows: QuerySet) -> None:
        self.city, self.layer = city, layer
        self.rows = rows.using("public").filter(city__slug=city)

    def items(self) -> QuerySet:
        return self.rows.order_by("pk").values_list("uid", "updated_at")

    def location(self, item: tuple[str, datetime]) -> str:
        return reverse("feature", args=[self.city, self.layer, item[0]])

    def lastmod(self, item: tuple[str, datetime]) -> datetime:
        return item[1]

    def get_latest_lastmod(self) -> datetime | None:
        return self.rows.aggregate(last=Max("updated_at"))["last"]


class Calls(Records):
    """The public calls of a city, which have an address of their own."""

    def location(self, item: tuple[str, datetime]) -> str:
        return reverse("call", args=[self.city, item[0]])


@dataclass(frozen=True)
class Kind:
    """One kind of page with records behind it."""

    slug: str
    rows: QuerySet
    sitemap: type[Records] = Records


def kinds() -> list[Kind]:
    """Every kind of record that has pages: the layers, the organisations, the calls."""
    found = [Kind(slug, layer.queryset()) for slug, layer in LAYERS.items() if slug not in DRAWN_ONLY]
    found.append(Kind("organisations", Organisation.objects.public()))
    return [*found, Kind("calls", Call.objects.public(), Calls)]


def sections() -> dict[str, Pages]:
    """The files of the sitemap by name; only those in which something stands."""
    found: dict[str, Pages] = {"pages": Fixed()}
    for city in City.objects.using("public").values_list("slug", flat=True):
        for kind in kinds():
            one = kind.sitemap(city, kind.slug, kind.rows)
            if one.rows.exists():
                found[f"{city}-{kind.slug}"] = one
    return found


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap, each with the moment of its last change where it has one."""
    files = []
    for name, one in sections().items():
        address, changed = settings.SITE_URL + reverse("sitemap-section", args=[name]), one.get_latest_lastmod()
        for number in one.paginator.page_range:
            files.append(SitemapIndexItem(address if number == 1 else f"{address}?p={number}", changed))
    return render(request, "sitemap_index.xml", {"sitemaps": files}, content_type="application/xml")


@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponseBase:
    return sitemap(request, sections(), section)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What no search engine needs: rooms behind a door, and endless combinations of filters."""
    closed = [*CLOSED, *(f"/en{path}" for path in CLOSED if not path.startswith("/*"))]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), *(f"Allow: {path}" for path in OPEN)]
    body = "\n".join([*lines, "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""])
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
