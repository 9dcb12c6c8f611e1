"""OGC API Tiles, Part 1: the abstract tests of core, tilesets and vector tiles, by their identifiers."""

from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from mapping.layers import LAYERS
from tests.mapping.ogc.ats import (
    REL,
    Answer,
    Ask,
    Check,
    body,
    collections,
    edited,
    everything,
    good,
    lacks,
    linked,
    media_type,
    notices,
    one_link,
    operation,
    passes,
    refused,
    says,
    status,
    without_link,
)

pytestmark = pytest.mark.django_db

CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CLASSES = ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
SCHEME = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
MVT = "application/vnd.mapbox-vector-tile"
QUAD = "/tiles/WebMercatorQuad"
TILE = f"{QUAD}/12/1472/2135"  # zoom, row, column


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of the wire format, and where it ends."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if not data[at - 1] & 0x80:
            return value, at


def message(data: bytes) -> list[tuple[int, Any]]:
    """The fields of a message of the wire format: numbers and bytes."""
    found, at = [], 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            assert at + size <= len(data)
            found.append((key >> 3, data[at : at + size]))
            at += size
        elif key & 7 == 0:
            value, at = varint(data, at)
            found.append((key >> 3, value))
        else:
            width = {1: 8, 5: 4}[key & 7]
            found.append((key >> 3, data[at : at + width]))
            at += width
    return found


def layers_of(tile: bytes) -> list[dict[str, Any]]:
    """The layers of a vector tile: name, extent, and features as (type, geometry)."""
    found = []
    for number, data in message(tile):
        assert number == 3
        fields = message(data)
        said = {"name": next(v for n, v in fields if n == 1).decode(), "extent": dict(fields).get(5, 4096)}
        features = [dict(message(value)) for n, value in fields if n == 2]
        said["features"] = [(one[3], one[4]) for one in features]
        said["keys"] = [value.decode() for n, value in fields if n == 3]
        found.append(said)
    return found


def first_position(geometry: bytes) -> tuple[int, int]:
    """Where the first command of a geometry moves to, in the grid of the tile."""
    _command, at = varint(geometry, 0)
    x, at = varint(geometry, at)
    y, _at = varint(geometry, at)
    return (x >> 1) ^ -(x & 1), (y >> 1) ^ -(y & 1)


def conformance(ask: Ask) -> None:
    assert {CONF + name for name in CLASSES} <= set(good(ask("/conformance"))["conformsTo"])


def parameter(name: str, kind: str) -> Any:
    def holds(ask: Ask) -> None:
        path = "/collections/pacts/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
        one = operation(ask, path)["parameters"][name]
        assert (one["in"], one["required"], one["schema"]["type"]) == ("path", True, kind)

    return holds


def tile(ask: Ask, slug: str, path: str = TILE) -> Answer:
    return ask(f"/collections/{slug}{path}")


def tc_op(ask: Ask) -> None:
    for slug in LAYERS:
        described = good(ask(f"/collections/{slug}{QUAD}"))
        (template,) = [one for one in described["links"] if one["rel"] == "item"]
        href = template["href"].format(tileMatrix="12", tileRow="1472", tileCol="2135")
        answer = ask(href, MVT)
        assert answer.status in {200, 204} and answer.body == tile(ask, slug).body


def tc_success(ask: Ask) -> None:
    for slug in ("buildings", "neighbourhoods", "houses"):
        answer = tile(ask, slug)
        assert answer.status == 200 and answer.type == MVT
        assert [one["name"] for one in layers_of(answer.body)] == [slug]


def tc_error(ask: Ask) -> None:
    for path in ("/23/0/0", "/2/4/0", "/2/0/4", "/99999/0/0"):
        refused(tile(ask, "buildings", QUAD + path), 404)
    for path in ("/x/0/0", "/2/-1/0", "/2/0/1.5"):
        assert tile(ask, "buildings", QUAD + path).status == 404
    empty = tile(ask, "buildings", f"{QUAD}/12/0/0")
    assert empty.status == 204 and not empty.body


def tileset_description(ask: Ask) -> None:
    for slug in LAYERS:
        said = good(ask(f"/collections/{slug}{QUAD}"))
        assert said["dataType"] == "vector" and said["crs"].endswith("/EPSG/0/3857")
        assert said["tileMatrixSetURI"] == SCHEME == one_link(said, f"{REL}tiling-scheme")
        (template,) = [one for one in said["links"] if one["rel"] == "item"]
        assert template["templated"] is True and template["type"] == MVT
        assert template["href"].index("{tileMatrix}") < template["href"].index("{tileRow}")
        assert template["href"].index("{tileRow}") < template["href"].index("{tileCol}")
        one_link(said, "self")


def tilesets_list(ask: Ask) -> None:
    for slug in LAYERS:
        for one in good(ask(f"/collections/{slug}/tiles"))["tilesets"]:
            assert one["dataType"] == "vector" and one["crs"] and one["tileMatrixSetURI"] == SCHEME
            assert one_link(one, f"{REL}tiling-scheme")
            own = one_link(one, "self", "application/json")
            assert own.split("?")[0].endswith(f"/collections/{slug}{QUAD}")
            assert good(ask(own))["tileMatrixSetURI"] == SCHEME


