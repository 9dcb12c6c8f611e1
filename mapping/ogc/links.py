"""Addresses and links of the OGC API: absolute, in the language that was asked."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import get_language

from mapping.ogc.accept import HTML, JSON, ROOT

GEOJSON, PLAIN_JSON, PAGE = "application/geo+json", "application/json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
Link = dict[str, object]


def root() -> str:
    """The path of the landing page in the language of this thread, without its slash."""
    language = get_language() or settings.LANGUAGE_CODE
    return ROOT if language == settings.LANGUAGE_CODE else f"/{language}{ROOT}"


def address(path: str, **params: str) -> str:
    """The absolute address of a path below the landing page."""
    return settings.SITE_URL + root() + path + (f"?{urlencode(params)}" if params else "")


def link(rel: str, href: str, media_type: str, title: str = "", **more: object) -> Link:
    said: Link = {"href": href, "rel": rel, "type": media_type}
    return said | ({"title": title} if title else {}) | more


def both(rel: str, path: str, title: str = "", media_type: str = PLAIN_JSON) -> list[Link]:
    """A resource in each of its representations."""
    return [
        link(rel, address(path, f=JSON), media_type, title),
        link(rel, address(path, f=HTML), PAGE, title),
    ]


def itself(path: str, media_type: str = PLAIN_JSON, shown: str = JSON) -> list[Link]:
    """`self` and `alternate` of a resource that is being shown as JSON or as a page."""
    links = both("alternate", path, media_type=media_type)
    links[shown == HTML]["rel"] = "self"
    return links


def header(links: Iterable[Link]) -> str:
    """Links as the value of a Link header (RFC 8288)."""
    return ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
