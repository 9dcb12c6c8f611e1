"""GeoJSON to the letter of RFC 7946 and of the README's contract."""

import json
from itertools import pairwise

import pytest
from django.contrib.gis.geos import GEOSGeometry

from commons.models import Building
from mapping.layers import LAYERS
from tests import factories as make

pytestmark = pytest.mark.django_db
MEMBERS = ["type", "features", "bbox", "numberMatched", "numberReturned", "links"]


def signed_area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


@pytest.mark.parametrize("slug", LAYERS)
def test_every_layer_has_the_members_of_the_contract_in_their_order(get, town, slug):
    collection = get(f"{slug}.geojson")
    assert list(collection) == MEMBERS
    assert collection["type"] == "FeatureCollection"
    assert collection["numberMatched"] == collection["numberReturned"] == len(collection["features"]) > 0
    assert [link["rel"] for link in collection["links"]] == ["self"]


@pytest.mark.parametrize("slug", LAYERS)
def test_a_feature_has_its_uid_its_geometry_and_the_allow_list_ending_with_url(get, town, slug):
    layer = LAYERS[slug]
    published = {record.uid: record for record in layer.queryset()}
    for feature in get(f"{slug}.geojson")["features"]:
        assert list(feature) == ["type", "id", "geometry", "properties"]
        assert feature["type"] == "Feature"
        assert feature["id"] in published
        assert list(feature["properties"]) == [*(a.name for a in layer.published), "url"]
        assert feature["properties"]["url"] == f"http://127.0.0.1:8000/torino/{slug}/{feature['id']}/"


def test_values_are_those_of_the_record_with_their_types(get, town):
    building = town.buildings[1]
    building.refresh_from_db()
    found = {feature["id"]: feature["properties"] for feature in get("buildings.geojson")["features"]}[building.uid]
    assert found["name"] == "Ex scuola perché underused"
    assert found["use_since"] == "2011-03-31"
    assert found["floor_area"] == 100
    assert found["example"] is False
    assert found["neighbourhood"] == building.neighbourhood.name
    assert found["district"] == building.district.name
    assert found["placement"] == building.placement
    assert found["city"] == "torino"
    assert found["updated_at"].endswith("+00:00")


def test_no_collection_has_a_name_a_time_stamp_or_a_crs(client, town):
    body = client.get("/layers/buildings.geojson").getvalue()
    for word in (b'"crs"', b"timeStamp", b'"name":"buildings"'):
        assert word not in body


def test_an_area_stored_clockwise_is_published_counter_clockwise_with_clockwise_holes(get, town):
    clockwise = "POLYGON((7.66 45.04,7.66 45.05,7.67 45.05,7.67 45.04,7.66 45.04),"
    hole = "(7.662 45.042,7.664 45.042,7.664 45.044,7.662 45.044,7.662 45.042))"
    record = make.BuildingFactory(place=GEOSGeometry(f"SRID=4326;{clockwise}{hole}"))
    Building.objects.filter(pk=record.pk).update(place=GEOSGeometry(f"SRID=4326;{clockwise}{hole}"))
    collection = get("buildings.geojson", q=record.name)
    outer, inner = collection["features"][0]["geometry"]["coordinates"]
    assert signed_area(outer) > 0 > signed_area(inner)
    assert outer[0] == outer[-1]


@pytest.mark.parametrize("zoom", [None, 0, 8, 13, 22])
def test_every_ring_of_every_layer_is_wound_by_the_right_hand_rule(get, town, zoom):
    for slug in ("neighbourhoods", "districts", "waters", "buildings"):
        for feature in get(f"{slug}.geojson", **({} if zoom is None else {"zoom": zoom}))["features"]:
            geometry = feature["geometry"] or {"type": "none"}
            polygons = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}.get(geometry["type"], lambda c: [])
            for outer, *holes in polygons(geometry.get("coordinates")):
                assert signed_area(outer) >= 0
                assert all(signed_area(hole) <= 0 for hole in holes)


def test_coordinates_have_at_most_six_decimals_and_no_height(get, town):
    make.BuildingFactory(name="Preciso", place=make.point(7.123456789, 45.987654321))
    collection = get("buildings.geojson", q="Preciso")
    assert collection["features"][0]["geometry"]["coordinates"] == [7.123457, 45.987654]
    assert collection["bbox"] == [7.123457, 45.987654, 7.123457, 45.987654]


def test_a_record_without_a_place_has_a_null_geometry(get, town):
    collection = get("buildings.geojson", q="Senza posto")
    assert collection["features"][0]["geometry"] is None
    assert "bbox" not in collection


def test_the_box_holds_every_geometry_and_nothing_more(get, town):
    found = get("buildings.geojson")
    extents = [b.place.extent for b in town.buildings if b.place]
    west, south = (min(e[i] for e in extents) for i in (0, 1))
    east, north = (max(e[i] for e in extents) for i in (2, 3))
    assert found["bbox"] == [round(edge, 6) for edge in (west, south, east, north)]


def test_nothing_found_is_an_empty_collection_without_a_box(client, town):
    response = client.get("/layers/buildings.geojson", {"q": "zzzz"})
    collection = json.loads(response.getvalue())
    assert collection["features"] == []
    assert list(collection) == [member for member in MEMBERS if member != "bbox"]
    assert (collection["numberMatched"], collection["numberReturned"]) == (0, 0)


def test_the_media_type_is_that_of_rfc_7946(client, town):
    assert client.get("/layers/buildings.geojson").headers["Content-Type"] == "application/geo+json"


def test_names_with_quotes_backslashes_and_control_characters_come_back_unchanged(get, town):
    name = 'Sala "Ψ" \\ 100%\t\u2028 €😀 %s %(x)s'
    make.BuildingFactory(name=name)
    assert name in {feature["properties"]["name"] for feature in get("buildings.geojson")["features"]}


def test_the_self_link_asks_the_same_question(get, town):
    first = get("buildings.geojson", q="scuola", bbox="7.6,45,7.7,45.1", use_status=["reused", "disused"])
    again = get(first["links"][0]["href"].removeprefix("http://127.0.0.1:8000"))
    assert again == first
    assert first["links"][0]["type"] == "application/geo+json"


def test_a_zoom_makes_shapes_simpler_and_never_loses_a_feature(client, get, town):
    wiggly = make.line(*[(7.66 + i * 0.0001, 45.06 + (i % 2) * 0.00001) for i in range(300)])
    make.StreetFactory(name="Via Storta", place=wiggly)
    exact, drawn = (client.get("/layers/streets.geojson", p).getvalue() for p in ({}, {"zoom": 12}))
    assert len(drawn) < len(exact) / 3
    assert [f["id"] for f in json.loads(drawn)["features"]] == [f["id"] for f in json.loads(exact)["features"]]
