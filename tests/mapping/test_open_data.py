"""The pages of open data: everything of a layer is explained, and what they say to copy works."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape

import pytest

from commons.models import Building
from mapping.catalogue import crs_list, describe
from mapping.formats import FORMATS
from mapping.formats.rows import snapshot
from mapping.layers import LAYERS
from mapping.open_data import cell, drawing
from mapping.query import Query
from mapping.sizes import MEASURED, measured, size_of
from mapping.usage import feed_path, ways
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/data/", "/en/data/"])
def test_the_open_data_page_leads_to_every_layer_and_file(client, address):
    page = client.get(address).content.decode()
    for layer in LAYERS.values():
        for suffix in FORMATS:
            assert f'href="/layers/{layer.slug}.{suffix}"' in page
        assert f'{address}{layer.slug}/"' in page


@pytest.mark.parametrize("slug", LAYERS)
@pytest.mark.parametrize("place", ["", "torino/"])
def test_the_page_of_a_layer_explains_every_column_value_and_file(client, town, slug, place):
    page = client.get(f"/en/data/{slug}/{place}").content.decode()
    layer, city = LAYERS[slug], "?city=torino" if place else ""
    for attribute in layer.published:
        assert f"<code>{attribute.name}</code>" in page
        for value, _label in attribute.choices.choices if attribute.choices else ():
            assert f"<code>{value}</code>" in page
    for suffix in FORMATS:
        assert f'href="/layers/{slug}.{suffix}{city}"' in page
        assert f'<tr id="{suffix}">' in page
    assert f"/tiles/{slug}.json" in page
    assert "/map.svg?city=torino" in page
    record = Query(layer, city="torino").rows().order_by("pk").first()
    assert record.name in unescape(page)


def test_what_is_not_public_is_not_on_it(client, town):
    for slug in LAYERS:
        page = client.get(f"/data/{slug}/torino/").content.decode()
        assert "Xsegreto" not in page
        assert not [one for one in town.hidden if one.uid in page]


def test_it_says_how_many_and_since_when_and_under_which_licences(client, town):
    Building.objects.filter(pk=town.buildings[0].pk).update(
        licence="ODbL-1.0", attribution="© OpenStreetMap contributors"
    )
    page = client.get("/en/data/buildings/torino/").content.decode()
    count = Building.objects.public().count()
    assert f'<dd class="figure">{count}</dd>' in page
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in page
    assert "Città di Torino; © OpenStreetMap contributors" in page


def test_an_empty_layer_a_city_without_records_and_unknown_names(client, db):
    make.CityFactory(slug="latina")
    assert client.get("/data/buildings/").status_code == 200
    assert client.get("/data/buildings/latina/").status_code == 200
    assert client.get("/data/nothing/").status_code == 404
    assert client.get("/data/buildings/nowhere/").status_code == 404
    assert drawing(LAYERS["buildings"], []) == ""


def test_a_page_of_many_records_takes_as_many_statements_as_one_of_few(client, town):
    address = "/data/buildings/torino/"
    with counted() as few:
        client.get(address)
    for number in range(60):
        make.BuildingFactory(name=f"Numero {number}")
    with counted() as many:
        client.get(address)
    assert len(many) == len(few)
    with counted() as again:
        client.get(address)
    assert len(again) <= 12  # what the files weigh is remembered


def test_the_sizes_are_those_of_the_files(client, town):
    query = Query(LAYERS["buildings"], city="torino")
    for suffix in FORMATS:
        with snapshot() as cursor:
            said, exact = size_of(cursor, query, suffix, "1", Building.objects.public().count())
        sent = len(client.get(query.address(suffix)).getvalue())
        assert exact and abs(said - sent) <= 0.02 * sent, suffix


def test_the_size_of_a_large_file_is_reckoned_from_its_first_records(client, town, monkeypatch):
    for number in range(120):
        make.BuildingFactory(name=f"Numero {number}")
    monkeypatch.setattr("mapping.sizes.MEASURED", 40)
    count = Building.objects.public().count()
    with snapshot() as cursor:
        said, exact = measured(cursor, Query(LAYERS["buildings"], city="torino"), "csv", "2", count)
    sent = len(client.get("/layers/buildings.csv?city=torino").getvalue())
    assert not exact and abs(said - sent) < 0.1 * sent
    assert MEASURED == 500


def test_the_page_stands_although_there_is_no_room_for_files(client, town, settings):
    settings.EXPORT_FREE_BYTES = 10**18
    answer = client.get("/data/buildings/torino/")
    assert answer.status_code == 200
    assert "–</td>" in answer.content.decode()


def test_a_long_text_is_cut_in_the_preview():
    attribute = LAYERS["buildings"].attribute("description")
    assert len(cell(attribute, "a" * 500)) < 100
    assert cell(attribute, None) is None


def copies(slug: str, city: str = "") -> dict[str, str]:
    """What the page says to copy, by title."""
    with snapshot() as cursor:
        query = Query(LAYERS[slug], city=city)
        said = ways(query, describe(cursor, query.layer, city, crs_list()))
    return {f"{way.name}: {title}": text for way in said for title, text in way.copies}


def test_every_address_to_copy_answers(client, town, settings):
    for slug in LAYERS:
        for title, text in copies(slug, "torino").items():
            for address in re.findall(r"https?://[^\s\")]+", text):
                for part, number in (("{z}", "12"), ("{x}", "2135"), ("{y}", "1472")):
                    address = address.replace(part, number)
                answer = client.get(address.removeprefix(settings.SITE_URL))
                assert answer.status_code in {200, 204}, (title, address)
    assert feed_path(LAYERS["pacts"], "torino") == "/data/pacts/changes.atom?city=torino"


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_the_texts_to_copy_run_as_they_stand(live_server, settings, town, tmp_path):
    settings.SITE_URL = live_server.url
    said = copies("buildings", "torino")
    names = set(Building.objects.public().values_list("name", flat=True))
    python = next(text for title, text in said.items() if title.startswith("python") and "geopandas" not in title)
    told = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, check=True, timeout=60)
    assert {line.partition(" ")[2] for line in told.stdout.splitlines()} == names
    ogr = shutil.which("ogr2ogr")
    if ogr is None:
        pytest.skip("ogr2ogr is not installed")
    command = said["ogr: ogr2ogr"].strip()
    subprocess.run(command, shell=True, cwd=tmp_path, check=True, timeout=60, capture_output=True)
    back = subprocess.run(
        [ogr, "-f", "GeoJSON", "/vsistdout/", "torino-buildings.gpkg"], cwd=tmp_path, capture_output=True, check=True
    )
    assert {one["properties"]["name"] for one in json.loads(back.stdout)["features"]} == names
    pyogrio = pytest.importorskip("pyogrio")
    _meta, _ids, places, _fields = pyogrio.raw.read(re.search(r'"(http[^"]+)"', said["r: sf"]).group(1))
    assert len(places) == len(names)
