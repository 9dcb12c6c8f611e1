"""What takes long to say is worked out once for each version; what has no place is found by an index of its own; a long
answer begins soon."""

import json

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.test.utils import CaptureQueriesContext

from commons.models import Building
from mapping.formats import rows
from mapping.indexes import install_indexes, layer_indexes
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.sums import remembered
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def test_a_sum_is_worked_out_once_for_each_version_question_and_kind():
    asked = []

    def work() -> int:
        asked.append(1)
        return len(asked)

    buildings, houses = Query(LAYERS["buildings"]), Query(LAYERS["houses"])
    assert [remembered("1", "count", buildings, work) for _ in range(3)] == [1, 1, 1]
    assert remembered("2", "count", buildings, work) == 2
    assert remembered("2", "box", buildings, work) == 3
    assert remembered("2", "count", houses, work) == 4
    assert remembered("1", "count", buildings, work) == 1


def aggregates(statements: list[str]) -> int:
    return sum("count(" in sql.lower() and "mapping_change" not in sql for sql in statements)


@pytest.mark.parametrize("path", ["/torino/?fragment=list", "/layers.json"])
def test_who_comes_second_costs_no_count_until_something_changes(client, town, path):
    with counted() as first:
        before = client.get(path).content
    with counted() as second:
        assert client.get(path).content == before
    assert aggregates(first) > 4 and aggregates(second) == 0
    make.BuildingFactory(place=None)
    with counted() as third:
        assert client.get(path).content != before
    assert 0 < aggregates(third) < aggregates(first)


def test_every_layer_whose_place_may_be_missing_has_an_index_of_those_without(db):
    found = layer_indexes(LAYERS.values())
    assert {"commons_building_unlocated", "commons_proposal_unlocated", "commons_pact_counted"} <= set(found)
    assert "neighbourhoods_street_unlocated" not in found and "neighbourhoods_street_paged" in found
    install_indexes(LAYERS.values())
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname ~ '_(unlocated|counted|paged|listed)$'")
        assert {name for (name,) in cursor.fetchall()} == set(found)


def test_a_box_finds_what_has_no_place_by_that_index(db):
    city = make.CityFactory()
    Building.objects.bulk_create(
        Building(city=city, name=str(n), place=make.point(7.6 + n / 20_000, 45)) for n in range(3_000)
    )
    query = Query(LAYERS["buildings"], bbox=(7.6, 44.9, 7.601, 45.1))
    with connections["default"].cursor() as cursor:
        cursor.execute("REINDEX TABLE commons_building")  # what other tests left there makes indexes look dear
        cursor.execute("ANALYZE commons_building")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = query.rows().order_by().values_list("pk").query.get_compiler("public").as_sql()
        cursor.execute(f"EXPLAIN {sql}", params)
        assert "commons_building_unlocated" in "\n".join(row[0] for row in cursor.fetchall())


def test_the_list_reads_the_first_names_of_each_layer_by_an_index(client, db):
    city = make.CityFactory()
    Building.objects.bulk_create(Building(city=city, name=str(n), place=make.point()) for n in range(500))
    with CaptureQueriesContext(connections["default"]) as seen:
        assert client.get("/torino/?fragment=list").status_code == 200
    (listed,) = [q["sql"] for q in seen.captured_queries if "UNION ALL" in q["sql"] and "p_unlocated" in q["sql"]]
    with connections["default"].cursor() as cursor:
        cursor.execute("ANALYZE commons_building")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {listed}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert {f"commons_{name}_listed" for name in ("building", "house", "proposal", "pact")} <= set(plan.split())


def test_what_can_match_nothing_any_more_is_answered_like_a_new_question(client, town, monkeypatch):
    def nothing(*_args: object) -> None:
        raise EmptyResultSet

    path = "/layers/indicators.csv"
    first = client.get(path).getvalue()
    monkeypatch.setattr(rows, "ask_again", nothing)
    assert client.get(path).getvalue() == first


def test_a_long_answer_begins_with_a_few_records_and_a_short_one_comes_whole(client, db, monkeypatch):
    city = make.CityFactory()
    Building.objects.bulk_create(Building(city=city, name=f"Ex scuola {n}", place=make.point()) for n in range(70))
    monkeypatch.setattr(rows, "FIRST", 20)
    monkeypatch.setattr(rows, "CHUNK", 30)
    monkeypatch.setattr(rows, "PIECE", 30)
    response = client.get("/layers/buildings.geojson")
    pieces = list(response.streaming_content)
    assert pieces[0].count(b'"Feature"') == 20 and len(pieces) == 4
    assert json.loads(b"".join(pieces))["numberReturned"] == 70
    for params in ({"limit": 25}, {"q": "scuola 6"}, {"bbox": "7,45,7.1,45.1"}):
        assert not client.get("/layers/buildings.geojson", params).streaming
    monkeypatch.setattr(rows, "FIRST", 100)
    monkeypatch.setattr(rows, "CHUNK", 2000)
    assert not client.get("/layers/buildings.csv").streaming
