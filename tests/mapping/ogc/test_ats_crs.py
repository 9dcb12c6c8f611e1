"""OGC API Features, Part 2: the abstract tests of `crs`, by their identifiers."""

import re
from typing import Any

import pytest
from django.contrib.gis.gdal import AxisOrder, CoordTransform, SpatialReference
from django.contrib.gis.geos import GEOSGeometry, Polygon

from mapping.layers import LAYERS
from tests.mapping.ogc.ats import (
    CRS84,
    Ask,
    Check,
    collections,
    edited,
    everything,
    good,
    header,
    items,
    lacks,
    notices,
    passes,
    positions,
    refused,
    says,
    status,
)

pytestmark = pytest.mark.django_db

CONF = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
UTM = f"{EPSG}32632"
WRONG = (
    f"{EPSG}1",
    f"{EPSG}4326",
    "EPSG:32632",
    "CRS84",
    "32632",
    "http://www.opengis.net/def/crs/OGC/0/no",
    "",
    "\x01",
)


def system(uri: str) -> SpatialReference:
    """What a URI means, x before y: the tests know it by GDAL, the program answers by PostGIS."""
    code = 4326 if uri == CRS84 else int(uri.removeprefix(EPSG))
    return SpatialReference(code, axis_order=AxisOrder.TRADITIONAL)


def moved(x: float, y: float, uri: str) -> tuple[float, float]:
    point = GEOSGeometry(f"POINT({x!r} {y!r})", 4326).ogr
    point.transform(CoordTransform(system(CRS84), system(uri)))
    return point.x, point.y


def systems(ask: Ask, slug: str = "buildings") -> list[str]:
    return next(one["crs"] for one in collections(ask) if one["id"] == slug)


def crs_uri(ask: Ask) -> None:
    for one in collections(ask):
        assert one["crs"][0] == CRS84 and len(set(one["crs"])) == len(one["crs"])
        for uri in one["crs"]:
            assert re.fullmatch(r"http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/\d+)", uri)
        assert {UTM, f"{EPSG}3857", f"{EPSG}3003", f"{EPSG}25832"} <= set(one["crs"])
    assert CONF in good(ask("/conformance"))["conformsTo"]


def default_crs(ask: Ask) -> None:
    for one in collections(ask):
        answer = ask(f"/collections/{one['id']}/items")
        assert answer.headers["Content-Crs"] == f"<{CRS84}>" and CRS84 in one["crs"]
        plain = [feature["geometry"] for feature in good(answer, "application/geo+json")["features"]]
        assert plain == [feature["geometry"] for feature in items(ask, one["id"], crs=CRS84)["features"]]


def storage_crs(ask: Ask) -> None:
    for one in collections(ask):
        assert one["storageCrs"] in one["crs"]


def crs_parameter(ask: Ask) -> None:
    for slug in LAYERS:
        for uri in systems(ask, slug):
            answer = ask(f"/collections/{slug}/items", crs=uri)
            good(answer, "application/geo+json")
            assert answer.headers["Content-Crs"] == f"<{uri}>"
    (one,) = items(ask, "houses", limit="1")["features"]
    for uri in systems(ask, "houses"):
        answer = ask(f"/collections/houses/items/{one['id']}", crs=uri)
        good(answer, "application/geo+json")
        assert answer.headers["Content-Crs"] == f"<{uri}>"


def crs_invalid(ask: Ask) -> None:
    (one,) = items(ask, "houses", limit="1")["features"]
    for wrong in WRONG:
        refused(ask("/collections/houses/items", crs=wrong))
        refused(ask(f"/collections/houses/items/{one['id']}", crs=wrong))


def crs_transform(ask: Ask) -> None:
    for slug in ("buildings", "houses", "neighbourhoods", "streets"):
        plain = {one["id"]: positions(one["geometry"]) for one in everything(ask, slug)}
        for uri in systems(ask, slug):
            page = items(ask, slug, crs=uri, limit="1000")
            for one in page["features"]:
                for (x, y), place in zip(plain[one["id"]], positions(one["geometry"]), strict=True):
                    assert place == pytest.approx(moved(x, y, uri), abs=0.5 if uri != CRS84 else 1e-6)
            first = page["features"][0]
            alone = good(ask(f"/collections/{slug}/items/{first['id']}", crs=uri), "application/geo+json")
            assert alone["geometry"] == first["geometry"]


