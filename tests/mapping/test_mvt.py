"""Vector tiles, decoded by another library and compared with the database feature by feature."""

import math
import re
from itertools import product

import mapbox_vector_tile
import pytest
import shapely
from django.db import connections

from commons.models import Building
from mapping.formats.mvt import attributes, mvt, statement
from mapping.formats.rows import snapshot
from mapping.formats.tiles import bounds
from mapping.layers import LAYERS
from mapping.query import Query
from neighbourhoods.models import Neighbourhood, Outline
from tests import factories as make
from tests.answers import problem
from tests.mapping.test_tiles import address, crowd  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
TYPE = "application/vnd.mapbox-vector-tile"


@pytest.fixture
def vector(client):
    """`vector("buildings", z, x, y)`: the features of a tile, geometries in degrees, none for an empty tile."""

    def fetch(slug: str, z: int, x: int, y: int, **params) -> list[dict]:
        response = client.get(f"/tiles/{slug}/{z}/{x}/{y}.mvt", params)
        if response.status_code == 204:
            assert response.content == b""
            return []
        assert (response.status_code, response.headers["Content-Type"]) == (200, TYPE), response.content
        decoded = mapbox_vector_tile.decode(response.content, default_options={"y_coord_down": True})
        assert list(decoded) == [slug]
        assert decoded[slug]["extent"] == 4096 and decoded[slug]["version"] == 2
        return [
            one["properties"] | {"geometry": in_degrees(shapely.geometry.shape(one["geometry"]), z, x, y)}
            for one in decoded[slug]["features"]
        ]

    return fetch


def in_degrees(geometry: shapely.Geometry, z: int, x: int, y: int) -> shapely.Geometry:
    """From units of a tile to longitude and latitude."""

    def turned(points):
        columns, rows = x + points[:, 0] / 4096, y + points[:, 1] / 4096
        lats = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z)))) for row in rows]
        return [[column / 2**z * 360 - 180, lat] for column, lat in zip(columns, lats, strict=True)]

    return shapely.transform(geometry, turned)


def tiles_over(slug: str, z: int) -> list[tuple[int, int]]:
    """The tiles of a zoom that hold something of a layer, and those around them."""
    boxes = [getattr(record, LAYERS[slug].geometry) for record in LAYERS[slug].queryset()]
    found = set()
    for west, south, east, north in (place.extent for place in boxes if place):
        (left, top), (right, bottom) = address(west, north, z), address(east, south, z)
        found |= set(product(range(left - 1, right + 2), range(top - 1, bottom + 2)))
    return sorted((x, y) for x, y in found if 0 <= x < 2**z and 0 <= y < 2**z)


def counted(features: list[dict]) -> int:
    return sum(feature.get("count", 1) for feature in features if not feature.get("part"))


@pytest.mark.parametrize("slug", LAYERS)
@pytest.mark.parametrize("z", [10, 13, 15])
def test_the_tiles_of_a_layer_put_together_are_what_the_database_holds(vector, town, slug, z):
    """Pieces of each record, joined, are its geometry to within a sixteenth of a pixel, and its words are its own."""
    layer, pieces, said = LAYERS[slug], {}, {}
    for x, y in tiles_over(slug, z):
        tile = shapely.box(*bounds(z, x, y)).buffer(1e-9)
        for one in vector(slug, z, x, y):
            pieces.setdefault(one["id"], []).append(one.pop("geometry").intersection(tile))
            one.pop("part", None)
            assert said.setdefault(one["id"], one) == one
    records = {record.uid: record for record in Query(layer).rows() if getattr(record, layer.geometry)}
    assert set(pieces) == set(records)
    unit = 360 / 2**z / 4096
    for uid, record in records.items():
        whole = shapely.from_wkb(bytes(getattr(record, layer.geometry).wkb))
        joined = shapely.union_all(pieces[uid])
        if whole.area and max(whole.bounds[2] - whole.bounds[0], whole.bounds[3] - whole.bounds[1]) > unit * 16:
            assert joined.symmetric_difference(whole).area <= whole.length * unit * 13 + unit**2
        else:
            assert shapely.hausdorff_distance(joined, whole) < unit * 16
        assert said[uid]["name"] == record.name
        if layer.legend.attribute:
            assert said[uid][layer.legend.attribute] == getattr(record, layer.legend.attribute)


