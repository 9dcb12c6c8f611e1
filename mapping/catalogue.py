"""What there is to know of a layer: for /layers.json, TileJSON and the documentation."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import translation

from mapping.formats import FORMATS
from mapping.formats.rows import quoted
from mapping.query import Query
from mapping.registry import Attribute, Layer, Text
from mapping.sums import remembered
from mapping.versions import version
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence

LANGUAGES = ("it", "en")


def both(text: Text) -> dict[str, str]:
    """A text in Italian and English."""
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = str(text)
    return said


def crs_list() -> list[str]:
    """The coordinate systems offered here: CRS84, then those of the cities."""
    codes = {int(code) for city in City.objects.using("public").values_list("crs", flat=True) for code in city}
    return ["CRS84", *(f"EPSG:{code}" for code in sorted(codes))]


def describe_attribute(attribute: Attribute) -> dict[str, Any]:
    said: dict[str, Any] = {"name": attribute.name, "title": both(attribute.title), "type": attribute.type}
    if attribute.choices:
        said["values"] = [{"value": value, "title": both(label)} for value, label in attribute.choices.choices]
    return said | {"filter": attribute.filter, "search": attribute.search}


def describe_url() -> dict[str, Any]:
    return {"name": "url", "title": {"it": "Pagina", "en": "Page"}, "type": "uri", "filter": False, "search": False}


def describe_all(cursor: CursorWrapper, layers: list[Layer], city: str) -> list[dict[str, Any]]:
    """The entries of /layers.json for these layers, counting the records of one city, or of all when it is empty."""
    offered = crs_list()
    return [describe(cursor, layer, city, offered) for layer in layers]


def describe(cursor: CursorWrapper, layer: Layer, city: str, offered: list[str]) -> dict[str, Any]:
    """One entry of /layers.json. Two statements: the version, and, when it is new, the count with the box."""
    seen = version(layer.tables)
    query = Query(layer, city=city)
    count, *box = remembered(seen, "extent", query, lambda: extent(cursor, query))
    suffix = f"?city={city}" if city else ""
    return {
        "slug": layer.slug,
        "title": both(layer.title),
        "description": both(layer.description),
        "geometry_types": layer.geometry_types(),
        "count": count,
        "bbox": [round(number, 6) for number in box] if box[0] is not None else None,
        "version": seen,
        "crs": offered,
        "zoom": list(layer.zoom),
        "licence": {"id": layer.licence, "url": Licence(layer.licence).url},
        "attribution": layer.attribution,
        "attributes": [*(describe_attribute(attribute) for attribute in layer.published), describe_url()],
        "formats": {name: f"/layers/{layer.slug}.{name}{suffix}" for name in FORMATS},
        "tiles": f"/tiles/{layer.slug}.json",
        "collection": f"/ogc/collections/{layer.slug}",
    }


def extent(cursor: CursorWrapper, query: Query) -> tuple[Any, ...]:
    """How many records match, and west, south, east, north of those that have a place."""
    rows = query.rows().order_by().values_list("pk")
    sql, params = rows.query.get_compiler("public").as_sql()
    model = query.layer.queryset().model
    cursor.execute(
        f"SELECT count(*), min(ST_XMin(g)), min(ST_YMin(g)), max(ST_XMax(g)), max(ST_YMax(g)) "
        f"FROM (SELECT {quoted(query.layer.geometry)} AS g FROM {quoted(model._meta.db_table)} "
        f"WHERE {quoted(model._meta.pk.column)} IN ({sql})) AS t",
        params,
    )
    return cursor.fetchone()
