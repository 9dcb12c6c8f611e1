"""Story 6: the operator of a house keeps its page: spaces, desks, hours, events."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commons.models import Event, HelpDesk, Space
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.commons.hostile_pictures import upload

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def cast(town):
    town.olga = make.UserFactory(username="olga")
    Grant.objects.create(user=town.olga, role=Role.HOUSE_OPERATOR, city=town.city, house_uid=town.house.uid)
    town.client = Client()
    town.client.force_login(town.olga)
    town.at = f"/en/torino/houses/{town.house.uid}/"
    return town


def streams(*addresses):
    said = {"streams-TOTAL_FORMS": len(addresses), "streams-INITIAL_FORMS": 0}
    for number, address in enumerate(addresses):
        said |= {f"streams-{number}-address": address, f"streams-{number}-language": "it"}
    return said


def test_the_house_page_shows_what_its_operator_writes_and_nothing_that_is_empty(cast):
    bare = cast.client.get(cast.at).content.decode()
    assert 'id="spaces"' not in bare and 'id="desks"' not in bare and 'id="events"' not in bare
    facts = {"opening_hours": "lun-ven 9:00-18:00", "services": "orto\nbar\norto", "hosts": ["guests", "study"],
             "step_free": "yes"}  # fmt: skip
    room = {"name": "Sala grande", "capacity": "60", "area": "90", "step_free": "yes", "functions": ["study"]}
    desk = {"name": "Aiuto con i moduli", "opening_hours": "mar 10:00-12:00"}
    for path, said in (("keep/", facts), ("keep/spaces/", room), ("keep/desks/", desk)):
        assert cast.client.post(cast.at + path, said).status_code == 302
    cast.house.refresh_from_db()
    assert (cast.house.services, cast.house.hosts) == (["orto", "bar"], ["study", "guests"])
    page = Client().get(cast.at)
    text = page.content.decode()
    assert all(words in text for words in ("Sala grande", "for 60 people", "90 m²", "Aiuto con i moduli"))
    assert page.context["desks"][0].opening.known


def test_an_online_event_with_two_streams_and_a_programme_has_no_map(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    new = cast.client.get(address_of_new(cast))
    assert new.status_code == 200 and new.context["form"].initial["house"] == cast.house.pk
    begins = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT18:00")
    said = {"name": "Le Case e i patti", "kind": "seminar", "starts_at": begins, "house": cast.house.pk, "online": "on",
            "do": "publish"} | streams("https://example.org/a", "https://example.org/b")  # fmt: skip
    assert cast.client.post(address_of_new(cast), said).status_code == 302
    event = Event.objects.public().get(name="Le Case e i patti")
    assert (event.place, event.house, event.streams.count()) == (None, cast.house, 2)
    files = f"/en/torino/events/{event.uid}/files/"
    paper = {"kind": "document", "title": "Programma", "public": "yes", "file": upload(PDF, "programma.pdf")}
    assert cast.client.post(files, paper).status_code == 302
    for path in (cast.at, f"/en/torino/events/{event.uid}/"):
        text = Client().get(path).content.decode()
        assert "https://example.org/a" in text and "https://example.org/b" in text and "Programma" in text
        assert "Categor" not in text and "not available" not in text
    assert "small-map" not in Client().get(f"/en/torino/events/{event.uid}/").content.decode()
    calendar = Client().get(f"/id/{cast.house.uid}/calendar.ics").content.decode()
    assert f"UID:{event.uid}" in calendar and "Le Case e i patti" in calendar


def address_of_new(cast):
    return f"/en/torino/events/new/?house={cast.house.uid}"


def test_a_space_is_changed_and_taken_away_and_a_wrong_number_is_said(cast):
    space, desk = make.SpaceFactory(house=cast.house), make.HelpDeskFactory(house=cast.house)
    there = f"{cast.at}keep/spaces/{space.pk}/"
    assert cast.client.post(there, {"name": "Cucina", "capacity": "0", "step_free": "no"}).status_code == 400
    assert cast.client.post(there, {"name": "Cucina", "capacity": "8", "step_free": "no"}).status_code == 302
    assert cast.house.spaces.get().capacity == 8
    assert cast.client.post(there, {"do": "drop"}).status_code == 302
    assert cast.client.post(f"{cast.at}keep/desks/{desk.pk}/", {"do": "drop"}).status_code == 302
    assert not Space.objects.exists() and not HelpDesk.objects.exists()


def test_nobody_else_keeps_the_house(cast):
    other = make.HouseFactory(name="Altra")
    stranger, visitor = Client(), Client()
    stranger.force_login(make.UserFactory())
    room = make.SpaceFactory(house=other)
    for client, expected in ((stranger, 403), (visitor, 302)):
        for path in ("keep/", "keep/spaces/", "keep/desks/"):
            assert client.get(cast.at + path).status_code == expected
            assert client.post(cast.at + path, {"name": "x"}).status_code == expected
    assert cast.client.get(f"/en/torino/houses/{other.uid}/keep/").status_code == 403
    assert cast.client.get(f"{cast.at}keep/spaces/{room.pk}/").status_code == 404
    assert cast.client.get(f"{cast.at}keep/rooms/").status_code == 404
    assert "no-store" in cast.client.get(f"{cast.at}keep/")["Cache-Control"]


def test_the_page_of_a_house_reads_as_many_statements_with_much_as_with_little(cast):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            Client().get(cast.at)
        return len(seen)

    def more(number):
        make.SpaceFactory.create_batch(number, house=cast.house)
        make.HelpDeskFactory.create_batch(number, house=cast.house)
        for _ in range(number):
            event = make.EventFactory(house=cast.house, starts_at=timezone.now() + timedelta(days=3), ends_at=None)
            event.streams.create(address="https://example.org/")

    queries()
    more(1)
    few = queries()
    more(4)
    assert queries() == few