def geodata_links(ask: Ask) -> None:
    for one in collections(ask):
        good(ask(linked(one, f"{REL}tilesets-vector", "application/json")[0]))


def mvt_content(ask: Ask) -> None:
    for slug in ("buildings", "neighbourhoods", "houses", "streets"):
        (layer,) = layers_of(tile(ask, slug).body)
        assert layer["features"]
        for kind, geometry in layer["features"]:
            assert kind in {1, 2, 3} and geometry
    (house,) = [one for one in everything(ask, "houses") if one["properties"]["name"] == "Casa del Quartiere"]
    (layer,) = layers_of(tile(ask, "houses").body)
    assert grid_position(house["geometry"]["coordinates"], layer["extent"]) in [
        first_position(geometry) for _kind, geometry in layer["features"]
    ]


def grid_position(place: list[float], extent: int) -> tuple[int, int]:
    """Where a place lies in the grid of the tile, whose first corner is its north-west."""
    point = GEOSGeometry(f"POINT({place[0]} {place[1]})", 4326)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT round((ST_X(p) - ST_XMin(e)) / (ST_XMax(e) - ST_XMin(e)) * %s), "
            "round((ST_YMax(e) - ST_Y(p)) / (ST_YMax(e) - ST_YMin(e)) * %s) "
            "FROM (SELECT ST_Transform(ST_GeomFromEWKT(%s), 3857) AS p, ST_TileEnvelope(12, 2135, 1472) AS e) AS t",
            [extent, extent, point.ewkt],
        )
        x, y = cursor.fetchone()
    return int(x), int(y)


def of_tile(name: str) -> Any:
    """The tile's parameters described as another type."""

    def change(document: Any) -> None:
        path = "/collections/pacts/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"
        for one in document["paths"][path]["get"]["parameters"]:
            if one.get("name") == name:
                one["schema"]["type"] = "boolean"

    return edited(change)


def unsaid(document: Any) -> None:
    document["links"] = [one | {"templated": False} for one in document["links"]]


def turned(document: Any) -> None:
    for one in document["links"]:
        one["href"] = one["href"].replace("{tileRow}/{tileCol}", "{tileCol}/{tileRow}")


CHECKS = [
    Check(
        "/conf/core/conformance-success",
        conformance,
        {name: ("/conf", edited(lambda said, name=name: said["conformsTo"].remove(CONF + name))) for name in CLASSES},
    ),
    Check(
        "/conf/core/tc-op", tc_op, {"row and column exchanged": ("Quad$", edited(turned)), "gone": (TILE, status(404))}
    ),
    Check(
        "/conf/core/tc-tilematrix-definition",
        parameter("tileMatrix", "string"),
        {"other": ("/api", of_tile("tileMatrix"))},
    ),
    Check("/conf/core/tc-tilerow-definition", parameter("tileRow", "integer"), {"other": ("/api", of_tile("tileRow"))}),
    Check("/conf/core/tc-tilecol-definition", parameter("tileCol", "integer"), {"other": ("/api", of_tile("tileCol"))}),
    Check(
        "/conf/core/tc-success",
        tc_success,
        {"another type": (TILE, media_type("application/json")), "nothing": (TILE, status(204))},
    ),
    Check(
        "/conf/core/tc-error",
        tc_error,
        {"beyond the grid": ("/23/0/0", status(200)), "an error where nothing is": ("/12/0/0", status(404))},
    ),
    Check(
        "/conf/tileset/description",
        tileset_description,
        {
            "no scheme": ("Quad$", without_link(f"{REL}tiling-scheme")),
            "no template": ("Quad$", without_link("item")),
            "not said to be one": ("Quad$", edited(unsaid)),
            "columns first": ("Quad$", edited(turned)),
            "no crs": ("Quad$", lacks("crs")),
        },
    ),
    Check(
        "/conf/tilesets-list/tileset-links",
        tilesets_list,
        {
            "no list": ("/tiles$", lacks("tilesets")),
            "no scheme": ("/tiles$", says("x", "tilesets", 0, "tileMatrixSetURI")),
            "no links": ("/tiles$", says([], "tilesets", 0, "links")),
        },
    ),
    Check(
        "/conf/geodata-tilesets/desc-links",
        geodata_links,
        {"no link": ("/collections$", says([], "collections", 0, "links"))},
    ),
    Check(
        "/conf/mvt/content",
        mvt_content,
        {
            "no tile": (TILE, body(b"\x00\x01nonsense")),
            "nothing in it": (TILE, body(b"")),
            "another place": ("/houses/tiles", lambda answer: moved_tile(answer)),
        },
    ),
]


def moved_tile(answer: Answer) -> Answer:
    """The tile with its geometries a little elsewhere."""
    (layer,) = layers_of(answer.body)
    data = answer.body
    for _kind, geometry in layer["features"]:
        data = data.replace(geometry, geometry[:1] + bytes([geometry[1] ^ 0x40]) + geometry[2:])
    return Answer(answer.status, answer.headers, data)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_server_passes(check, ask):
    passes(check, ask)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_a_faulty_server_does_not(check, ask):
    notices(check, ask)