def box_of(uri: str) -> str:
    (a, b), (c, d) = moved(7.662, 45.042, uri), moved(7.689, 45.059, uri)
    return f"{a!r},{b!r},{c!r},{d!r}"


def bbox_crs(ask: Ask) -> None:
    for slug in ("buildings", "houses", "neighbourhoods"):
        for uri in systems(ask, slug):
            box = box_of(uri)
            found = {one["id"] for one in items(ask, slug, **{"bbox": box, "bbox-crs": uri})["features"]}
            area = Polygon.from_bbox([float(number) for number in box.split(",")])
            wanted = set()
            for one in items(ask, slug, crs=uri, limit="1000")["features"]:
                shape = one["geometry"] and GEOSGeometry(str(one["geometry"]).replace("'", '"'))
                if not shape or shape.intersects(area):
                    wanted.add(one["id"])
            assert found == wanted and found, (slug, uri)


def bbox_crs_invalid(ask: Ask) -> None:
    for wrong in WRONG:
        refused(ask("/collections/houses/items", **{"bbox": "7,45,8,46", "bbox-crs": wrong}))
    refused(ask("/collections/houses/items", **{"bbox": "1e9,1e9,2e9,2e9", "bbox-crs": UTM}))


def bbox_crs_default(ask: Ask) -> None:
    box = "7.662,45.042,7.689,45.059"
    plain = items(ask, "buildings", bbox=box)["features"]
    assert plain == items(ask, "buildings", **{"bbox": box, "bbox-crs": CRS84})["features"]


def exchanged(document: Any) -> None:
    for one in document.get("features", []):
        if one["geometry"] and one["geometry"]["type"] == "Point":
            one["geometry"]["coordinates"].reverse()


def one_less(document: Any) -> None:
    del document["features"][0]


CHECKS = [
    Check(
        "/conf/crs/crs-uri",
        crs_uri,
        {
            "a code": ("/collections$", says(["EPSG:32632"], "collections", 0, "crs")),
            "no CRS84": ("/collections$", lacks("collections", 3, "crs", 0)),
            "not said": ("/conformance", edited(lambda said: said["conformsTo"].remove(CONF))),
        },
    ),
    Check(
        "/conf/crs/default-crs",
        default_crs,
        {
            "no header": ("/houses/items", header("Content-Crs", "")),
            "no brackets": ("/houses/items", header("Content-Crs", CRS84)),
            "latitude first": ("/houses/items$", edited(exchanged)),
        },
    ),
    Check(
        "/conf/crs/storageCrs", storage_crs, {"another": ("/collections$", says("x", "collections", 2, "storageCrs"))}
    ),
    Check(
        "/conf/crs/crs-parameter",
        crs_parameter,
        {
            "the default all the same": (f"/items.*{UTM}", header("Content-Crs", f"<{CRS84}>")),
            "refused": ("/items/.*3003", status(400)),
        },
    ),
    Check("/conf/crs/crs-parameter-invalid", crs_invalid, {"let through": ("crs=EPSG:32632", status(200))}),
    Check(
        "/conf/crs/crs-parameter-transform",
        crs_transform,
        {
            "no features": (f"/houses/items\\?.*{UTM}", edited(lambda said: said["features"].clear())),
            "north first": (f"/houses/items.*{UTM}", edited(exchanged)),
            "one item in degrees": (f"/houses/items/.*{UTM}", says({"type": "Point"}, "geometry")),
        },
    ),
    Check(
        "/conf/crs/bbox-crs-parameter",
        bbox_crs,
        {
            "one less": (f"/buildings/items.*bbox=.*{UTM}", edited(one_less)),
            "refused": ("bbox-crs=.*3857", status(400)),
        },
    ),
    Check(
        "/conf/crs/bbox-crs-parameter-invalid",
        bbox_crs_invalid,
        {"let through": ("bbox-crs=32632", status(200)), "nowhere": ("bbox=1e9", status(200))},
    ),
    Check("/conf/crs/bbox-crs-parameter-default", bbox_crs_default, {"one less": ("CRS84", edited(one_less))}),
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_the_server_passes(check, ask):
    passes(check, ask)


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_a_faulty_server_does_not(check, ask):
    notices(check, ask)