def test_a_tile_says_few_things_and_only_what_is_not_usual(vector, town):
    ordinary = make.BuildingFactory(name="Solita")
    odd = make.BuildingFactory(name="Strana", precision="approximate", example=True)
    found = {one["id"]: one for one in vector("buildings", 14, *address(7.68, 45.07, 14))}
    assert set(found[ordinary.uid]) == {"geometry", "id", "name", "use_status"}
    assert found[odd.uid]["precision"] == "approximate" and found[odd.uid]["example"] is True
    for slug, layer in LAYERS.items():
        assert set(attributes(layer)) - {"id", "part", "cluster", "count"} <= {one.name for one in layer.published}
        for one in vector(slug, 0, 0, 0):
            assert set(one) - {"geometry"} <= set(attributes(layer))


@pytest.mark.parametrize("z", [0, 5, 10, 12, 13, 14, 16, 22])
@pytest.mark.parametrize(
    "params", [{}, {"use_status": "disused", "city": "torino", "q": "scuola 1"}], ids=["all", "some"]
)
def test_clusters_are_those_of_the_geojson_tiles_and_counts_sum_to_the_query(client, vector, crowd, z, params):  # noqa: F811
    places = {building.place.coords for building in Building.objects.exclude(place=None)}
    total, unit = 0, 360 / 2**z / 4096
    for x, y in sorted({address(*place, z) for place in places}):
        drawn = client.get(f"/tiles/buildings/{z}/{x}/{y}.geojson", params)
        plain = drawn.json()["features"] if drawn.status_code == 200 else []
        found = vector("buildings", z, x, y, **params)
        total += counted(found)
        assert {f["id"] for f in plain if "id" in f} == {f["id"] for f in found if "id" in f}
        wanted = sorted((f["properties"]["count"], *f["geometry"]["coordinates"]) for f in plain if "id" not in f)
        clusters = sorted((f["count"], *f["geometry"].coords[0]) for f in found if f.get("cluster"))
        assert [one[0] for one in clusters] == [one[0] for one in wanted]
        for one, other in zip(clusters, wanted, strict=True):
            assert one[1:] == pytest.approx(other[1:], abs=unit + 1e-6)
    assert total == Query.parse(LAYERS["buildings"], querydict(params)).rows().exclude(place=None).count() > 20


def querydict(params: dict):
    from django.http import QueryDict

    asked = QueryDict(mutable=True)
    asked.update(params)
    return asked


def test_a_record_over_the_edge_of_a_tile_is_drawn_in_both_and_counted_in_one(vector, db):
    z = 16
    west, south, _east, north = bounds(z, *address(7.68, 45.07, z))
    middle = (south + north) / 2
    make.BuildingFactory(place=make.box(west - 0.0005, middle - 0.0005, west + 0.001, middle + 0.0005))
    x, y = address(7.68, 45.07, z)
    (here,), (there,) = vector("buildings", z, x, y), vector("buildings", z, x - 1, y)
    assert "part" not in here and there["part"] is True
    assert here["geometry"].bounds[0] < west < there["geometry"].bounds[2]
    assert vector("buildings", z, x + 1, y) == []


def test_what_is_under_a_pixel_is_a_point_and_streets_under_a_pixel_are_left_out(vector, db):
    make.BuildingFactory(place=make.box(7.68, 45.07, 7.6801, 45.0701))
    make.StreetFactory(place=make.line((7.68, 45.07), (7.6801, 45.0701)))
    for z, kind in ((12, "Point"), (18, "Polygon")):
        (one,) = vector("buildings", z, *address(7.68005, 45.07005, z))
        assert one["geometry"].geom_type == kind
    assert vector("streets", 12, *address(7.68, 45.07, 12)) == []
    assert len(vector("streets", 18, *address(7.68, 45.07, 18))) == 1


@pytest.mark.parametrize("z", [0, 3])
def test_places_at_the_poles_and_the_date_line_do_not_break_a_tile(vector, db, z):
    city = make.CityFactory(slug="world", national=False)
    for place in (make.point(0, 90), make.point(180, -90), make.box(-10, 80, 10, 90), make.box(170, -90, 180, -80)):
        make.BuildingFactory(city=city, place=place)
    found = [one for x, y in product(range(2**z), repeat=2) for one in vector("buildings", z, x, y)]
    assert counted(found) == 4


@pytest.mark.parametrize(("z", "x", "y"), [(23, 0, 0), (0, 1, 0), (3, 0, 8), (22, 4194304, 0)])
def test_a_tile_outside_the_grid_is_not_found(client, db, z, x, y):
    problem(client.get(f"/tiles/buildings/{z}/{x}/{y}.mvt"), 404, "not-found")


