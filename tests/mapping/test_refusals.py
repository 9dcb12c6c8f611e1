"""What cannot be read is a 400 that says which parameter; what is not there is a 404; nothing is ever a 500."""

import json
from urllib.parse import quote

import pytest
from django.db import InternalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapping.errors import as_problem
from mapping.layers import LAYERS
from tests.answers import problem

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/layers/buildings.geojson", "/layers/buildings.csv", "/layers/neighbourhoods.geojson", "/layers.json",
    "/tiles/buildings/0/0/0.geojson", "/tiles/buildings.json",
]  # fmt: skip

BAD = {
    "bbox": [
        "", "7", "7,45,8", "7,45,8,46,9", "7,45,0,8,46,9", "7,45,0,8,46,9,1", "7,45,8,46,", ",7,45,8,46", "a,b,c,d",
        "7, 45, 8, 46", " 7,45,8,46", "7,45,8,46 ", "7;45;8;46", "nan,45,8,46", "NaN,NaN,NaN,NaN", "inf,45,8,46",
        "-inf,-90,inf,90", "Infinity,0,1,1", "7,46,8,45", "181,0,182,1", "-181,0,0,1", "0,-91,1,0", "0,0,1,91",
        "1e400,0,1,1", "0,0,1e2000,1", "0x7,45,8,46", "7_0,45,8,46", "٧,45,8,46", "7,45,8,46#", "1e,0,1,1",
        "7" * 5000 + ",45,8,46", '{"type":"Raster"}', "/vsicurl/http://127.0.0.1/x", "POLYGON((0 0,1 1,1 0,0 0))",
    ],
    "near": [
        "", "7", "7.68,45.07", "7.68,45.07,500,1", "7.68,45.07,", "7.68;45.07;500", "7.68, 45.07, 500", "a,b,c",
        "nan,45,500", "7,45,inf", "7,45,1e400", "181,45,500", "7,91,500", "7,45,0", "7,45,0.5", "7,45,-500",
        "7,45,50001", "7,45,500m", "٧,45,500", "0x7,45,500", "7,45," + "9" * 5000, "POINT(7 45)",
    ],
    "area": [
        "", "7", "7,45", "7,45,8,45", "7,45,8,45,8", "7,45,8,45,7,45", "7,45,8,46,8,45,7,46", "7,45,8,45,9,45",
        "7,45,7,45,7,45", "181,45,8,45,8,46", "7,91,8,45,8,46", "nan,45,8,45,8,46", "inf,45,8,45,8,46",
        "7 45,8 45,8 46", "7,45,8,45,8,46,", "POLYGON((7 45,8 45,8 46,7 45))",
        ",".join(f"{7 + n / 999},45,{7 + n / 999},46" for n in range(51)),
        "7,45," * 9000 + "8,46",
    ],
    "datetime": [
        "", "..", "../..", "/", "../", "/..", "2026-13-40", "2026-02-30", "2026", "2026-02", "yesterday", "20260231",
        "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-02/2026-01-01", "2026-01-01/2026-01-02/2026-01-03",
        "2026-01-01T25:00:00Z", "0000-01-01", "10000-01-01", "2026-01-01T00:00:00+99:00", "٢٠٢٦-01-01",
    ],
    "limit": ["", "0", "-1", "1.5", "1e3", "ten", "+5", " 5", "5 ", "0x10", "٣", "³", "NaN", "00", "-0", "1_000"],
    "zoom": ["-1", "23", "1.5", "ten", "1e1", "99999999999", "٣", " 3", "+3"],
    "crs": [
        "EPSG:4326", "EPSG:999999", "EPSG:-1", "EPSG:0", "epsg:32632", "32632", "EPSG:32632 ", "/etc/passwd", "WGS84",
        "http://127.0.0.1:9/x", "+proj=longlat", "EPSG:" + "9" * 400, "GEOGCS[" * 50_000, "crs84", "EPSG:٣٢",
    ],
    "city": ["Torino", "../..", "torino/", "tor ino", "x" * 51, "città", "'", "torino%00"],
    "cursor": [
        "", "0", "1", "1:", ":", "-1", "1:forged", "99999999999999999999:AAAA", "../../etc/passwd", "=" * 5000, "1:é",
    ],
    "use_status": ["closed", "DISUSED", "disused ", "'", "disused,reused", "%", "x" * 10_000],
    "q": ["a" * 201, "a" * 100_000],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=str
)
def test_what_cannot_be_read_is_a_bad_request_that_names_the_parameter(client, db, name, value):
    form = "csv" if name == "crs" else "geojson"
    document = problem(client.get(f"/layers/buildings.{form}", {name: value}), 400, "bad-parameter")
    assert [error["parameter"] for error in document["errors"]] == [name]
    assert document["errors"][0]["detail"]
    assert len(document["detail"]) < 500


