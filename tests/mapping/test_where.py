"""Near a point and inside an area: what the two parameters find, everywhere they can be asked."""

import json

import pytest
from django.db import connections
from django.http import QueryDict

from mapping.layers import LAYERS
from mapping.places import list_places
from mapping.query import Query
from mapping.selection import Selection
from mapping.where import box_around, box_of, parse_area, parse_near
from tests import factories as make
from tests.answers import ids

pytestmark = pytest.mark.django_db
ROUND = "7.684,45.053"  # inside the green area of the town
CORNERS = "7.66,45.04,7.67,45.04,7.67,45.05,7.66,45.05"


def test_near_a_point_is_what_reaches_into_the_ring_on_the_ellipsoid(get, db):
    here, there = make.BuildingFactory(x=7.68, y=45.07), make.BuildingFactory(x=7.68, y=45.079)
    between = 1000.2  # metres of 0.009 degrees of latitude at 45 degrees north
    assert ids(get("buildings.geojson", near=f"7.68,45.07,{between - 2}")) == {here.uid}
    assert ids(get("buildings.geojson", near=f"7.68,45.07,{between + 2}")) == {here.uid, there.uid}


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude(get, db):
    east, north = make.BuildingFactory(x=7.69, y=45.07), make.BuildingFactory(x=7.68, y=45.08)
    assert ids(get("buildings.geojson", near="7.68,45.07,900")) == {east.uid}
    assert ids(get("buildings.geojson", near="7.68,45.07,1200")) == {east.uid, north.uid}


def test_what_is_larger_than_a_point_counts_by_its_nearest_part_and_what_has_no_place_never(get, town):
    names = {one["properties"]["name"] for one in get("buildings.geojson", near=f"{ROUND},1")["features"]}
    assert names == {"Area verde"}
    everywhere = ids(get("buildings.geojson", near="7.68,45.06,50000"))
    assert everywhere == {building.uid for building in town.buildings if building.place}


@pytest.mark.parametrize("place", [(-179.999, 0), (179.999, 0), (0, 89.99), (10, -89.95), (100, 89.2)])
def test_a_ring_reaches_over_the_date_line_and_the_poles(get, db, place):
    x, y = place
    city = make.CityFactory(slug="world", national=False)
    over = (x + 0.02 if x < 0 else x - 0.02) if abs(y) < 80 else ((x + 180 + 180) % 360) - 180
    there = make.BuildingFactory(city=city, place=make.point(-x if abs(y) < 80 else over, y))
    assert ids(get("buildings.geojson", near=f"{x},{y},{3000 if abs(y) < 89.5 else 20000}")) == (
        {there.uid} if abs(y) < 80 or abs(y) > 89.5 else set()
    )


def test_the_box_of_a_ring_holds_it_and_little_more():
    west, south, east, north = box_of((7.68, 45.07, 1000.0))
    assert 0.0127 < east - 7.68 < 0.0131 and west < 7.68
    assert 0.0090 < north - 45.07 < 0.0092 and south < 45.07
    assert box_of((179.99, 0.0, 5000.0))[0] > box_of((179.99, 0.0, 5000.0))[2]
    assert box_of((0.0, 89.99, 5000.0)) == (-180.0, pytest.approx(89.94, abs=0.01), 180.0, 90.0)


def test_in_an_area_is_what_has_a_point_in_common_with_it(get, town):
    found = {one["properties"]["name"] for one in get("buildings.geojson", area=CORNERS)["features"]}
    assert found == {"Ex scuola perché disused"}
    touching = get("buildings.geojson", area="7.67,45.05,7.675,45.05,7.675,45.0505")
    assert {one["properties"]["name"] for one in touching["features"]} == {"Area verde"}


def test_an_area_may_be_said_closed_or_open_and_either_way_round(get, town):
    corners = CORNERS.split(",")
    backwards = ",".join(part for n in range(6, -1, -2) for part in corners[n : n + 2])
    wanted = ids(get("buildings.geojson", area=CORNERS))
    assert ids(get("buildings.geojson", area=f"{CORNERS},7.66,45.04")) == wanted
    assert ids(get("buildings.geojson", area=backwards)) == wanted
    assert box_around(parse_area(CORNERS)) == (7.66, 45.04, 7.67, 45.05)


@pytest.mark.parametrize("asked", [f"near={ROUND},1500", f"area={CORNERS}", f"near={ROUND},3000&area={CORNERS}"])
def test_every_format_tile_feed_and_page_of_a_list_holds_the_same(client, get, town, asked):
    wanted = ids(get(f"/layers/buildings.geojson?{asked}"))
    rows = client.get(f"/layers/buildings.csv?{asked}").getvalue().decode("utf-8-sig").splitlines()
    assert {row.split(",")[0].strip(chr(34)) for row in rows[1:]} == wanted
    found, path = set(), f"buildings.geojson?{asked}&limit=2"
    while path:
        part = get(path)
        found |= ids(part)
        path = next((link["href"].partition("/layers/")[2] for link in part["links"] if link["rel"] == "next"), "")
    assert found == wanted
    tile = client.get(f"/tiles/buildings/6/33/23.geojson?{asked}").getvalue()
    assert ids(json.loads(tile)) == wanted
    assert client.get(f"/tiles/buildings/6/33/23.mvt?{asked}").status_code == 200
    feed = client.get(f"/data/buildings/changes.atom?{asked}")
    assert feed.status_code == 200
    assert {uid for uid in (one.uid for one in town.buildings) if uid in feed.content.decode()} == wanted
    selection = Selection.parse(town.city, QueryDict(f"layers=buildings&{asked}"))
    assert {place.uid for place in list_places(selection)} == wanted


def test_what_is_asked_is_said_again_the_same():
    asked = f"near=7.68,45.07,500&area={CORNERS}&datetime=2018-01-01/2018-12-31"
    query = Query.parse(LAYERS["pacts"], QueryDict(asked))
    assert query.address("geojson") == f"/layers/pacts.geojson?{asked}"
    assert query.without("near", "area", "time").address("geojson") == "/layers/pacts.geojson"
    assert parse_near("7.68,45.07,500") == (7.68, 45.07, 500.0)


def test_the_list_of_a_ring_is_in_the_order_of_distance_and_says_it(client, town):
    selection = Selection.parse(town.city, QueryDict(f"near={ROUND},3000"))
    metres = [place.metres for place in list_places(selection)]
    assert metres == sorted(metres) and metres[0] == 0 and 0 < metres[-1] <= 3000
    assert all(place.metres is None for place in list_places(Selection.parse(town.city, QueryDict(""))))


@pytest.mark.parametrize("asked", ["near=7.68,45.07,300", "area=7.68,45.07,7.681,45.07,7.681,45.071"])
def test_many_places_are_found_by_the_index(db, asked):
    city = make.CityFactory(slug="torino")
    model = LAYERS["buildings"].queryset().model
    rows = [
        make.BuildingFactory.build(
            city=city, name=f"Edificio {n}", place=make.point(7 + n % 100 / 50, 44 + n // 100 / 50)
        )
        for n in range(5000)
    ]
    model.objects.bulk_create(rows)
    sql, params = Query.parse(LAYERS["buildings"], QueryDict(asked)).rows().values_list("pk").query.sql_with_params()
    with connections["default"].cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "place" in plan and "Index" in plan and "Seq Scan" not in plan
