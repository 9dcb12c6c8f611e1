"""Real clients read every layer completely: GDAL of the distribution, GDAL inside Pyogrio's wheel, OWSLib.

Each lists the layers, counts, reads all pages, filters on the server, asks for a box and for another coordinate
system; what it reads is compared with the database record by record.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.signals import request_started
from owslib.ogcapi.features import Features

from commons.models import Building
from mapping.layers import LAYERS
from mapping.query import Query
from tests import factories as make
from tests.mapping.ogc.ats import positions
from tests.town import small_torino

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 260  # more than two pages of the largest size that GDAL 3.6 asks for by itself, and of the default
UTM = "http://www.opengis.net/def/crs/EPSG/0/32632"
BOX = (7.66, 45.04, 7.68, 45.06)


@dataclass
class Site:
    """A live server, and the parameters of the items that it was asked for."""

    url: str
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def listen(self, sender: Any, environ: dict[str, str], **rest: Any) -> None:
        if environ["PATH_INFO"].endswith("/items"):
            self.asked.append(parse_qs(environ["QUERY_STRING"]))


@pytest.fixture
def site(live_server, settings) -> Iterator[Site]:
    """Our server with a town of some hundred buildings."""
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["*"]
    town = small_torino()
    Building.objects.bulk_create(
        Building(
            city=town.city,
            name=f"Edificio {number}, «àèìòù»",
            use_status=Building.UseStatus.values[number % 4],
            floor_area=number if number % 5 else None,
            place=make.point(7.6 + number % 17 / 100, 45.0 + number // 17 / 100),
            licence="CC-BY-4.0",
        )
        for number in range(MANY)
    )
    Building.objects.update(updated_at=datetime(2026, 3, 31, 10, 0, 59, 999_900, tzinfo=UTC))
    found = Site(live_server.url)
    request_started.connect(found.listen)
    yield found
    request_started.disconnect(found.listen)


def wanted(slug: str, **filters: Any) -> dict[str, tuple[str, Any]]:
    """What the database holds of a layer: by identifier, the name and the first position of the place."""
    layer = LAYERS[slug]
    rows = Query(layer).rows().filter(**filters)
    found = {}
    for uid, name, place in rows.values_list("uid", "name", layer.geometry):
        found[uid] = (name, first_of(json.loads(place.json)) if place else None)
    return found


def first_of(geometry: Any) -> tuple[float, float] | None:
    """The first position, to five decimals: clients write numbers in their own ways."""
    place = positions(geometry)
    return (round(place[0][0], 5), round(place[0][1], 5)) if place else None


def read(features: list[Any]) -> dict[str, tuple[str, Any]]:
    return {one["properties"]["id"]: (one["properties"]["name"], first_of(one["geometry"])) for one in features}


def ogr(program: str, *arguments: str) -> str:
    if not shutil.which(program):
        pytest.skip(f"no {program} here; the distribution's package gdal-bin brings it")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ogr2ogr(site: Site, slug: str, *options: str) -> dict[str, tuple[str, Any]]:
    """A layer as GDAL of the distribution reads it."""
    said = ogr("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", f"OAPIF:{site.url}/ogc", slug, *options)
    return read(json.loads(said)["features"])


def test_gdal_lists_the_layers_and_counts(site):
    said = ogr("ogrinfo", "-ro", f"OAPIF:{site.url}/ogc")
    assert [line.split(": ")[1].split(" ")[0] for line in said.splitlines() if line[:1].isdigit()] == list(LAYERS)
    assert f"Feature Count: {len(wanted('buildings'))}" in ogr(
        "ogrinfo", "-ro", "-so", f"OAPIF:{site.url}/ogc", "buildings"
    )


def test_gdal_reads_every_record_of_every_layer(site):
    for slug in LAYERS:
        assert ogr2ogr(site, slug) == wanted(slug)


def test_gdal_pages_through_small_pages(site):
    assert ogr2ogr(site, "buildings", "-oo", "PAGE_SIZE=50") == wanted("buildings")
    assert len([one for one in site.asked if "cursor" in one]) >= MANY // 50


def test_gdal_filters_on_the_server(site):
    found = ogr2ogr(site, "buildings", "-where", "use_status = 'disused'")
    assert found == wanted("buildings", use_status="disused") and len(found) > 60
    assert any(one.get("use_status") == ["disused"] for one in site.asked)


def test_gdal_asks_for_a_box(site):
    found = ogr2ogr(site, "buildings", "-spat", *map(str, BOX))
    assert any("bbox" in one for one in site.asked)
    placed = {uid: said for uid, said in wanted("buildings").items() if said[1]}
    inside = {uid for uid, (_, (x, y)) in placed.items() if BOX[0] < x < BOX[2] and BOX[1] < y < BOX[3]}
    assert inside <= set(found) and len(found) < len(placed)


def pyogrio(site: Site, slug: str, **options: Any) -> Any:
    """A layer as GDAL inside Pyogrio reads it, in a process of its own: identifiers, names, places as WKB, CRS."""
    program = (
        "import json, sys; import shapely; from pyogrio import raw; o = json.loads(sys.argv[3])\n"
        "o['bbox'] = tuple(o['bbox']) if 'bbox' in o else None\n"
        "m, _, g, v = raw.read(sys.argv[1], layer=sys.argv[2], **o); f = list(m['fields'])\n"
        "p = [json.loads(shapely.to_geojson(shapely.from_wkb(one))) if one else None for one in g]\n"
        "r = zip(v[f.index('id')], v[f.index('name')], p)\n"
        "print(json.dumps({'crs': m['crs'], 'rows': [(i, n, s) for i, n, s in r]}))"
    )
    arguments = [f"OAPIF:{site.url}/ogc", slug, json.dumps(options)]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rows_of(said: Any) -> dict[str, tuple[str, Any]]:
    return {uid: (name, first_of(place)) for uid, name, place in said["rows"]}


def test_the_newer_gdal_reads_every_record_of_every_layer(site):
    for slug in LAYERS:
        said = pyogrio(site, slug)
        assert rows_of(said) == wanted(slug) and "CRS84" in said["crs"]


def test_the_newer_gdal_filters_on_the_server(site):
    found = rows_of(pyogrio(site, "buildings", where="use_status = 'reused'"))
    assert found == wanted("buildings", use_status="reused")
    assert any(one.get("use_status") == ["reused"] or "filter" in one for one in site.asked)

    found = rows_of(pyogrio(site, "buildings", where="floor_area >= 200 AND name LIKE 'Edificio 2%'"))
    assert found == wanted("buildings", floor_area__gte=200, name__startswith="Edificio 2")


def test_the_newer_gdal_asks_for_a_box_and_another_crs(site):
    found = rows_of(pyogrio(site, "buildings", bbox=BOX))
    assert 0 < len(found) < MANY and any("bbox" in one for one in site.asked)
    said = pyogrio(site, "buildings", CRS=UTM)
    assert "32632" in said["crs"] and any(one.get("crs") == [UTM] for one in site.asked)
    places = [place for _uid, _name, place in said["rows"] if place]
    assert len(places) >= MANY
    assert all(380_000 < x < 410_000 and 4_970_000 < y < 5_010_000 for one in places for x, y, *_ in positions(one))


def test_owslib_reads_every_layer_page_by_page(site):
    client = Features(f"{site.url}/ogc/")
    assert client.feature_collections() == list(LAYERS)
    assert client.conformance()["conformsTo"] and client.api()["openapi"].startswith("3.0")
    for slug in LAYERS:
        assert client.collection(slug)["id"] == slug
        assert client.collection_queryables(slug)["properties"]
        page = client.collection_items(slug, limit=100)
        found = list(page["features"])
        while following := [one["href"] for one in page["links"] if one["rel"] == "next"]:
            cursor = parse_qs(following[0].split("?")[1])["cursor"][0]
            page = client.collection_items(slug, limit=100, cursor=cursor)
            found += page["features"]
        named = {one["id"]: (one["properties"]["name"], first_of(one["geometry"])) for one in found}
        assert named == wanted(slug) and page["numberMatched"] == len(named)


def test_owslib_filters_asks_for_a_box_and_one_record(site):
    client = Features(f"{site.url}/ogc/")
    found = client.collection_items("buildings", filter="use_status='disused' AND floor_area > 100", limit=1000)
    assert {one["id"] for one in found["features"]} == set(
        wanted("buildings", use_status="disused", floor_area__gt=100)
    )
    boxed = client.collection_items("buildings", bbox=list(BOX), limit=1000)
    assert 0 < boxed["numberMatched"] < MANY
    (uid, (name, _)), *_ = wanted("houses").items()
    assert client.collection_item("houses", uid)["properties"]["name"] == name


def python_of_qgis() -> str:
    """The interpreter whose packages hold QGIS; the test is skipped where there is none."""
    program = "/usr/bin/python3"
    if (
        Path(program).exists()
        and not subprocess.run([program, "-c", "import qgis.core"], capture_output=True).returncode
    ):
        return program
    pytest.skip("no QGIS here; the distribution's package python3-qgis (930 MB with what it needs) brings it")


@pytest.mark.slow
def test_qgis_reads_every_layer_filters_and_draws_vector_tiles(site):
    script = Path(__file__).with_name("qgis_client.py")
    done = subprocess.run(
        [python_of_qgis(), str(script), site.url, *LAYERS], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.strip().splitlines()[-1])
    for slug in LAYERS:
        assert said["counts"][slug] == len(wanted(slug)), slug
        found = {uid: (name, tuple(place) if place else None) for uid, (name, place) in said["rows"][slug].items()}
        assert found == wanted(slug), slug
    assert set(said["filtered"]) == set(wanted("buildings", use_status="disused"))
    assert said["colours"] > 2
