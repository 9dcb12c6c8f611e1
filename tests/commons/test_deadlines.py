"""A deadline is reckoned where the city's profile sets one, and nowhere else."""

from datetime import date

import pytest

from commons import demo
from commons.deadlines import DEADLINES, due
from commons.lifecycle import INITIAL, WAY, way_of
from commons.models import FormalAct, Pact, Proposal
from neighbourhoods.models import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def cities(db):
    for slug in demo.known_cities():
        if slug != "torino":
            demo.load_demo(slug)
    demo.load_city(demo.read(demo.FIXTURES / "cities" / "torino.json"))
    return {city.slug: city for city in City.objects.all()}


def test_the_prototype_has_days_and_four_years(cities):
    found = [(due(cities["palermo"], what, date(2026, 3, 1)) - date(2026, 3, 1)).days for what in DEADLINES]
    assert found == [30, 30, 60, 30, 30]
    assert cities["palermo"].profile["procedure"]["deadlines"]["years"] == 4


def test_a_term_counts_days_and_not_hours_across_the_change_to_daylight_saving(cities):
    assert due(cities["palermo"], "reply", date(2026, 3, 15)) == date(2026, 4, 14)
    assert due(cities["palermo"], "review", date(2028, 1, 31)) == date(2028, 3, 31)


@pytest.mark.parametrize("slug", ["torino", "reggio-emilia"])
def test_where_no_deadline_is_set_none_is_reckoned(cities, slug):
    assert [due(cities[slug], what, date(2026, 3, 1)) for what in DEADLINES] == [None] * 5
    assert cities[slug].profile["procedure"]["deadlines"]["years"] is None


def test_a_city_without_a_profile_has_no_deadlines_and_a_wrong_name_is_an_error(cities):
    assert due(City(profile={}), "reply", date(2026, 3, 1)) is None
    with pytest.raises(KeyError):
        due(cities["palermo"], "years", date(2026, 3, 1))


def test_cities_differ_by_data_only(cities):
    torino, reggio = (cities[slug].profile["procedure"] for slug in ("torino", "reggio-emilia"))
    assert torino["way"].index("in_consultation") < torino["way"].index("codesign")
    assert reggio["way"].index("codesign") < reggio["way"].index("in_consultation")
    assert "in_consultation" not in way_of(cities["torino"].profile, "ordinary")
    assert way_of(cities["reggio-emilia"].profile, "ordinary") == way_of(cities["reggio-emilia"].profile, "complex")
    assert cities["reggio-emilia"].label("pact", "it") == "Accordo di cittadinanza"
    assert cities["reggio-emilia"].label("house", "it") == "Casa di Quartiere"
    assert cities["torino"].label("house", "it") == "Casa del Quartiere"


def test_every_profile_names_states_bodies_and_forms_that_exist(cities):
    for city in cities.values():
        procedure = city.profile["procedure"]
        for way in (procedure["way"], procedure.get("ordinary_way", procedure["way"])):
            assert set(way) <= set(WAY) and (way[0], way[-1]) == ("submitted", "approved")
        assert {body for bodies in procedure["acts"].values() for body in bodies} <= set(FormalAct.Body.values)
        assert set(procedure["acts"]) <= set(Pact.Complexity.values) and procedure["acts"]["complex"]
        assert procedure["legal_form"] in Pact.LegalForm.values
        assert set(procedure["deadlines"]) == {*DEADLINES, "years"}
        assert city.today() and city.envelope.valid and INITIAL["proposal"] not in procedure["way"]
        assert city.profile["sources"]


def test_a_city_that_is_only_a_profile_is_loaded_without_records_and_only_once(db):
    assert demo.load_demo("reggio-emilia") == {"city": 1}
    assert not demo.load_demo("reggio-emilia")
    assert not Proposal.objects.exists() and not Pact.objects.exists()
