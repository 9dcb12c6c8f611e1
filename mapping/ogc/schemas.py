"""The schemas of the OGC API's answers, for its OpenAPI document."""

from typing import Any

Said = dict[str, Any]
TEXT: Said = {"type": "string"}
COUNT: Said = {"type": "integer", "minimum": 0}
LINKS: Said = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
TEXTS: Said = {"type": "array", "items": TEXT}
BOX: Said = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}


def record(*required: str, **properties: Said) -> Said:
    """An object with these members, of which some must be there."""
    said: Said = {"type": "object", "properties": properties}
    return said | ({"required": list(required)} if required else {})


def ref(name: str) -> Said:
    return {"$ref": f"#/components/schemas/{name}"}


def listed(of: Said) -> Said:
    return {"type": "array", "items": of}


def only(*values: str) -> Said:
    return {"type": "string", "enum": list(values)}


GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
SPATIAL = record("bbox", bbox=listed(BOX), crs=TEXT)
TEMPORAL = record(
    "interval", interval=listed({"type": "array", "items": {"type": "string", "nullable": True}}), trs=TEXT
)
SCHEMAS: Said = {
    "link": record("href", "rel", "type", href=TEXT, rel=TEXT, type=TEXT, title=TEXT, templated={"type": "boolean"}),
    "landingPage": record("links", title=TEXT, description=TEXT, attribution=TEXT, links=LINKS),
    "conformance": record("conformsTo", conformsTo=TEXTS, links=LINKS),
    "api": record("openapi", "info", "paths", openapi=TEXT, info={"type": "object"}, paths={"type": "object"}),
    "extent": record(spatial=SPATIAL, temporal=TEMPORAL),
    "collection": record(
        "id",
        "links",
        id=TEXT,
        title=TEXT,
        description=TEXT,
        attribution=TEXT,
        extent=ref("extent"),
        itemType=TEXT,
        crs=TEXTS,
        storageCrs=TEXT,
        licence=TEXT,
        links=LINKS,
    ),
    "collections": record("links", "collections", links=LINKS, collections=listed(ref("collection")), crs=TEXTS),
    "geometry": record("type", "coordinates", type=only(*GEOMETRIES), coordinates={"type": "array", "items": {}}),
    "feature": record(
        "type",
        "id",
        "geometry",
        "properties",
        type=only("Feature"),
        id=TEXT,
        geometry={"nullable": True, "allOf": [ref("geometry")]},
        properties={"type": "object"},
        links=LINKS,
    ),
    "featureCollection": record(
        "type",
        "features",
        "links",
        type=only("FeatureCollection"),
        features=listed(ref("feature")),
        bbox=BOX,
        numberMatched=COUNT,
        numberReturned=COUNT,
        timeStamp={"type": "string", "format": "date-time"},
        links=LINKS,
    ),
    "queryables": record("$schema", "$id", "type", "properties", type=only("object"), properties={"type": "object"}),
    "tileSet": record("dataType", "crs", "links", title=TEXT, dataType=only("vector"), crs=TEXT, links=LINKS),
    "tileSets": record("tilesets", tilesets=listed(ref("tileSet")), links=LINKS),
    "problem": record(
        "type",
        "title",
        "status",
        type=TEXT,
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        errors=listed({"type": "object"}),
    ),
}
