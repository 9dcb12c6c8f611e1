"""The portal: ideas that start a proposal, events at a place or online, news, the manifesto and who signs it."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from commons.files import attach
from commons.models import Event, Follow, Idea, ManifestoSignature, MemberSite, NewsItem, Proposal, Stream
from commons.qualities import Quality, goals_of
from commons.traces import traces_of
from mapping.layers import LAYERS
from neighbourhoods.vocabulary import Visibility
from people.models import Grant, Membership, Message
from people.roles import Role
from tests import factories as make
from tests.commons.hostile_pictures import picture, upload

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def city(db):
    return make.CityFactory()


@pytest.fixture
def group(city):
    return make.OrganisationFactory(city=city, name="Amici del cortile", verified=True)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def member(group):
    user = make.UserFactory(username="rosa")
    Membership.objects.create(user=user, organisation=group, role="representative")
    return signed_in(user)


@pytest.fixture
def office(city):
    user = make.UserFactory(username="sara")
    Grant.objects.create(user=user, role=Role.STAFF, city=city)
    return signed_in(user)


def words(group, **other) -> dict[str, str]:
    """What the form of an event sends: two streams and no place."""
    streams = {
        "streams-TOTAL_FORMS": "2", "streams-INITIAL_FORMS": "0",
        "streams-0-address": "https://example.org/uno", "streams-0-language": "it", "streams-0-name": "Uno",
        "streams-1-address": "https://example.org/due", "streams-1-language": "en", "streams-1-name": "",
    }  # fmt: skip
    event = {
        "name": "Le Case e i patti", "kind": "seminar", "starts_at": "2030-12-01T18:00", "ends_at": "2030-12-01T19:30",
        "organisation": group.pk, "do": "send",
    }  # fmt: skip
    return streams | event | other


def test_goals_in_the_layer_follow_from_qualities_as_in_the_table(city):
    every = [list(some) for n in (0, 1, 2) for some in combinations(Quality.values, n)]
    for some in every:
        make.IdeaFactory(city=city, qualities=some, name=",".join(some) or "-")
    found = LAYERS["ideas"].queryset().values_list("quality_list", "goals_served")
    assert {tuple(some): goals for some, goals in found} == {tuple(some): goals_of(some) for some in every}


def test_an_event_with_two_streams_and_no_place_goes_from_its_writer_to_everybody(city, group, member, office):
    assert member.post("/torino/events/new/", words(group)).status_code == 302
    event = Event.objects.get()
    page = event.get_absolute_url()
    assert event.waits and event.place is None and Client().get(page).status_code == 404
    assert Client().get(f"/id/{event.uid}").status_code == 404
    assert member.get(f"/torino/events/{event.uid}/edit/").status_code == 200
    assert b"Le Case e i patti" in office.get("/torino/desk/portal/").content
    said = {"kind": "events", "uid": event.uid, "do": "publish"}
    assert office.post("/torino/desk/portal/", said).status_code == 302
    text = Client().get(f"/en{page}").content.decode()
    assert "https://example.org/uno" in text and "https://example.org/due" in text
    assert "small-map" not in text and "1 December 2030 at 18:00, until 19:30" in text
    assert "Le Case e i patti" in Client().get("/torino/events/").content.decode()
    layer = Client().get("/layers/events.geojson").json()["features"][0]
    assert layer["geometry"] is None and layer["properties"]["starts_at"] == "2030-12-01T17:00:00+00:00"
    assert layer["properties"]["streams"] == ["https://example.org/uno", "https://example.org/due"]
    assert layer["properties"]["first_day"] == "2030-12-01"


def test_what_is_given_back_says_why_and_can_be_sent_again(city, group, member, office):
    member.post("/torino/events/new/", words(group))
    event = Event.objects.get()
    answer = {"kind": "events", "uid": event.uid, "do": "give_back"}
    assert office.post("/torino/desk/portal/", answer).status_code == 400
    assert office.post("/torino/desk/portal/", answer | {"answer": "Manca il luogo"}).status_code == 302
    assert b"Manca il luogo" in member.get("/torino/portal/mine/").content
    event.refresh_from_db()
    assert not event.waits and event.visibility == Visibility.HIDDEN


def test_an_event_that_ends_before_it_begins_is_refused_with_a_sentence(city, group, member):
    answer = member.post("/en/torino/events/new/", words(group, ends_at="2030-12-01T17:59"))
    assert answer.status_code == 400 and not Event.objects.exists()
    assert answer.content.count(b"It ends before it begins. Look at the two dates and times again.") == 2
    assert b"https://example.org/due" in answer.content, "what was typed is still there"
    now = timezone.now()
    with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
        make.EventFactory(city=city, starts_at=now, ends_at=now - timedelta(seconds=1))


def test_strangers_neither_read_nor_write_what_waits(city, group, member):
    member.post("/torino/events/new/", words(group))
    event, other = Event.objects.get(), make.UserFactory(username="otto")
    attach(event, upload(picture()), "photo", None, "Locandina")
    base = f"/torino/events/{event.uid}"
    for path in ("edit/", "files/", "event.ics"):
        assert signed_in(other).get(f"{base}/{path}").status_code == 404
    assert Client().get(f"/files/{event.attachments.get().uid}").status_code == 404
    assert signed_in(other).post(f"{base}/cancel/").status_code == 404
    assert signed_in(other).get("/torino/events/new/").status_code == 403
    assert Client().get("/torino/events/new/").status_code == 302
    assert signed_in(other).post("/torino/desk/portal/", {"uid": event.uid}).status_code == 403


def calendar_entry(event: Event):
    """The event as a phone reads it."""
    calendar = Calendar.from_ical(Client().get(f"/torino/events/{event.uid}/event.ics").content)
    return calendar.walk("VEVENT")[0]


def test_who_wrote_a_public_event_may_change_it_and_phones_learn_of_it(city, group, member):
    event = make.EventFactory(city=city, organisation=group)
    Event.objects.filter(pk=event.pk).update(updated_at=timezone.now() - timedelta(minutes=5))
    before, edit = calendar_entry(event), f"/torino/events/{event.uid}/edit/"
    hears, weekly = (make.UserFactory(username=name, language="en") for name in ("hears", "weekly"))
    Follow.objects.create(user=hears, uid=event.uid, rhythm="at_once")
    Follow.objects.create(user=weekly, uid=event.uid, rhythm="weekly")
    assert edit in member.get("/torino/portal/mine/").content.decode()
    assert b'value="send"' not in member.get(edit).content
    moved = words(group, starts_at="2030-12-02T20:00", ends_at="2030-12-02T21:00", do="keep")
    assert member.post(edit, moved).status_code == 302
    after = calendar_entry(event)
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]
    assert after["dtstart"].dt.isoformat() == "2030-12-02T19:00:00+00:00" and after["status"] == "CONFIRMED"
    event.refresh_from_db()
    assert event.visibility == Visibility.PUBLIC and event.streams.count() == 2
    assert traces_of(Event, [event.pk])[str(event.pk)][0].change_message == "edit"
    (message,) = Message.objects.filter(kind="event_moved")
    assert message.user == hears and "2 December 2030 at 20:00" in message.text
    again = words(group, starts_at="2030-12-02T20:00", ends_at="2030-12-02T21:00", do="keep", name="Altro nome")
    kept = {f"streams-{n}-id": stream.pk for n, stream in enumerate(event.streams.all())}
    assert member.post(edit, again | kept | {"streams-INITIAL_FORMS": "2"}).status_code == 302
    assert Message.objects.filter(kind="event_moved").count() == 1
    assert signed_in(make.UserFactory(username="altro")).get(edit).status_code == 404
    idea = make.IdeaFactory(city=city, organisation=group)
    assert member.get(f"/torino/ideas/{idea.uid}/edit/").status_code == 404


def test_who_wrote_a_public_event_may_cancel_it_and_then_it_stays_as_it_was(city, group, member):
    event = make.EventFactory(city=city, organisation=group)
    assert member.post(f"/torino/events/{event.uid}/cancel/").status_code == 302
    assert calendar_entry(event)["status"] == "CANCELLED"
    assert member.get(f"/torino/events/{event.uid}/edit/").status_code == 404
    assert b"called-off" in Client().get("/torino/events/?when=past").content


def test_an_operator_publishes_what_happens_in_the_house_and_it_stands_there(city):
    house, operator = make.HouseFactory(city=city), make.UserFactory(username="olga")
    Grant.objects.create(user=operator, role=Role.HOUSE_OPERATOR, city=city, house_uid=house.uid)
    there = {"house": house.pk, "organisation": "", "do": "publish", "streams-TOTAL_FORMS": "0"}
    client = signed_in(operator)
    assert client.post("/torino/events/new/", words(make.OrganisationFactory(city=city), **there)).status_code == 302
    event = Event.objects.public().get()
    assert event.place.equals(house.place) and event.house == house
    assert b"small-map" in Client().get(event.get_absolute_url()).content
    elsewhere = make.EventFactory(city=city, visibility="hidden", house=make.HouseFactory(city=city))
    assert client.get(f"/torino/events/{elsewhere.uid}/edit/").status_code == 404


def test_images_of_an_exhibition_say_who_made_them_and_their_rights(city, group, member, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    member.post("/torino/events/new/", words(group, kind="exhibition", do="keep"))
    event = Event.objects.get()
    said = {"kind": "photo", "title": "Il cortile", "public": "yes", "made_by": "Ada", "rights": "CC BY 4.0"}
    answer = member.post(f"/torino/events/{event.uid}/files/", said | {"file": upload(picture())})
    assert answer.status_code == 302
    event.publish()
    text = Client().get(f"/en{event.get_absolute_url()}").content.decode()
    assert "By Ada" in text and "CC BY 4.0" in text
    assert Client().get(f"/files/{event.attachments.get().uid}").status_code == 200


def test_an_idea_starts_a_proposal_with_its_fields_filled(city):
    idea = make.IdeaFactory(city=city, description="Si ripara insieme", needs="Uno spazio", tried_in="Lione")
    client = Client()
    answer = client.post(f"/torino/propose/?idea={idea.uid}", {"name": idea.name})
    assert answer.status_code == 302
    draft = Proposal.objects.get()
    assert (draft.name, draft.idea, draft.qualities) == (idea.name, idea, idea.qualities)
    assert "Si ripara insieme" in draft.description and "Uno spazio" in draft.description
    assert "Lione" in draft.description and draft.place is None
    assert "Si ripara insieme" in client.get(answer["location"]).content.decode()
    assert Client().get(f"/torino/propose/?idea={make.IdeaFactory(visibility='hidden').uid}").status_code == 404


def test_an_organisation_signs_the_manifesto_and_shows_its_sites_and_what_it_does(city, group, member):
    address = f"/torino/organisations/{group.uid}/portal/"
    assert member.post(address, {"do": "sign"}).status_code == 302
    site = {"do": "add", "title": "Il blog", "address": "https://example.org/blog"}
    assert member.post(address, site).status_code == 302
    assert member.post(address, site | {"address": "niente"}).status_code == 400
    make.EventFactory(city=city, organisation=group, name="Festa")
    make.IdeaFactory(city=city, organisation=group, name="Officina")
    text = Client().get(group.get_absolute_url()).content.decode()
    assert all(word in text for word in ("https://example.org/blog", "Festa", "Officina", "/torino/manifesto/"))
    assert "Amici del cortile" in Client().get("/torino/manifesto/").content.decode()
    member.post(address, {"do": "unsign"})
    assert (
        not ManifestoSignature.objects.public() and "Amici" not in Client().get("/torino/manifesto/").content.decode()
    )
    member.post(address, {"do": "sign"})
    assert ManifestoSignature.objects.public().count() == 1
    member.post(address, {"do": "remove", "site": MemberSite.objects.get().pk})
    assert not MemberSite.objects.exists()
    assert signed_in(make.UserFactory(username="otto")).post(address, {"do": "sign"}).status_code == 404


def test_news_are_dated_links_with_a_sentence_in_a_list_and_a_feed(city, office):
    said = {"name": "Una rete", "sentence": "Venti città.", "address": "https://example.org/rete"}
    assert office.post("/torino/desk/portal/news/", said).status_code == 400
    assert office.post("/torino/desk/portal/news/", said | {"published_on": "2026-10-12"}).status_code == 302
    make.NewsItemFactory(city=city, name="Nascosta", visibility="hidden")
    text = Client().get("/torino/news/").content.decode()
    assert "https://example.org/rete" in text and "Venti città." in text and "Nascosta" not in text
    first = Client().get("/torino/news.atom")
    entries = ET.fromstring(first.content).findall("a:entry", ATOM)
    assert [one.find("a:link", ATOM).get("href") for one in entries] == ["https://example.org/rete"]
    assert Client().get("/torino/news.atom").content == first.content
    assert Client().get(f"/id/{NewsItem.objects.public().get().uid}")["location"].startswith("/torino/news/#")


def test_the_pages_refuse_what_they_cannot_understand(city):
    for path in ("ideas/?quality=blue", "events/?when=ever", "news/?page=0", "ideas/?page=x"):
        assert Client().get(f"/torino/{path}").status_code == 400, path
    make.IdeaFactory(city=city, qualities=["green"], name="Rampicanti")
    assert b"Rampicanti" in Client().get("/torino/ideas/?quality=green").content
    assert b"Rampicanti" not in Client().get("/torino/ideas/?quality=healthy").content


def test_the_manifesto_counts_the_qualities_of_each_goal(city):
    text = Client().get("/torino/manifesto/").content.decode()
    for goal, qualities in {3: 1, 4: 3, 5: 2, 10: 1, 11: 5, 13: 1}.items():
        assert f'data-goal="{goal}">{qualities}<' in text


def test_an_idea_is_written_sent_and_published(city, group, member, office):
    said = {"name": "Ciclofficina", "qualities": ["healthy", "accessible"], "organisation": group.pk, "do": "send"}
    assert member.post("/torino/ideas/new/", said).status_code == 302
    idea = Idea.objects.get()
    assert idea.goals == [3, 5, 11] and idea.waits
    office.post("/torino/desk/portal/", {"kind": "ideas", "uid": idea.uid, "do": "publish"})
    text = Client().get(f"/en{idea.get_absolute_url()}").content.decode()
    assert "Good health and well-being" in text and "Start a proposal from this idea" in text
    assert Client().get("/torino/portal/").status_code == 200
    assert b"Ciclofficina" in Client().get("/torino/search/?q=ciclofficina").content
    panel = Client().get(f"/en/torino/?feature={idea.uid}&fragment=panel").content.decode()
    assert "Ciclofficina" in panel and "3, 5, 11" in panel and "healthy" not in panel


def test_a_change_of_streams_alone_is_a_change_of_the_layer(city):
    event = make.EventFactory(city=city)
    assert Stream._meta.db_table in LAYERS["events"].tables
    before = Client().get("/layers/events.geojson")
    event.streams.create(address="https://example.org/tre", language="it")
    again = Client().get("/layers/events.geojson", headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 200 and b"example.org/tre" in again.content
