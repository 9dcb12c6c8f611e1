"""The statement of the search is planned once a connection, and answers as if it were written anew each time."""

from django.db import connections

from mapping import prepared
from mapping.finding import find
from mapping.finding.asking import Question
from tests import factories as make


def planned() -> set[str]:
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def asked(words: str, city: object) -> list[str]:
    return [hit.name for hit in find.find(Question.read(words), city, 5).hits]


def test_many_questions_are_one_plan_and_each_has_its_own_answer(town):
    for name in ("Casa del Sole", "Casale Vecchio", "Via 100% nuova", "Opificio"):
        make.BuildingFactory(city=town.city, name=name)
    assert {"Casa del Sole", "Casale Vecchio"} <= set(asked("casa", town.city))
    before = planned()
    assert asked("opific", town.city) == ["Opificio"] and asked("100% n", town.city) == ["Via 100% nuova"]
    assert planned() == before and any(name.startswith("asked_") for name in before)


def test_a_connection_that_keeps_enough_plans_drops_them_and_still_answers(client, town, monkeypatch):
    """Of layers and of the search: what one drops, the other has to plan again."""
    make.BuildingFactory(city=town.city, name="Opificio")
    monkeypatch.setattr(prepared, "MOST", 1)
    for _again in range(3):
        assert asked("opific", town.city) == ["Opificio"] and asked("opifficio", town.city) == ["Opificio"]
        assert client.get("/layers/buildings.geojson", {"q": "opificio"}).json()["numberReturned"] == 1
    assert len(planned()) == 1