@pytest.mark.parametrize("name", ["city", "bbox", "near", "area", "datetime", "q", "limit", "cursor", "crs", "zoom"])
@pytest.mark.parametrize("values", [["1", "1"], ["", ""], ["1", ""]], ids=str)
def test_a_scalar_given_twice_is_refused(client, db, name, values):
    document = problem(client.get("/layers/buildings.geojson", {name: values}), 400, "bad-parameter")
    assert document["errors"] == [{"parameter": name, "detail": "may be given once only"}]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(
    "name", ["colour", "Q", "bbox ", "sort", "filter", "callback", "f", "offset", "geometry", "pk"]
)
def test_an_unknown_parameter_is_refused_by_name(client, db, path, name):
    document = problem(client.get(path, {name: "1"}), 400, "unknown-parameter")
    assert document["errors"][0]["parameter"] == name


@pytest.mark.parametrize("name", ["description", "id", "city__slug", "neighbourhood__name", "visibility", "asset_code"])
def test_only_the_attributes_that_are_filters_filter(client, db, name):
    problem(client.get("/layers/buildings.geojson", {name: "x"}), 400, "unknown-parameter")


UNREADABLE = ["q=%00", "q=a%00b", "%00=1", "q=%ff", "q=%c0%af", "q=%ed%a0%80", "q=%f8%88%80%80%80", "q=a\0b", "q=\xff"]


@pytest.mark.parametrize("query", UNREADABLE)
@pytest.mark.parametrize("path", ["/layers/buildings.geojson", "/layers.json", "/tiles/buildings/0/0/0.geojson"])
def test_nul_and_bytes_that_are_no_utf8_are_refused(client, db, path, query):
    problem(client.get(path, QUERY_STRING=query), 400, "bad-parameter")


@pytest.mark.parametrize("name", ["%00", "buildings%00", "%ff", "%c0%ae%c0%ae", "%ed%a0%80", "..%2f..%2fetc%2fpasswd"])
def test_an_unreadable_path_is_refused_or_not_found(client, db, name):
    response = client.get(f"/layers/{name}.geojson")
    assert response.status_code in {400, 404}
    assert response.headers["Content-Type"] == "application/problem+json"


MISSING = [
    "/layers/pg_user.geojson", "/layers/Buildings.geojson", "/layers/buildings.exe", "/layers/buildings.GEOJSON",
    "/layers/buildings", "/layers/buildings.", "/layers/.geojson", "/layers/../x.geojson",
    "/layers/buildings.geojson/", "/layers/buildings.geojson.csv", "/layers/buildings.docx", "/layers.xml",
    "/tiles/pg_user/0/0/0.geojson", "/tiles/pg_user.json", "/tiles/buildings/0/0/0.pbf",
    "/tiles/buildings/a/0/0.geojson", "/tiles/buildings/-1/0/0.geojson", "/tiles/buildings/0/0.geojson",
    "/tiles/buildings/0/0/1.geojson", "/tiles/buildings/23/0/0.geojson", "/tiles/buildings/1/2/0.geojson",
    "/tiles/buildings/1/0/2.geojson", "/tiles/buildings/999999999999/0/0.geojson",
    "/tiles/buildings/3/" + "9" * 500 + "/0.geojson", "/layers/città.geojson",
]  # fmt: skip


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_404_document(client, db, path):
    problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace", "options"])
def test_reading_is_by_get_and_head_only(client, db, path, method):
    client.handler.enforce_csrf_checks = True
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


# Anything at all

NAMES = st.sampled_from([*BAD, "neighbourhood", "district", "cocity_type", "colour"])
VALUES = st.one_of(
    st.sampled_from([value for values in BAD.values() for value in values if len(value) < 300]),
    st.text(max_size=40),
    st.lists(st.floats() | st.integers(-200, 200), min_size=3, max_size=5).map(lambda n: ",".join(map(str, n))),
    st.dates().map(str),
    st.integers().map(str),
    st.sampled_from(["disused", "reused", "CRS84", "EPSG:32632", "torino", "Vanchiglia", "A", "12"]),
)
PATHS = st.sampled_from([f"/layers/{slug}.{form}" for slug in LAYERS for form in ("geojson", "csv")])
TILES = st.builds(
    lambda slug, z, x, y: f"/tiles/{slug}/{z}/{x}/{y}.geojson",
    st.sampled_from(list(LAYERS)),
    st.integers(0, 24),
    st.integers(0, 2**22),
    st.integers(0, 2**22),
)


@settings(
    max_examples=400,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PATHS | TILES, st.lists(st.tuples(NAMES, VALUES), max_size=4), st.binary(max_size=6))
def test_no_address_makes_the_server_fail(client, town, path, pairs, noise):
    query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    response = client.get(path, QUERY_STRING=f"{query}&{quote(noise)}" if noise else query)
    assert response.status_code in {200, 204, 400, 404}
    body = response.getvalue()
    assert b"Traceback" not in body and b"SELECT" not in body
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        json.loads(body)


@pytest.mark.parametrize(("words", "status"), [("GEOSIntersects: TopologyException: side location", 400), ("other", 0)])
def test_shapes_that_the_database_cannot_lay_over_each_other_are_a_refusal_and_other_faults_are_not(words, status):
    with pytest.raises(InternalError) as raised, connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION %s USING ERRCODE = 'XX000'; END $$", [words])
    found = as_problem(raised.value)
    assert (found.status if found else 0) == status
