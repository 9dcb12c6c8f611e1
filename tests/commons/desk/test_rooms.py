"""The desk's menu and the rooms it leads to: map, dossiers of buildings, protocol; and the links that lead in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commons.desk.door import desk_of
from commons.desk.plan import LARGE, draw_plan
from commons.desk.rooms import ROOMS, doors
from commons.models import BuildingEntry, Proposal
from mapping.templatetags.desk import age
from tests import factories as make
from tests.commons.desk.cast import approved, client_of, reviewed, submitted
from tests.conftest import counted
from tests.routes import KINDS

pytestmark = pytest.mark.django_db


def page(person, name: str, *args: object, **asked: object):
    return client_of(person).get(reverse(name, args=["torino", *args]), asked)


def test_the_menu_leads_to_every_room_and_says_where_one_is(who):
    text = page(who.sara, "desk").content.decode()
    for room in ROOMS:
        assert f'href="{reverse(room.route, args=["torino"])}"' in text, room.route
        answer = page(who.sara, room.route)
        assert answer.status_code == 200 and 'aria-current="page"' in answer.content.decode()
    inside = {name for room in ROOMS for name in (room.route, *room.inside)}
    office = {name for name, kind in KINDS.items() if kind == "of the office"}
    assert office - inside == {"desk-home"} and inside <= office


def test_each_sees_the_rooms_that_open_to_them(who):
    def names(person):
        return [door.route for door in doors(desk_of(person, who.city), "desk")]

    assert names(who.sara) == [room.route for room in ROOMS]
    ada = ["desk", "desk-map", "desk-calls", "desk-moderation", "desk-needs", "desk-laboratories", "desk-plans"]
    ada += ["desk-monitoring", "desk-funnel", "desk-quality", "desk-export"]
    assert names(who.ada) == [*ada, "desk-why"]
    assert names(who.rita) == ["desk", "desk-map", "desk-calls", "desk-funnel", "desk-quality", "desk-why"]
    for route in names(who.ada):
        assert page(who.ada, route).status_code == 200
    for route in ("corrections", "desk-organisations", "desk-buildings", "desk-protocol"):
        assert page(who.ada, route).status_code == 403 and page(who.carlo, route).status_code == 403


def test_the_pages_of_the_office_are_reached_from_what_they_are_about(who):
    building = make.BuildingFactory(city=who.city)
    one = reviewed(who, building=building)
    text = page(who.sara, "desk-proposal", one.uid).content.decode()
    for name, uid in (("protocol", one.uid), ("proposal-dossier", one.uid), ("building-dossier", building.uid)):
        assert reverse(name, args=["torino", uid]) in text
    dossier = reverse("building-dossier", args=["torino", building.uid])
    address = reverse("feature", args=["torino", "buildings", building.uid])
    assert dossier in client_of(who.sara).get(address).content.decode()
    assert dossier not in client_of(who.carlo).get(address).content.decode()
    assert dossier not in Client().get(address).content.decode()
    public = client_of(who.sara).get(one.get_absolute_url()).content.decode()
    assert reverse("desk-proposal", args=["torino", one.uid]) in public
    assert "/desk/" not in Client().get(one.get_absolute_url()).content.decode()
    pact = make.PactFactory(city=who.city)
    desk = reverse("desk-pact", args=["torino", pact.uid])
    assert desk in client_of(who.rita).get(pact.get_absolute_url()).content.decode()
    assert desk not in client_of(who.alice).get(pact.get_absolute_url()).content.decode()


def test_buildings_with_something_to_confirm_come_first_and_can_be_searched(who):
    quiet, busy = (make.BuildingFactory(city=who.city, name=name) for name in ("Abete", "Zanzara"))
    BuildingEntry.objects.create(building=busy, on=who.city.today(), use_status="reused", state="proposed")
    assert [one.name for one in page(who.sara, "desk-buildings").context["page"]] == ["Zanzara", "Abete"]
    assert [one.pk for one in page(who.sara, "desk-buildings", marked="on").context["page"]] == [busy.pk]
    assert [one.pk for one in page(who.sara, "desk-buildings", q="abe").context["page"]] == [quiet.pk]
    assert page(who.sara, "desk-buildings", q="x" * 101).status_code == 200


def test_the_protocol_room_holds_what_has_no_number_yet(who):
    old, new = submitted(who, name="Prima"), submitted(who, name="Dopo")
    Proposal.objects.filter(pk=new.pk).update(protocol_number="123", protocol_date=who.city.today())
    assert [one.pk for one in page(who.sara, "desk-protocol").context["page"]] == [old.pk]
    assert {one.pk for one in page(who.sara, "desk-protocol", marked="on").context["page"]} == {old.pk, new.pk}
    assert [one.pk for one in page(who.sara, "desk-protocol", marked="on", q="123").context["page"]] == [new.pk]


def test_the_large_map_shows_the_queue_that_the_filter_asks_for(who):
    for name in ("A", "B"):
        reviewed(who, name=name)
    far = reviewed(who, name="Lontana", place=make.point(7.66, 45.07))
    answer = page(who.sara, "desk-map")
    plan = answer.context["plan"]
    assert (plan.width, plan.height) == LARGE and sum(spot.count for spot in plan.spots) == 3
    assert all(0 <= spot.x <= plan.width and 0 <= spot.y <= plan.height for spot in plan.spots)
    alone = page(who.sara, "desk-map", q="Lontana").context["plan"].spots
    assert [spot.uid for spot in alone] == [far.uid]
    small = draw_plan(desk_of(who.sara, who.city), Proposal.objects.all())
    assert small.width < plan.width
    assert page(who.sara, "desk-map", box="1,2,3").status_code == 200


def test_the_age_of_a_state_is_one_unit():
    assert age(timezone.now() - timedelta(days=9, hours=3)).replace("\xa0", " ") in {"1 week", "1 settimana"}


def test_the_rooms_take_the_same_number_of_statements_however_full_they_are(who):
    def statements(route):
        client = client_of(who.sara)
        client.get(reverse(route, args=["torino"]))
        with counted() as seen:
            assert client.get(reverse(route, args=["torino"])).status_code == 200
        return len(seen)

    routes = ("desk-map", "desk-buildings", "desk-protocol", "desk-organisations")
    approved(who)
    make.BuildingFactory(city=who.city)
    make.OrganisationFactory(city=who.city, verified=False)
    few = {route: statements(route) for route in routes}
    for number in range(4):
        reviewed(who, name=f"P{number}")
        make.BuildingFactory(city=who.city)
        make.OrganisationFactory(city=who.city, verified=False)
    assert {route: statements(route) for route in routes} == few
