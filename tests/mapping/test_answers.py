"""How data is sent: compressed when wanted, readable from any site, never personal, in a fixed number of statements."""

import gzip
import json
from random import Random

import pytest
from django.db import connections

from commons.models import Building
from mapping import prepared
from mapping.conditional import LARGEST_WHOLE, SMALLEST_GZIP
from mapping.formats.rows import CHUNK
from mapping.layers import LAYERS
from tests import factories as make
from tests.conftest import counted, forget

pytestmark = pytest.mark.django_db
PATHS = ["/layers/buildings.geojson", "/layers/buildings.csv", "/layers.json", "/tiles/buildings/0/0/0.geojson"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        ("gzip", True), ("gzip, deflate, br", True), ("br;q=1.0, gzip;q=0.8", True), ("*", True), ("GZIP", True),
        ("", False), ("identity", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000", False),
        ("gzip;q=0, *", False), ("*;q=0", False), ("gzip;q=nonsense", False), ("identity, *;q=0", False),
        ("x-gzip-no", False), ("gzip;q=0.001", True),
    ],
)  # fmt: skip
def test_it_is_compressed_exactly_when_the_client_takes_gzip(client, town, path, accepts, packed):
    plain, response = client.get(path), client.get(path, headers={"Accept-Encoding": accepts})
    body = response.getvalue()
    assert len(plain.getvalue()) > SMALLEST_GZIP
    assert response.headers.get("Content-Encoding") == ("gzip" if packed else None)
    assert (gzip.decompress(body) if packed else body) == plain.getvalue()


def test_a_small_answer_is_sent_as_it_is(client, db):
    response = client.get("/layers/buildings.geojson", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert int(response.headers["Content-Length"]) == len(response.content) < SMALLEST_GZIP


@pytest.mark.parametrize("path", [*PATHS, "/tiles/buildings.json", "/tiles/buildings/9/0/0.geojson"])
def test_public_data_is_for_everybody_and_is_asked_for_each_time(client, town, path):
    client.force_login(make.AdministratorFactory())
    response = client.get(path, headers={"Accept-Language": "en", "Origin": "https://example.org"})
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Set-Cookie", "Content-Language", "Access-Control-Allow-Credentials"):
        assert name not in response.headers
    assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
def test_the_answer_is_the_same_for_staff_for_strangers_and_in_every_language(client, town, path):
    stranger = client.get(path).getvalue()
    client.force_login(make.AdministratorFactory())
    assert client.get(path, headers={"Accept-Language": "en"}).getvalue() == stranger


def test_another_host_is_refused(client, db):
    response = client.get("/layers.json", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil" not in response.content.decode()


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Proto"])
def test_headers_of_proxies_change_nothing(client, town, name):
    assert (
        client.get("/layers/buildings.geojson", headers={name: "evil.example"}).getvalue()
        == client.get("/layers/buildings.geojson").getvalue()
    )


# Statements of a first answer: the version, then the body; a page adds its count.
STATEMENTS = {
    "/layers/buildings.geojson": 2,
    "/layers/buildings.geojson?q=scuola&bbox=7,45,8,46&use_status=disused&neighbourhood=Vanchiglia": 2,
    "/layers/buildings.csv": 2,
    "/layers/pacts.csv": 2,
    "/layers/neighbourhoods.geojson?zoom=10": 2,
    "/layers/buildings.geojson?limit=2": 3,
    "/tiles/buildings/0/0/0.geojson": 1,
    "/tiles/buildings/0/0/0.mvt": 1,
    "/tiles/pacts/12/2135/1475.geojson?q=patto": 1,
    "/layers.json": 1 + 2 * len(LAYERS),
    "/tiles/buildings.json": 3,
    "/healthz": 1,
}


@pytest.mark.parametrize("path", STATEMENTS)
def test_the_number_of_statements_is_fixed_whatever_there_is(client, town, path):
    with counted() as few:
        client.get(path).getvalue()
    forget()
    make.BuildingFactory.create_batch(20)
    make.PactFactory.create_batch(20)
    with counted() as many:
        client.get(path).getvalue()
    assert len(few) == len(many) == STATEMENTS[path], many


def test_an_unchanged_answer_costs_one_statement(client, town):
    seen = client.get("/layers/buildings.geojson").headers["ETag"]
    with counted() as statements:
        assert client.get("/layers/buildings.geojson", headers={"If-None-Match": seen}).status_code == 304
    assert len(statements) == 1


@pytest.mark.parametrize("path", ["/layers/buildings.geojson", "/layers/buildings.csv?q=scuola&city=torino"])
def test_a_question_asked_before_costs_one_statement_and_sees_every_change(client, town, path):
    first = client.get(path)
    with counted() as statements:
        client.get(path)
    assert len(statements) == 2, "prepared, and run"
    with counted() as statements:
        again = client.get(path)
    assert len(statements) == 1
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Ex scuola nuova")
    changed = client.get(path)
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert b"Ex scuola nuova" in changed.content
    assert client.get(path).content == changed.content


def test_a_session_keeps_few_prepared_statements_and_answers_rightly_when_they_are_dropped(client, town, monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 2)
    wanted = {limit: client.get(f"/layers/buildings.geojson?q=scuola&zoom={limit}").content for limit in range(5)}
    for limit in [*range(5), 0, 4, 4]:
        assert client.get(f"/layers/buildings.geojson?q=scuola&zoom={limit}").content == wanted[limit]
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'asked%'")
        assert cursor.fetchone()[0] <= 2


def test_a_city_that_takes_over_the_name_of_another_is_found_by_it(client, get, town):
    assert get("buildings.geojson", city="torino")["numberMatched"] == 7
    assert get("buildings.geojson", city="torino")["numberMatched"] == 7
    town.city.slug = "turin"
    town.city.save()
    other = make.CityFactory(slug="torino")
    make.BuildingFactory(city=other)
    assert get("buildings.geojson", city="torino")["numberMatched"] == 1
    assert get("buildings.geojson", city="turin")["numberMatched"] == 7


def test_a_question_that_cannot_be_read_costs_no_statement(client, db):
    with counted() as statements:
        assert client.get("/layers/buildings.geojson", {"bbox": "x"}).status_code == 400
    assert statements == []


@pytest.fixture
def many(db):
    """More buildings than one answer of one piece holds, with texts long enough for two chunks of a megabyte."""
    city = make.CityFactory()
    chance = Random(1)
    Building.objects.bulk_create(
        Building(city=city, name=f"Ex {n}", description=chance.randbytes(500).hex(), place=make.point())
        for n in range(CHUNK + 300)
    )


@pytest.mark.parametrize("accepts", ["", "gzip"])
@pytest.mark.parametrize("suffix", ["geojson", "csv"])
def test_a_large_layer_is_streamed_whole(client, many, suffix, accepts):
    response = client.get(f"/layers/buildings.{suffix}", headers={"Accept-Encoding": accepts})
    assert response.streaming and "Content-Length" not in response.headers
    parts = list(response)
    assert len(parts) > 1
    body = gzip.decompress(b"".join(parts)) if accepts else b"".join(parts)
    assert len(body) > LARGEST_WHOLE
    if suffix == "csv":
        assert body.count(b"\r\n") == CHUNK + 301
    else:
        names = [feature["properties"]["name"] for feature in json.loads(body)["features"]]
        assert names == [f"Ex {n}" for n in range(CHUNK + 300)]
