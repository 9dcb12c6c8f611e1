"""The pages of the OGC API that show records: a page of a collection, and one record."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from mapping.catalogue import crs_list
from mapping.explore import only_city
from mapping.formats import FORMATS
from mapping.lists import in_words
from mapping.ogc import crs
from mapping.ogc.accept import HTML, JSON
from mapping.ogc.answers import page
from mapping.ogc.items import absent, item_links, links_of
from mapping.ogc.question import ItemsQuery
from mapping.query import Query
from mapping.registry import Attribute, Layer, Text
from mapping.selection import things
from neighbourhoods.models import City

Fact = tuple[Text, Any, Attribute]
IN_LINE = ("address", "neighbourhood", "kind", "partition")


@dataclass(frozen=True)
class Card:
    """One record on a page: its identifier, name and city, the fill of its mark, a line of what matters, and every
    published fact of it."""

    uid: str
    name: str
    city: str
    fill: str
    line: str
    facts: list[Fact]


def cards(query: ItemsQuery, rows: list[tuple]) -> list[Card]:
    """Records from rows of (pk, uid, published values)."""
    layer = query.layer
    found = []
    for _pk, uid, *values in rows:
        said = dict(zip((one.name for one in layer.published), values, strict=True))
        facts = [fact(one, said[one.name]) for one in layer.published if said[one.name] not in (None, "", [])]
        fill = layer.legend.marks.get(str(said.get(layer.legend.attribute)), "hollow")
        words = {one.name: str(value) for _title, value, one in facts}
        line = " · ".join(words[name] for name in (layer.legend.attribute, *IN_LINE) if name in words)
        found.append(Card(uid, said.get("name") or uid, said["city"], fill, line, facts))
    return found


def fact(attribute: Attribute, value: Any) -> Fact:
    """A published value in words."""
    return attribute.title, in_words(attribute, value), attribute


def values_of(query: ItemsQuery) -> tuple[str, ...]:
    return ("pk", "uid", *(attribute.path for attribute in query.layer.published))


def items(request: HttpRequest, query: ItemsQuery) -> HttpResponse:
    """The records that match, one page of them, with what narrows them and the files of the same."""
    limit = query.limit or 1
    rows = list(query.page().using("public").values_list(*values_of(query))[: limit + 1])
    after = rows[limit - 1][0] if len(rows) > limit else None
    context = {
        "layer": query.layer,
        "query": query,
        "cards": cards(query, rows[:limit]),
        "matched": query.rows().using("public").count(),
        "next": query.address(HTML, after) if after is not None else "",
        "first": query.address(HTML) if query.after is not None else "",
        "as_json": query.address(JSON, query.after),
        "links": links_of(query, after, HTML),
        "drawing": drawing(query),
        "cities": City.objects.using("public").all(),
        "filters": narrowing(query),
        "cql": dict(query.said).get("filter", ""),
        "downloads": downloads(query),
    }
    return page(request, "ogc/items.html", context)


def narrowing(query: ItemsQuery) -> list[tuple[Attribute, tuple[str, ...]]]:
    """The filters with a list of values, and what is chosen of each."""
    listed = [one for one in query.layer.filters.values() if one.choices]
    return [(one, query.filters.get(one.name, ())) for one in listed]


def plain(query: ItemsQuery) -> Query | None:
    """The same records as a Query that every format and the map can be asked for; None where there is none."""
    if query.said or query.crs not in crs_list() or set(query.filters) - set(query.layer.filters):
        return None
    return Query(query.layer, query.city, query.bbox, query.time, filters=query.filters, crs=query.crs)


def downloads(query: ItemsQuery) -> list[tuple[Text, str]]:
    """The files of the records that match, all of them."""
    found = plain(query)
    if found is None:
        return []
    return [
        (form.title, (found if form.any_crs else found.without("crs")).address(form.suffix))
        for form in FORMATS.values()
    ]


def drawing(query: ItemsQuery) -> str:
    """The address of a drawing of the records that match, where the map can show just these in one city."""
    city = query.city or (only.slug if (only := only_city()) else "")
    if plain(query) is None or not city or query.time:
        return ""
    said: list[tuple[str, str]] = [("city", city), ("width", "900"), ("height", "420")]
    shown = query.layer in things()
    said.append(("layers", query.layer.slug if shown else ""))
    said += [(f"{query.layer.slug}.{name}", one) for name, values in query.filters.items() for one in values if shown]
    if query.bbox:
        said.append(("bbox", ",".join(f"{number:g}" for number in query.bbox)))
    elif query.filters and not shown:
        return ""
    return f"{reverse('map-svg')}?{urlencode(said)}"


def item(request: HttpRequest, query: ItemsQuery, uid: str) -> HttpResponse:
    """One public record: everything that is published of it."""
    layer = query.layer
    row = layer.queryset().using("public").filter(uid=uid).values_list(*values_of(query), layer.label).first()
    if row is None:
        raise absent(layer, uid)
    (card,) = cards(query, [row[:-1]])
    context = {
        "layer": layer,
        "card": card,
        "place": row[-1],
        "system": crs.uri(query.crs),
        "own_page": f"{settings.SITE_URL}{own_page(layer, card)}",
        "links": item_links(layer, uid, HTML),
    }
    return page(request, "ogc/item.html", context)


def own_page(layer: Layer, card: Card) -> str:
    return reverse("feature", args=[card.city, layer.slug, card.uid])
