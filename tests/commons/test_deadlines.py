"""A deadline is reckoned where the city's profile sets one, and nowhere else."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from commons import demo
from commons.deadlines import DEADLINES, a_year_after, due, proposed, years
from commons.lifecycle import INITIAL, WAY, faults, faults_of_way, way_of
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


def test_forms_begin_with_the_days_of_the_citys_rules_and_say_them(cities):
    palermo, torino = cities["palermo"], cities["torino"]
    today = palermo.today()
    one = Proposal(city=palermo, submitted_on=date(2026, 3, 1))
    review = proposed(one, "take_up")["review_due"]
    assert review.value == today + timedelta(days=60) and "60" in review.why and "31/03/2026" in review.why
    window = proposed(one, "open_consultation")
    assert window["comments_close_at"].value.date() == today + timedelta(days=30)
    assert window["comments_close_at"].value.utcoffset() is not None and "30" in window["comments_close_at"].why
    assert proposed(one, "dispute")["opinion_due"].value == today + timedelta(days=30)
    assert proposed(Pact(city=palermo), "start")["ends_on"].why and years(palermo) == 4
    elsewhere = Proposal(city=torino)
    assert proposed(elsewhere, "take_up") == {} == proposed(elsewhere, "ask_changes")
    assert set(proposed(elsewhere, "open_consultation")) == {"comments_open_at"}
    assert set(proposed(elsewhere, "dispute")) == {"opened_on"} and set(proposed(Pact(city=torino), "start")) == {
        "starts_on"
    }


def test_the_next_report_is_a_year_later_and_never_after_the_end(cities):
    city, today = cities["torino"], cities["torino"].today()
    long_ago = today - timedelta(days=800)
    ahead = proposed(Pact(city=city, report_due=long_ago), "accept_report")["report_due"].value
    assert today < ahead <= today + timedelta(days=366)
    soon = today + timedelta(days=20)
    assert proposed(Pact(city=city, report_due=today, ends_on=soon), "accept_report")["report_due"].value == soon
    assert proposed(Pact(city=city, report_due=today, ends_on=today), "accept_report")["report_due"].value is None
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28) and a_year_after(date(2026, 3, 1)) == date(2027, 3, 1)


WAY_OF_TORINO = ["submitted", "under_review", "in_consultation", "codesign", "awaiting_approval", "approved"]
BROKEN = {
    "out of order": ["submitted", "codesign", "under_review", "approved"],
    "a step too far": ["submitted", "under_review", "awaiting_approval", "approved"],
    "no end": WAY_OF_TORINO[:-1],
    "no beginning": WAY_OF_TORINO[1:],
    "twice": ["submitted", "under_review", "codesign", "in_consultation", "codesign", "awaiting_approval", "approved"],
    "a state that is none": ["submitted", "council", "approved"],
    "empty": [],
    "no list": "submitted",
    "no words": [1, 2],
}


@pytest.mark.parametrize("key", ["way", "ordinary_way"])
@pytest.mark.parametrize("what", BROKEN)
def test_a_profile_whose_way_breaks_the_order_is_refused_with_words(cities, key, what):
    city = cities["torino"]
    city.profile = city.profile | {"procedure": city.profile["procedure"] | {key: BROKEN[what]}}
    with pytest.raises(ValidationError) as refused:
        city.clean()
    assert all(key in words and "%" not in words for words in refused.value.message_dict["profile"])
    content = demo.profile("reggio-emilia")
    content["profile"]["procedure"][key] = BROKEN[what]
    with pytest.raises(ValidationError):
        demo.load_city(content | {"slug": "altrove"})
    assert not City.objects.filter(slug="altrove").exists()


def test_a_whole_way_and_a_profile_that_says_nothing_are_fine(cities):
    for city in cities.values():
        city.clean()
    assert faults("way", WAY_OF_TORINO) == [] == faults_of_way({})
    for profile in ({"procedure": []}, []):
        with pytest.raises(ValidationError):
            City(profile=profile).clean()


def test_the_form_of_the_administration_refuses_such_a_profile(cities, admin_client):
    city = cities["torino"]
    city.profile["procedure"]["way"] = BROKEN["a step too far"]
    given = {
        "slug": city.slug, "name": city.name, "body": city.body, "envelope": city.envelope.geojson, "national": "on",
        "time_zone": city.time_zone, "crs": "[32632]", "profile": json.dumps(city.profile),
    }  # fmt: skip
    answer = admin_client.post(f"/admin/neighbourhoods/city/{city.pk}/change/", given)
    assert answer.status_code == 200 and "awaiting_approval" in str(answer.context["adminform"].form.errors["profile"])
