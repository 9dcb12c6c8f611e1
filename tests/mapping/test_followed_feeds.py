"""Feeds and calendars of whatever can be followed: without an account, valid, and with nothing that is not public."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from icalendar import Calendar

from commons.gather.calendar import FIRST, Entry, calendar_of, event, one_line
from commons.models import Building, Call, CoDesignSession, Pact, Proposal
from mapping.follows.agenda import events_of
from mapping.follows.question import Question
from mapping.follows.subject import by, record_of, roads_of, things_of
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "bbox=1,2,3", "bbox=nan,0,0,0", "q=" + "x" * 300, "trees.height=3", "layers=nothing", "q=a&q=b", "before=forged",
    "buildings.use_status=nonsense", "q=%00", "bbox=8,45,7,44",
]  # fmt: skip


def entries(client, path: str, **asked) -> list[str]:
    answer = client.get(path, asked)
    assert answer.status_code == 200, answer.content
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}id") and feed.findtext(f"{ATOM}updated")
    return [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]


def events(client, path: str, **asked) -> dict[str, object]:
    answer = client.get(path, asked)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar = Calendar.from_ical(answer.content)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and calendar["METHOD"] == "PUBLISH"
    found = calendar.walk("VEVENT")
    for one in found:
        assert all(
            name in one for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "LAST-MODIFIED", "STATUS")
        )
        assert not one.errors
    return {str(one["UID"]): one for one in found}


@pytest.fixture
def busy(town):
    """A proposal in co-design with a meeting, one open to comments, a dated pact, an open call; all in the west."""
    now = datetime(2026, 12, 3, 17, tzinfo=UTC)
    place = {"x": 7.67, "y": 45.05}
    town.writing = make.ProposalFactory(name="Orto; e, altro", state="codesign", house=town.house, **place)
    town.meeting = town.writing.sessions.create(starts_at=now, house=town.house, where="Sala grande")
    town.open = make.ProposalFactory(
        name="Doposcuola", state="in_consultation", comments_close_at=timezone.now() + timedelta(days=9), **place
    )
    town.dated = make.PactFactory(name="Cortile", state="active", ends_on=date(2027, 6, 30), **place)
    town.call = Call.objects.create(
        city=town.city, name="Avviso", state="open", opens_at=now - timedelta(days=9), closes_at=now
    )
    town.call.buildings.add(town.buildings[0])
    return town


def test_a_neighbourhoods_feed_has_what_is_in_it_and_the_neighbourhood(client, busy):
    found = entries(client, f"/id/{busy.west.uid}/changes.atom")
    assert {"San Salvario", "Casa del Quartiere", "Cortile", "Doposcuola"} <= set(found)
    assert "Bagni chiusi" not in found and not [one for one in found if "Xsegreto" in one]
    assert set(found) - {"San Salvario", busy.event.name} == set(
        entries(client, "/torino/changes.atom", neighbourhood="San Salvario")
    )


def test_a_views_feed_has_what_the_map_finds(client, busy):
    assert entries(client, "/torino/changes.atom", **{"layers": "pacts", "q": "cortile"}) == ["Cortile"]
    inside = entries(client, "/torino/changes.atom", bbox="7.665,45.049,7.675,45.051")
    assert "Cortile" in inside and "Lungo Dora" not in inside and "Senza posto" not in inside


def test_a_buildings_feed_has_its_proposals_and_an_organisations_what_it_takes_part_in(client, town):
    make.ProposalFactory(name="Per la scuola", building=town.buildings[0])
    assert set(entries(client, f"/id/{town.buildings[0].uid}/changes.atom")) == {
        town.buildings[0].name, "Per la scuola", "Cura",
    }  # fmt: skip
    assert entries(client, f"/id/{town.operator.uid}/changes.atom") == ["Casa del Quartiere"]


def test_a_feed_of_many_layers_has_pages_and_an_answer_for_who_has_it(client, town):
    for number in range(60):
        make.BuildingFactory(name=f"Numero {number}")
    first = client.get("/torino/changes.atom")
    links = {one.get("rel"): one.get("href") for one in ElementTree.fromstring(first.content).findall(f"{ATOM}link")}
    second = client.get(links["next"].removeprefix(settings.SITE_URL))
    assert second.status_code == 200 and second.content != first.content
    assert client.get("/torino/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304
    make.BuildingFactory(name="Nuovo")
    assert client.get("/torino/changes.atom", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_hidden_record_leaves_feeds_and_calendars(client, busy):
    paths = [f"/id/{busy.west.uid}/", "/torino/"]
    for model, one in ((Building, busy.buildings[0]), (Pact, busy.dated), (Proposal, busy.writing)):
        model.objects.filter(pk=one.pk).update(visibility="hidden")
        assert client.get(f"/id/{one.uid}/changes.atom").status_code == 410
        assert client.get(f"/id/{one.uid}/calendar.ics").status_code == 410
    for path in paths:
        assert not {"Cortile", busy.buildings[0].name, busy.writing.name} & set(entries(client, f"{path}changes.atom"))
        assert not {busy.meeting.uid, f"{busy.dated.uid}-end"} & set(events(client, f"{path}calendar.ics"))


@pytest.mark.parametrize("kind", ["changes.atom", "calendar.ics"])
def test_what_never_was_public_is_not_found(client, town, kind):
    draft = make.ProposalFactory(state="draft")
    assert client.get(f"/id/{draft.uid}/{kind}").status_code == 404
    assert client.get(f"/id/nothing/{kind}").status_code == 404
    assert client.get(f"/nowhere/{kind}").status_code == 404


@pytest.mark.parametrize("asked", HOSTILE)
@pytest.mark.parametrize("path", ["/torino/changes.atom", "/torino/calendar.ics", "/torino/follow/"])
def test_parameters_that_make_no_sense_are_refused(client, town, path, asked):
    if asked.startswith("before") and "changes" not in path:
        return
    assert client.get(f"{path}?{asked}").status_code == 400


def test_the_calendar_has_meetings_deadlines_and_ends(client, busy):
    found = events(client, f"/id/{busy.west.uid}/calendar.ics")
    assert set(found) == {
        busy.meeting.uid, f"{busy.open.uid}-comments", f"{busy.dated.uid}-end", f"{busy.call.uid}-closes",
        busy.event.uid,
    }  # fmt: skip
    meeting = found[busy.meeting.uid]
    assert str(meeting["SUMMARY"]) == "Orto; e, altro" and "Sala grande" in meeting["LOCATION"]
    assert meeting["DTSTART"].dt == busy.meeting.starts_at and meeting["STATUS"] == "CONFIRMED"
    assert found[f"{busy.dated.uid}-end"]["DTSTART"].dt == date(2027, 6, 30)
    of_the_map = events(client, "/torino/calendar.ics", neighbourhood="San Salvario")
    assert set(found) - {busy.event.uid} == set(of_the_map)  # which does not show events until it is asked to
    assert events(client, f"/id/{busy.house.uid}/calendar.ics").keys() == {busy.meeting.uid, busy.event.uid}
    assert f"{busy.call.uid}-closes" in events(client, "/torino/calendar.ics")
    assert events(client, f"/id/{busy.call.uid}/calendar.ics").keys() >= {f"{busy.call.uid}-closes"}


def test_what_is_called_off_stays_as_such_with_a_later_sequence(client, busy):
    before = events(client, f"/id/{busy.west.uid}/calendar.ics")
    meeting = CoDesignSession.objects.get(pk=busy.meeting.pk)
    CoDesignSession.objects.filter(pk=meeting.pk).update(
        cancelled_at=timezone.now(), updated_at=timezone.now() + timedelta(minutes=2)
    )
    Proposal.objects.get(pk=busy.open.pk).advance("reject", by=make.AdministratorFactory(), note="Non più")
    after = events(client, f"/id/{busy.west.uid}/calendar.ics")
    assert before.keys() == after.keys()
    assert after[busy.meeting.uid]["STATUS"] == "CANCELLED"
    assert after[busy.meeting.uid]["SEQUENCE"] > before[busy.meeting.uid]["SEQUENCE"]
    assert after[f"{busy.open.uid}-comments"]["STATUS"] == "CANCELLED"


def test_meetings_before_co_design_are_nobodys_business(client, town):
    early = make.ProposalFactory(name="Presto", state="under_review", house=town.house)
    early.sessions.create(starts_at=timezone.now(), where="Da noi")
    assert events(client, "/torino/calendar.ics", layers="proposals") == {}


def test_the_same_calendar_is_the_same_bytes_and_says_so(client, busy):
    first, second = client.get("/torino/calendar.ics"), client.get("/torino/calendar.ics")
    assert first.content == second.content
    assert client.get("/torino/calendar.ics", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_number_of_statements_does_not_grow(client, busy):
    def statements() -> int:
        with counted() as seen:
            assert len(events_of(record_of(busy.west.uid))) > 0
            client.get(f"/id/{busy.west.uid}/changes.atom")
        return len(seen)

    few = statements()
    for number in range(10):
        one = make.ProposalFactory(name=f"Numero {number}", state="codesign", x=7.67, y=45.05)
        one.sessions.create(starts_at=timezone.now(), where="Qui")
        make.PactFactory(name=f"Patto {number}", state="active", ends_on=date(2028, 1, 1), x=7.67, y=45.05)
    assert statements() == few


def test_an_entry_is_written_as_the_standard_says(town):
    entry = Entry("u-1", "Riga\nlunga; con, segni \\ " + "é" * 90, date(2026, 12, 3), FIRST, "/torino/", off=True)
    body = calendar_of("Nome\r\nX-EVIL:1", town.city, [entry])
    assert b"\r\nX-EVIL" not in body and body.endswith(b"END:VCALENDAR\r\n")
    (back,) = Calendar.from_ical(body).walk("VEVENT")
    assert str(back["SUMMARY"]) == one_line(entry.summary) and back["DTEND"].dt == date(2026, 12, 4)
    assert event(entry)["SEQUENCE"] == 0


def test_what_leads_to_a_record_is_found_by_the_names_of_its_fields(town):
    assert roads_of(Building) == ["neighbourhood__uid", "district__uid"]
    assert "signatories__uid" in roads_of(Pact)
    assert Building.objects.filter(by(["uid"], town.buildings[0].uid)).count() == 1
    subject = things_of(Question.parse(town.city, QueryDict("")))
    assert subject.whole and subject.rows("buildings") is not None and subject.rows("streets") is None
