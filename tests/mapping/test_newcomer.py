"""A newcomer adds a layer by one entry of LAYERS and gets everything else."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from commons.models import Building
from mapping.layers import LAYERS
from mapping.layers.attributes import NAME, ORIGIN
from mapping.registry import Attribute, Layer, Legend
from tests import factories as make
from tests.answers import ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def schools(monkeypatch, town) -> list[Building]:
    """The one entry, and two records of it."""
    layer = Layer(
        slug="schools",
        title="Scuole aperte",
        singular="Scuola aperta",
        description="Scuole che aprono il cortile al quartiere.",
        queryset=lambda: Building.objects.public().filter(office="scuole"),
        attributes=(
            NAME,
            Attribute("use_status", _("Use"), choices=Building.UseStatus, filter=True),
            Attribute("neighbourhood__name", _("Neighbourhood"), alias="neighbourhood", filter=True),
            Attribute("floor_area", "Aule", alias="rooms", type="integer", filter=True),
            Attribute("owner", "Preside", search=True),
            *ORIGIN,
        ),
        legend=Legend("event", "use_status", {"disused": "hollow", "reused": "full"}),
    )
    monkeypatch.setitem(LAYERS, "schools", layer)
    return [
        make.BuildingFactory(name="Cortile Pestalozzi", office="scuole", floor_area=12, owner="Rita", x=7.67, y=45.05),
        make.BuildingFactory(
            name="Cortile Novaro", office="scuole", floor_area=7, use_status="reused", x=7.69, y=45.05
        ),
    ]


def test_it_has_geojson_with_filters_and_search(get, schools):
    assert ids(get("schools.geojson")) == {school.uid for school in schools}
    assert ids(get("schools.geojson", rooms=["12", "3"])) == {schools[0].uid}
    assert ids(get("schools.geojson", use_status="reused")) == {schools[1].uid}
    assert ids(get("schools.geojson", q="rita")) == {schools[0].uid}
    assert ids(get("schools.geojson", neighbourhood="Vanchiglia")) == {schools[1].uid}
    properties = get("schools.geojson")["features"][0]["properties"]
    assert list(properties)[:4] == ["name", "use_status", "neighbourhood", "rooms"]


def test_it_has_csv_and_tiles(client, schools):
    text = client.get("/layers/schools.csv").getvalue().decode("utf-8-sig")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))] == [s.name for s in schools]
    tile = json.loads(client.get("/tiles/schools/0/0/0.geojson").content)
    assert ids(tile) == {school.uid for school in schools}
    assert tile["features"][0]["properties"]["use_status"] == "disused"


def test_its_entry_is_in_the_list_of_layers(get, schools):
    entry = get("/layers.json")["layers"][-1]
    assert (entry["slug"], entry["count"], entry["title"]["it"]) == ("schools", 2, "Scuole aperte")
    assert entry["formats"]["csv"] == "/layers/schools.csv"


def test_it_is_on_the_map_with_its_legend_its_filters_and_its_lines_in_the_list(client, schools):
    page = client.get("/torino/", {"layers": "schools"}).content.decode()
    assert "Scuole" in page
    assert 'name="schools.use_status"' in page
    assert 'data-count="schools"' in page
    for school in schools:
        assert school.name in page
    fragment = client.get("/torino/", {"layers": "schools", "schools.use_status": "reused", "fragment": "list"})
    assert schools[1].name in fragment.content.decode()
    assert schools[0].name not in fragment.content.decode()


def test_it_is_in_the_drawing_of_the_server(client, schools):
    with_it = client.get("/map.svg", {"city": "torino", "layers": "schools", "bbox": "7.66,45.04,7.70,45.06"})
    without = client.get("/map.svg", {"city": "torino", "layers": "", "bbox": "7.66,45.04,7.70,45.06"})
    assert with_it.status_code == without.status_code == 200
    assert with_it.content.count(b"<use ") + with_it.content.count(b'class="many"') > without.content.count(b"<use ")


def test_each_of_its_records_has_a_page(client, schools):
    page = client.get(f"/torino/schools/{schools[0].uid}/")
    assert page.status_code == 200
    assert "Cortile Pestalozzi" in page.content.decode() and "Rita" in page.content.decode()


def test_its_panel_opens_on_the_map(client, schools):
    panel = client.get("/torino/", {"feature": schools[0].uid, "fragment": "panel", "layers": "schools"})
    assert panel.status_code == 200
    assert "Cortile Pestalozzi" in panel.content.decode()


def test_it_is_documented_for_people_and_for_newcomers(client, schools, tmp_path):
    page = client.get("/data/").content.decode()
    assert "Scuole aperte" in page and "/data/schools/" in page
    page = client.get("/data/schools/").content.decode()
    assert "/layers/schools.geojson" in page and "<code>rooms</code>" in page
    call_command("document", folder=tmp_path)
    text = (tmp_path / "layers.md").read_text()
    assert "## `schools`" in text and "`rooms`" in text


def test_its_version_moves_with_its_records(client, schools):
    before = client.get("/layers/schools.geojson").headers["ETag"]
    Building.objects.filter(pk=schools[0].pk).update(name="Cortile Lessona")
    assert client.get("/layers/schools.geojson").headers["ETag"] != before