def test_an_empty_tile_has_no_content_and_may_be_kept(client, town):
    response = client.get("/tiles/buildings/10/0/0.mvt")
    assert (response.status_code, response.content) == (204, b"")
    again = client.get("/tiles/buildings/10/0/0.mvt", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/tiles/buildings/0/0/0.mvt?city=nowhere").status_code == 204
    assert client.get("/tiles/buildings/0/0/0.mvt?limit=1").status_code == 400


def test_the_two_kinds_of_one_tile_have_different_tags(client, town):
    tags = {client.get(f"/tiles/buildings/0/0/0.{kind}").headers["ETag"] for kind in ("mvt", "geojson")}
    assert len(tags) == 2


def plan(sql: str, params: tuple) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # as in the sessions of tiles
        cursor.execute(f"EXPLAIN (VERBOSE, COSTS OFF) {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("slug", LAYERS)
@pytest.mark.parametrize("z", [10, 16])
def test_a_tile_cuts_each_geometry_once(town, slug, z):
    said = plan(*statement(Query(LAYERS[slug], city="torino"), (z, *address(7.68, 45.07, z)), ""))
    assert len(re.findall("st_asmvtgeom", said, re.IGNORECASE)) == 1


def test_the_search_for_a_geometry_cut_twice_finds_one(town):
    """The recipe that the statement avoids: a condition on the outcome has PostgreSQL make it twice."""
    recipe = """SELECT ST_AsMVT(q) FROM (SELECT ST_AsMVTGeom(ST_Transform(place, 3857), ST_TileEnvelope(0, 0, 0)) AS g
      FROM commons_building) AS q WHERE g IS NOT NULL"""
    assert len(re.findall("st_asmvtgeom", plan(recipe, ()), re.IGNORECASE)) == 2


@pytest.mark.django_db(transaction=True)
def test_the_sessions_of_tiles_are_kept_and_have_no_parallel_workers(settings):
    assert settings.DATABASES["public"]["CONN_MAX_AGE"] > 0
    assert "max_parallel_workers_per_gather=0" in settings.DATABASES["public"]["OPTIONS"]["options"]


def test_a_tile_is_made_for_whoever_asks_with_a_cursor(town):
    with snapshot() as cursor:
        assert mapbox_vector_tile.decode(mvt(cursor, Query(LAYERS["houses"]), 0, 0, 0))["houses"]["features"]
        assert mvt(cursor, Query(LAYERS["houses"], city="nowhere"), 0, 0, 0) == b""


def test_outlines_follow_their_boundary(db):
    ring = [(7.6 + 0.05 * math.cos(n / 200 * math.pi), 45 + 0.05 * math.sin(n / 200 * math.pi)) for n in range(400)]
    territory = make.NeighbourhoodFactory()
    round_one = shapely.multipolygons([shapely.Polygon(ring)])
    Neighbourhood.objects.filter(pk=territory.pk).update(boundary=round_one.wkt)
    outline = Outline.objects.get(neighbourhood=territory)
    counts = [getattr(outline, f"z{level}").num_coords for level in Outline.LEVELS]
    assert counts == sorted(counts) and counts[0] < 40 < counts[-1] <= 401
    for level in Outline.LEVELS:
        simple = shapely.from_wkb(bytes(getattr(outline, f"z{level}").wkb))
        assert simple.is_valid
        assert shapely.hausdorff_distance(simple, round_one) < 360 / 256 / 2**level
    territory.delete()
    assert not Outline.objects.exists()


def test_territories_are_drawn_from_the_outline_of_the_zoom_and_exported_whole(get, town):
    uid = town.west.uid
    Outline.objects.filter(neighbourhood=town.west).update(z12=make.square(7.67, 45.05, 0.001))

    def corners(path: str, **params) -> list:
        (found,) = [one for one in get(path, **params)["features"] if one["id"] == uid]
        return found["geometry"]["coordinates"][0][0]

    small = [7.669, 45.049]
    assert small in corners("neighbourhoods.geojson", zoom=11)
    assert small in corners("neighbourhoods.geojson", zoom=12)
    assert small in corners(f"/tiles/neighbourhoods/12/{'/'.join(map(str, address(7.67, 45.05, 12)))}.geojson")
    for exact in ({}, {"zoom": 13}, {"zoom": 20}):
        assert small not in corners("neighbourhoods.geojson", **exact)
