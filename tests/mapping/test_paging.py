"""Paging by limit and cursor visits everything exactly once."""

import json

import pytest

from commons.models import Building
from mapping.formats import rows
from tests import factories as make
from tests.answers import ids, problem

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("chunk", [1, 2, 3, 6, 7, 8])
@pytest.mark.parametrize(
    "params", [{}, {"limit": 3}, {"limit": 6}, {"limit": 7}, {"q": "scuola"}, {"q": "zzz"}], ids=str
)
def test_the_answer_is_the_same_however_many_records_one_statement_makes(client, town, monkeypatch, chunk, params):
    wanted = {suffix: client.get(f"/layers/buildings.{suffix}", params).getvalue() for suffix in ("geojson", "csv")}
    json.loads(wanted["geojson"])
    monkeypatch.setattr(rows, "CHUNK", chunk)
    monkeypatch.setattr(rows, "PIECE", chunk)
    for suffix, body in wanted.items():
        assert client.get(f"/layers/buildings.{suffix}", params).getvalue() == body
