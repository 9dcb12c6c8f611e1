"""A record is put right from the desk: it gets a place, a new date, or is hidden; by who may, and not over others."""

import pytest
from django.contrib.admin.models import LogEntry
from django.http import Http404
from django.test import Client

from commons.desk.door import desk_of
from commons.models import Building, Proposal
from mapping.quality.fixing import find, forms_for, other_ways, takes_point
from mapping.quality.report import read_report
from neighbourhoods.models import Street
from people.models import Grant
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sara(town):
    person = make.UserFactory(username="sara")
    Grant.objects.create(user=person, role=Role.STAFF, city=town.city)
    return person


@pytest.fixture
def desk(town, sara):
    return desk_of(sara, town.city)


@pytest.fixture
def send(sara):
    client = Client()
    client.force_login(sara)

    def post(record, do: str, **words: object):
        words = {"seen": record.updated_at.isoformat()} | words
        return client.post(f"/torino/desk/quality/{record.layer}/{record.uid}/", words | {"do": do})

    return post


@pytest.fixture
def nowhere(town) -> Building:
    return Building.objects.get(name="Senza posto")


def missing(desk) -> set[str]:
    (result,) = read_report(desk, "unlocated")
    return {one.subject.name for one in result.findings}


def test_what_had_no_place_gets_one_and_finds_its_neighbourhood(send, desk, nowhere, town, sara):
    assert "Senza posto" in missing(desk)
    answer = send(nowhere, "place", latitude="45.05", longitude="7.67", precision="approximate")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/torino/desk/quality/")
    before, changed = nowhere.updated_at, Building.objects.get(pk=nowhere.pk)
    assert changed.neighbourhood == town.west and changed.precision == "approximate"
    assert changed.updated_at > before
    assert "Senza posto" not in missing(desk)
    assert LogEntry.objects.filter(object_id=str(nowhere.pk), user=sara).count() == 1


@pytest.mark.parametrize(
    "words",
    [
        {"latitude": "7.67", "longitude": "45.05"}, {"latitude": "nan", "longitude": "7.67"}, {"latitude": "91"},
        {"latitude": "", "longitude": ""}, {"latitude": "45.05", "longitude": "7.67", "precision": "schematic"},
        {"latitude": "45.05", "longitude": "7.67", "seen": ""}, {"latitude": "inf", "longitude": "7.67"},
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused_and_what_was_typed_stays(send, nowhere, words):
    answer = send(nowhere, "place", **({"longitude": "7.67", "precision": "exact"} | words))
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert f'value="{words["latitude"]}"' in text or words["latitude"] in ("", "nan", "inf")
    assert Building.objects.get(pk=nowhere.pk).place is None


def test_what_is_still_so_gets_a_new_date_and_nothing_else(send, nowhere):
    answer = send(nowhere, "same")
    assert answer.status_code == 302
    changed = Building.objects.get(pk=nowhere.pk)
    assert changed.updated_at > nowhere.updated_at
    kept = [field.name for field in Building._meta.concrete_fields if field.name != "updated_at"]
    assert Building.objects.filter(pk=nowhere.pk).values(*kept)[0] == {name: getattr(nowhere, name + "_id", None)
        if Building._meta.get_field(name).is_relation else getattr(nowhere, name) for name in kept}  # fmt: skip


def test_one_of_two_is_hidden_with_a_reason(send, nowhere):
    assert send(nowhere, "hide", reason="").status_code == 400
    assert send(nowhere, "hide", reason="Doppione").status_code == 302
    assert Building.objects.get(pk=nowhere.pk).visibility == "hidden"
    assert "Doppione" in LogEntry.objects.get(object_id=str(nowhere.pk)).change_message
    assert Client().get(f"/id/{nowhere.uid}").status_code == 410


def test_who_was_quicker_is_not_overwritten(send, nowhere):
    Building.objects.get(pk=nowhere.pk).save()
    for do, words in {
        "same": {},
        "hide": {"reason": "x"},
        "place": {"latitude": "45.05", "longitude": "7.67", "precision": "exact"},
    }.items():
        answer = send(nowhere, do, **words)
        assert answer.status_code == 409, do
    kept = Building.objects.get(pk=nowhere.pk)
    assert kept.place is None and kept.visibility == "public"


def test_a_drawn_area_is_not_thrown_away_for_a_point(send, town):
    area = Building.objects.get(name="Area verde")
    assert not takes_point(area)
    answer = send(area, "place", latitude="45.05", longitude="7.67", precision="exact")
    assert answer.status_code == 400
    assert Building.objects.get(pk=area.pk).place.geom_type == "Polygon"
    street = Street.objects.get(name="Via Po")
    assert set(forms_for(street)) == {"same", "hide"}
    assert send(street, "same").status_code == 302


def test_a_word_that_is_no_act_changes_nothing(send, nowhere):
    assert send(nowhere, "delete").status_code == 400
    assert send(nowhere, "").status_code == 400


def test_only_what_lies_on_this_desk_is_found(desk, town):
    draft = Proposal.objects.create(city=town.city, name="Bozza", author=make.UserFactory())
    elsewhere = make.BuildingFactory(city=make.CityFactory(slug="latina"))
    for slug, uid in (("proposals", draft.uid), ("buildings", elsewhere.uid), ("nothing", "x"), ("buildings", "x")):
        with pytest.raises(Http404):
            find(desk, slug, uid)
    assert find(desk, "buildings", town.hidden[0].uid) == town.hidden[0]


def test_who_may_not_edit_places_is_refused(town, nowhere):
    reviewer = make.UserFactory(username="remo")
    Grant.objects.create(user=reviewer, role=Role.REVIEWER, city=town.city)
    address = f"/torino/desk/quality/buildings/{nowhere.uid}/"
    client = Client()
    assert client.get(address).status_code == 302
    client.force_login(reviewer)
    assert client.get(address).status_code == client.post(address, {"do": "same"}).status_code == 403


def test_it_names_the_other_ways_that_this_person_has(desk, town):
    proposal = town.proposals[0]
    said = dict(other_ways(desk, proposal))
    assert f"/torino/desk/proposals/{proposal.uid}/" in said.values()
    assert not [address for address in said.values() if "/admin/" in address]
    chief = desk_of(make.AdministratorFactory(), town.city)
    assert [address for _words, address in other_ways(chief, town.west) if "/admin/neighbourhoods/" in address]
