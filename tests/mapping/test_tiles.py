"""Tiles: every located record is in exactly one of each zoom, and clusters and single records sum to the query."""

import json
import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.models import Building
from mapping.formats.tiles import CROWDED, bounds
from mapping.layers import LAYERS
from tests import factories as make
from tests.answers import ids, problem

pytestmark = pytest.mark.django_db


def address(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Column and row of a place, by the formula of the Web Mercator grid (OGC 17-083r4, annex E)."""
    lat = max(-85.05112877980659, min(85.05112877980659, lat))
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z
    return min(int(x), 2**z - 1), max(0, min(int(y), 2**z - 1))


@pytest.fixture
def tile(client):
    """`tile("buildings", z, x, y)`: the features of a tile, none for an answer without content."""

    def fetch(slug: str, z: int, x: int, y: int, **params) -> list[dict]:
        response = client.get(f"/tiles/{slug}/{z}/{x}/{y}.geojson", params)
        if response.status_code == 204:
            assert response.content == b""
            return []
        assert response.status_code == 200, response.content
        collection = json.loads(response.content)
        assert list(collection) == ["type", "features"]
        assert collection["features"]
        return collection["features"]

    return fetch


@pytest.fixture
def around(tile):
    """All the features of the tiles that hold these places, and of their neighbours as far as `margin`."""

    def fetch(slug: str, z: int, places: list[tuple[float, float]], margin: int = 1, **params) -> list[dict]:
        middles = {address(*place, z) for place in places}
        steps = range(-margin, margin + 1)
        near = {(x + i, y + j) for x, y in middles for i, j in product(steps, repeat=2)}
        inside = sorted((x, y) for x, y in near if 0 <= x < 2**z and 0 <= y < 2**z)
        return [feature for x, y in inside for feature in tile(slug, z, x, y, **params)]

    return fetch


def counted(features: list[dict]) -> int:
    return sum(feature["properties"].get("count", 1) for feature in features)


EDGES = [
    (0, 0), (180, 0), (-180, 0), (90, 0), (-90, 45), (7.68, 45.07), (0, 85.05112877980659), (0, -85.05112877980659),
    (10, 85.06), (10, -85.06), (0, 90), (0, -90), (-180, 66.51326044311186), (11.25, 45.0), (5.625, 40.97989806962013),
    (180, 90), (-180, -90), (45, 1e-12), (45, -1e-12), (1e-12, 5), (-1e-12, 5),
]  # fmt: skip


@pytest.mark.parametrize("z", [0, 1, 2, 3])
def test_each_place_of_the_world_is_in_exactly_one_tile_of_the_whole_grid(tile, db, z):
    city = make.CityFactory(slug="world", national=False)
    made = [make.BuildingFactory(city=city, place=make.point(*place)).uid for place in EDGES]
    found = [f["id"] for x, y in product(range(2**z), repeat=2) for f in tile("buildings", z, x, y)]
    assert sorted(found) == sorted(made)


@pytest.mark.parametrize("z", [5, 9, 13, 16, 19, 22])
def test_each_place_is_in_exactly_one_tile_of_the_deeper_grids(around, db, z):
    city = make.CityFactory(slug="world", national=False)
    west, south, east, north = bounds(z, *address(7.68, 45.07, z))
    corners = [(west, north), (east, north), (west, south), (east, south), (west, (south + north) / 2)]
    corners += [(math.nextafter(west, 0), south), (east, math.nextafter(north, 90)), (7.68, 45.07)]
    made = [make.BuildingFactory(city=city, place=make.point(*place)).uid for place in corners]
    assert sorted(f["id"] for f in around("buildings", z, corners)) == sorted(made)


@settings(deadline=None, database=None)
@given(st.integers(0, 22).flatmap(lambda z: st.tuples(*[st.just(z)] + [st.integers(0, 2**z - 1)] * 2)))
def test_neighbouring_tiles_share_their_edges_to_the_last_bit(zxy):
    z, x, y = zxy
    west, south, east, north = bounds(z, x, y)
    assert west < east and south < north
    assert bounds(z, x + 1, y)[0] == east
    assert bounds(z, x, y + 1)[3] == south
    assert address((west + east) / 2, (south + north) / 2, z) == (x, y)


@pytest.mark.parametrize("slug", LAYERS)
@pytest.mark.parametrize("z", [0, 8, 13, 17])
def test_the_tiles_of_every_layer_hold_what_its_geojson_holds(around, get, town, slug, z):
    records = [record for record in LAYERS[slug].queryset() if record.label_point]
    features = around(slug, z, [record.label_point.coords for record in records])
    located = {f["id"] for f in get(f"{slug}.geojson")["features"] if f["geometry"]}
    assert sorted(f["id"] for f in features) == sorted(located)


def test_a_feature_is_whole_in_the_tile_of_its_label_point(tile, town):
    line = Building.objects.get(name="Lungo Dora")
    x, y = address(*line.label_point.coords, 16)
    (feature,) = [f for f in tile("buildings", 16, x, y) if f["id"] == line.uid]
    west, _, east, _ = bounds(16, x, y)
    assert feature["geometry"]["coordinates"] == [[7.66, 45.07], [7.7, 45.07]]
    assert (west, east) != (7.66, 7.7) and east - west < 0.01


def test_a_tile_has_brief_properties_only(tile, town):
    for slug, wanted in {
        "buildings": ["name", "use_status", "precision", "example"],
        "houses": ["name", "status", "precision", "example"],
        "neighbourhoods": ["name", "code", "schematic", "precision", "example"],
        "streets": ["name", "precision", "example"],
    }.items():
        feature = tile(slug, 0, 0, 0)[0]
        flat = feature["geometry"]["type"] == "Point"
        assert list(feature) == ["type", "id", *([] if flat else ["point"]), "geometry", "properties"]
        assert list(feature["properties"]) == wanted


def test_lines_and_areas_say_where_their_mark_stands(tile, town):
    """A foreign member (RFC 7946, 6.1): the label point, by which the tile was chosen."""
    marks = {feature["id"]: feature.get("point") for feature in tile("buildings", 0, 0, 0)}
    for building in town.buildings[:-1]:
        building.refresh_from_db()
        label = [round(building.label_point.x, 6), round(building.label_point.y, 6)]
        assert marks[building.uid] == (None if building.place.geom_type == "Point" else label)


@pytest.fixture
def crowd(db):
    """Three hundred buildings in a square of five kilometres, some in one and the same place; two without a place."""
    city, states = make.CityFactory(), Building.UseStatus.values

    def building(number: int) -> Building:
        x, y = (0, 0) if number % 10 == 0 else (number % 17, number % 19)
        place = make.point(7.65 + x * 0.004, 45.04 + y * 0.003)
        return Building(city=city, name=f"Ex scuola {number}", use_status=states[number % 3], place=place)

    Building.objects.bulk_create(building(number) for number in range(300))
    make.BuildingFactory.create_batch(2, place=None)


@pytest.mark.parametrize("z", [0, 5, 10, 12, 13, 14, 16, 22])
@pytest.mark.parametrize(
    "params", [{}, {"use_status": "disused", "city": "torino", "q": "scuola 1"}], ids=["all", "some"]
)
def test_clusters_and_single_records_sum_to_the_query_at_every_zoom(around, get, crowd, z, params):
    found = [f for f in get("buildings.geojson", **params)["features"] if f["geometry"]]
    features = around("buildings", z, [f["geometry"]["coordinates"] for f in found], margin=0, **params)
    assert counted(features) == len(found) > 20
    single = [f["id"] for f in features if "id" in f]
    assert len(single) == len(set(single))
    assert set(single) <= ids({"features": found})


def test_a_cluster_is_a_point_with_its_count_and_the_box_of_its_records(tile, crowd):
    clusters = [f for f in tile("buildings", 10, *address(7.68, 45.07, 10)) if "id" not in f]
    assert clusters
    for cluster in clusters:
        assert list(cluster) == ["type", "geometry", "properties"]
        assert list(cluster["properties"]) == ["cluster", "count", "bbox"]
        assert cluster["properties"]["cluster"] is True
        west, south, east, north = cluster["properties"]["bbox"]
        lon, lat = cluster["geometry"]["coordinates"]
        assert west - 1e-6 <= lon <= east + 1e-6 and south - 1e-6 <= lat <= north + 1e-6
        inside = Building.objects.filter(place__within=make.box(west - 1e-9, south - 1e-9, east + 1e-9, north + 1e-9))
        assert inside.count() >= cluster["properties"]["count"] > 1


def test_a_tile_with_few_records_has_no_cluster_and_no_tile_sends_more_than_a_screen_can_show(tile, crowd):
    for z in range(23):
        features = tile("buildings", z, *address(7.65, 45.04, z))
        assert len(features) <= CROWDED
        if counted(features) <= CROWDED:
            assert all("id" in feature for feature in features)


def test_territories_streets_and_waters_are_never_clustered(tile, db):
    make.StreetFactory.create_batch(CROWDED + 10)
    assert len(tile("streets", 0, 0, 0)) == CROWDED + 10


def test_an_empty_tile_is_204_and_may_be_kept_like_any_other(client, town):
    response = client.get("/tiles/buildings/10/0/0.geojson")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Cache-Control"] == "no-cache"
    again = client.get("/tiles/buildings/10/0/0.geojson", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["bbox", "limit", "cursor", "crs", "zoom"])
def test_what_a_tile_decides_itself_cannot_be_asked(client, db, name):
    problem(client.get("/tiles/buildings/0/0/0.geojson", {name: "1"}), 400, "unknown-parameter")


def test_filters_search_and_city_narrow_a_tile_as_they_narrow_the_layer(tile, get, town):
    for params in (
        {"use_status": ["reused", "disused"]},
        {"q": "scuola"},
        {"city": "nowhere"},
        {"neighbourhood": "Vanchiglia"},
    ):
        located = {f["id"] for f in get("buildings.geojson", **params)["features"] if f["geometry"]}
        assert {f["id"] for f in tile("buildings", 0, 0, 0, **params)} == located


def test_tilejson_says_where_the_tiles_are(get, town):
    said = get("/tiles/buildings.json")
    assert said["tilejson"] == "3.0.0"
    assert said["tiles"] == ["http://127.0.0.1:8000/tiles/buildings/{z}/{x}/{y}.mvt"]
    assert said["data"] == ["http://127.0.0.1:8000/tiles/buildings/{z}/{x}/{y}.geojson"]
    assert (said["minzoom"], said["maxzoom"]) == LAYERS["buildings"].zoom
    assert said["bounds"] == get("buildings.geojson")["bbox"]
    fields = ["id", "name", "use_status", "precision", "example", "part", "cluster", "count"]
    assert said["vector_layers"] == [{"id": "buildings", "fields": said["vector_layers"][0]["fields"]}]
    assert list(said["vector_layers"][0]["fields"]) == fields
    assert get("/tiles/buildings.json", city="nowhere")["bounds"] == [-180, -85.051129, 180, 85.051129]
