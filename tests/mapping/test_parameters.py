"""Every parameter of the contract: what it does, and that what cannot be read is a 400 that says which."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.models import Building
from mapping.errors import PROBLEMS
from mapping.layers import LAYERS
from tests import factories as make

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "/layers/buildings.geojson", "/layers/buildings.csv", "/layers/neighbourhoods.geojson", "/layers.json",
    "/tiles/buildings/0/0/0.geojson", "/tiles/buildings.json",
]  # fmt: skip


def problem(response, status: int, kind: str) -> dict:
    """The problem document of an answer, whole and right."""
    assert response.status_code == status, response.getvalue()[:300]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    document = json.loads(response.content)
    assert document["type"] == f"/problems/{kind}"
    assert (document["status"], document["title"]) == PROBLEMS[kind]
    assert isinstance(document["detail"], str)
    return document


def ids(collection: dict) -> set[str]:
    return {feature["id"] for feature in collection["features"]}


BAD = {
    "bbox": [
        "", "7", "7,45,8", "7,45,8,46,9", "7,45,0,8,46,9", "7,45,0,8,46,9,1", "7,45,8,46,", ",7,45,8,46", "a,b,c,d",
        "7, 45, 8, 46", " 7,45,8,46", "7,45,8,46 ", "7;45;8;46", "nan,45,8,46", "NaN,NaN,NaN,NaN", "inf,45,8,46",
        "-inf,-90,inf,90", "Infinity,0,1,1", "7,46,8,45", "181,0,182,1", "-181,0,0,1", "0,-91,1,0", "0,0,1,91",
        "1e400,0,1,1", "0,0,1e2000,1", "0x7,45,8,46", "7_0,45,8,46", "٧,45,8,46", "7,45,8,46#", "1e,0,1,1", "--7,45,8,46",
        "7" * 5000 + ",45,8,46", '{"type":"Raster"}', "/vsicurl/http://127.0.0.1/x", "POLYGON((0 0,1 1,1 0,0 0))",
    ],
    "datetime": [
        "", "..", "../..", "/", "../", "/..", "2026-13-40", "2026-02-30", "2026", "2026-02", "yesterday", "20260231",
        "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-02/2026-01-01", "2026-01-01/2026-01-02/2026-01-03",
        "2026-01-01T25:00:00Z", "0000-01-01", "10000-01-01", "2026-01-01T00:00:00+99:00", "٢٠٢٦-01-01", "P1D/2026-01-01",
    ],
    "limit": ["", "0", "-1", "1.5", "1e3", "ten", "+5", " 5", "5 ", "0x10", "٣", "³", "NaN", "00", "-0", "1,2", "1_000"],
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


@pytest.mark.parametrize("name", ["city", "bbox", "datetime", "q", "limit", "cursor", "crs", "zoom"])
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
    "/layers/buildings", "/layers/buildings.", "/layers/.geojson", "/layers/../x.geojson", "/layers/buildings.geojson/",
    "/layers/buildings.geojson.csv", "/layers/buildings.xlsx", "/layers.xml", "/tiles/pg_user/0/0/0.geojson",
    "/tiles/pg_user.json", "/tiles/buildings/0/0/0.mvt", "/tiles/buildings/a/0/0.geojson",
    "/tiles/buildings/-1/0/0.geojson", "/tiles/buildings/0/0.geojson", "/tiles/buildings/0/0/1.geojson", "/tiles/buildings/23/0/0.geojson",
    "/tiles/buildings/1/2/0.geojson", "/tiles/buildings/1/0/2.geojson", "/tiles/buildings/999999999999/0/0.geojson",
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


@pytest.mark.parametrize("path", ADDRESSES)
def test_head_says_the_same_headers_as_get_and_no_body(client, town, path):
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("Content-Type", "ETag", "Cache-Control", "Vary"):
        assert head.headers[name] == whole.headers[name]


# What the parameters do


def test_a_box_finds_what_its_box_meets_and_everything_without_a_place(get, town):
    place = get("buildings.geojson", bbox="7.664,45.044,7.666,45.046")
    assert ids(place) == {town.buildings[0].uid, town.buildings[-1].uid}


def test_a_box_that_touches_a_place_meets_it_even_when_it_has_no_area(get, town):
    for box in ("7.665,45.045,7.665,45.045", "7.665,45,7.665,46", "7,45.045,8,45.045"):
        assert town.buildings[0].uid in ids(get("buildings.geojson", bbox=box))


@pytest.mark.parametrize("box", ["-180,-90,180,90", "-180.0,-90.0,180.0,90.0", "6,35,19,48", "0,0,+180,9e1"])
def test_a_box_round_everything_finds_everything(get, town, box):
    assert ids(get("buildings.geojson", bbox=box)) == {building.uid for building in town.buildings}


def test_a_box_whose_west_is_east_of_its_east_crosses_the_antimeridian(get, db):
    city = make.CityFactory(slug="world", national=False)
    fiji, samoa, nadi, torino = (
        make.BuildingFactory(city=city, name=name, place=make.point(x, y))
        for name, x, y in [("Fiji", 179.9, -17), ("Samoa", -172, -14), ("Line", 180, -16), ("Torino", 7.68, 45)]
    )
    assert ids(get("buildings.geojson", bbox="177,-20,-170,-10")) == {fiji.uid, samoa.uid, nadi.uid}
    assert ids(get("buildings.geojson", bbox="-170,-20,177,50")) == {torino.uid}
    assert ids(get("buildings.geojson", bbox="180,-20,-180,50")) == {nadi.uid}


def test_a_box_of_empty_sea_finds_only_what_has_no_place(get, town):
    assert ids(get("buildings.geojson", bbox="0,0,1,1")) == {town.buildings[-1].uid}


def test_empty_means_absent_and_repeated_means_or(get, town):
    everything = ids(get("buildings.geojson"))
    for name in ("q", "city", "crs", "zoom", "use_status", "neighbourhood"):
        assert ids(get("buildings.geojson", **{name: ""})) == everything
    assert ids(get("buildings.geojson", use_status=["", "reused"])) == {town.buildings[3].uid}
    both = get("buildings.geojson", use_status=["reused", "underused", "reused"])
    assert ids(both) == {town.buildings[1].uid, town.buildings[3].uid}
    assert get("buildings.geojson", use_status=["reused", "underused"]) == both


def test_different_filters_are_all_asked(get, town):
    found = get("buildings.geojson", neighbourhood=["Vanchiglia", "Città Giardino"], use_status="disused", q="scuola")
    assert ids(found) == set()
    found = get("buildings.geojson", neighbourhood="San Salvario", use_status="disused", bbox="7.6,45,7.7,45.1")
    assert ids(found) == {b.uid for b in Building.objects.filter(neighbourhood=town.west, use_status="disused")}


def test_a_city_narrows_to_its_records(get, town):
    other = make.CityFactory(slug="latina")
    pond = make.BuildingFactory(city=other, name="Latina")
    assert ids(get("buildings.geojson", city="latina")) == {pond.uid}
    assert pond.uid not in ids(get("buildings.geojson", city="torino"))
    assert pond.uid in ids(get("buildings.geojson"))
    assert ids(get("buildings.geojson", city="nowhere")) == set()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("perche", 4), ("PERCHÉ", 4), ("scuola  disused", 1), ("disused scuola", 1), ("scu", 4), ("  ", 7), ("%", 0),
        ("_", 3), ("\\", 0), ("'", 0), ('"', 0), ("(a+)+$", 0), ("scuol_", 0), ("scuola%", 0), ("' OR 1=1 --", 0), ("?", 0),
        ("a" * 200, 0), ("Senza posto", 1), ("%s %(x)s", 0), ("{0}", 0), ("٣", 0),
    ],
)  # fmt: skip
def test_a_search_finds_all_its_words_whatever_case_and_accent(get, town, words, found):
    Building.objects.filter(pk=town.buildings[0].pk).update(address="via_strana")
    Building.objects.filter(pk=town.buildings[1].pk).update(description="piano_terra")
    assert get("buildings.geojson", q=words)["numberMatched"] == found


def test_a_search_asks_for_every_word_however_many(get, town):
    words = "ex scuola perche disused via strana numero sette civico interno nessuno"
    Building.objects.filter(pk=town.buildings[0].pk).update(address="via strana numero sette civico interno")
    assert get("buildings.geojson", q=words.removesuffix(" nessuno"))["numberMatched"] == 1
    assert get("buildings.geojson", q=words)["numberMatched"] == 0


def test_a_search_with_a_typographic_apostrophe_finds_the_plain_one_and_the_other_way_round(get, db):
    make.BuildingFactory(name="Casa dell'orto")
    make.BuildingFactory(name="Casa dell’acqua")
    for words in ("dell'orto", "dell’orto", "dell'acqua", "dell’acqua"):
        assert get("buildings.geojson", q=words)["numberMatched"] == 1, words


@pytest.mark.parametrize("limit", ["1", "007", "10000", "10001", "9" * 18, "9" * 400])
def test_a_limit_is_any_whole_number_from_one(get, town, limit):
    collection = get("buildings.geojson", limit=limit)
    assert collection["numberReturned"] == min(int(limit), 7)
    assert collection["numberMatched"] == 7


def test_a_date_time_finds_what_was_going_on_then(get, db):
    past = make.PactFactory(name="past", starts_on="2018-01-01", ends_on="2019-12-31")
    now = make.PactFactory(name="now", starts_on="2020-01-01", ends_on=None)
    ever = make.PactFactory(name="ever")
    asked = {
        "2019-12-31": {past, ever},
        "2020-01-01": {now, ever},
        "2020-01-01T00:00:00Z": {now, ever},
        "2019-12-31T23:30:00-02:00": {now, ever},
        "2017-06-01/2017-12-31": {ever},
        "../2017-12-31": {ever},
        "../2018-01-01": {past, ever},
        "/2018-01-01": {past, ever},
        "2019-12-31/..": {past, now, ever},
        "2020-01-01/": {now, ever},
        "2019-06-01/2030-01-01": {past, now, ever},
    }
    for moment, pacts in asked.items():
        assert ids(get("pacts.geojson", datetime=moment)) == {pact.uid for pact in pacts}, moment


def test_boundaries_are_those_in_force_unless_another_day_is_asked(get, town):
    partition = make.PartitionFactory(
        name="2009", current=False, valid_from="2009-01-01", valid_to="2016-01-01", city=town.city
    )
    old = make.NeighbourhoodFactory(partition=partition, city=town.city, name="Vecchio")
    town.west.partition.valid_from = "2016-01-01"
    town.west.partition.save()
    new = {territory.uid for territory in (town.west, town.east, town.north)}
    assert ids(get("neighbourhoods.geojson")) == new
    assert ids(get("neighbourhoods.geojson", datetime="2015-12-31")) == {old.uid}
    assert ids(get("neighbourhoods.geojson", datetime="2016-01-01")) == new
    assert ids(get("neighbourhoods.geojson", datetime="2015-12-31/2016-01-01")) == {old.uid, *new}


@pytest.mark.parametrize("form", ["geojson", "csv"])
def test_the_coordinate_systems_on_offer_are_those_that_work(client, town, form):
    town.city.crs = [32632, 3003]
    town.city.save()
    for code in ("CRS84", "EPSG:32632", "EPSG:3003"):
        status = client.get(f"/layers/buildings.{form}", {"crs": code}).status_code
        assert status == (200 if form == "csv" or code == "CRS84" else 400)
    for code in ("EPSG:3857", "EPSG:4326"):
        problem(client.get(f"/layers/buildings.{form}", {"crs": code}), 400, "bad-parameter")


# Paging


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("params", [{}, {"use_status": ["disused", "reused"]}, {"bbox": "7.6,45,7.7,45.06"}], ids=str)
def test_following_next_visits_everything_once_in_any_page_size(get, town, limit, params):
    wanted = [feature["id"] for feature in get("buildings.geojson", **params)["features"]]
    seen, page = [], get("buildings.geojson", limit=limit, **params)
    while True:
        seen += [feature["id"] for feature in page["features"]]
        assert page["numberMatched"] == len(wanted)
        assert page["numberReturned"] == len(page["features"]) <= limit
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        assert page["numberReturned"] == limit
        page = get(following[0].removeprefix("http://127.0.0.1:8000"))
    assert seen == wanted


def test_a_cursor_of_one_layer_is_refused_by_another(get, client, town):
    page = get("buildings.geojson", limit=1)
    cursor = page["links"][1]["href"].split("cursor=")[1]
    problem(client.get(f"/layers/pacts.geojson?cursor={cursor}"), 400, "bad-parameter")


def test_a_cursor_without_a_limit_gives_all_the_rest(get, town):
    first = get("buildings.geojson", limit=2)
    cursor = first["links"][1]["href"].split("cursor=")[1]
    rest = get(f"/layers/buildings.geojson?cursor={cursor}")
    assert ids(rest) == {building.uid for building in town.buildings} - ids(first)
    assert (rest["numberMatched"], rest["numberReturned"]) == (7, 5)


def test_what_is_added_or_removed_between_pages_does_not_shift_the_rest(get, town):
    first = get("buildings.geojson", limit=3)
    Building.objects.filter(pk=town.buildings[0].pk).update(visibility="hidden")
    added = make.BuildingFactory(name="Nuovo")
    rest = get(first["links"][1]["href"].removeprefix("http://127.0.0.1:8000").replace("limit=3", "limit=99"))
    assert ids(rest) == {building.uid for building in town.buildings[3:]} | {added.uid}


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
