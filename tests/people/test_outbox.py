"""The outbox: everything is told once, in the language and at the hour of the person, and nothing in it is run."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from commons.models import Proposal
from people.models import Message, User
from people.outbox import compose, due, header, in_language, tell, tell_address, tell_all, unwanted, zone_of
from people.topics import TOPICS, topic_of
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")


def words(name="Orto in cortile", **also):
    return {"record": Proposal(name=name, state="under_review")} | also


def test_twenty_identical_calls_make_one_message():
    user = make.UserFactory()
    made = [tell(user, "proposal_approve", "step:1", words()) for _ in range(20)]
    assert [one is not None for one in made] == [True] + [False] * 19
    for _ in range(20):
        tell_all([user], "proposal_approve", "step:2", words())
        tell_address("ada@example.org", "invitation", "invitation:1", words(by=user))
    assert Message.objects.count() == 3


def test_a_message_is_of_the_change_it_tells_and_goes_with_it():
    user = make.UserFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(user, "proposal_approve", "step:1", words())
        raise RuntimeError
    assert not Message.objects.exists()


def test_each_reads_it_in_their_language_with_the_page_of_that_language():
    users = [make.UserFactory(language="it"), make.UserFactory(language="en")]
    tell_all(users, "proposal_approve", "step:1", words(), "/en/torino/proposals/x/")
    italian, english = Message.objects.order_by("user")
    assert (italian.language, italian.path) == ("it", "/torino/proposals/x/")
    assert (english.language, english.path) == ("en", "/en/torino/proposals/x/")
    assert english.subject == "Orto in cortile: Under review"
    assert "The city has approved" in english.text and "It is now: Under review." in english.text
    assert italian.subject == "Orto in cortile: In istruttoria" and "Orto in cortile" in italian.text


def test_a_thousand_people_cost_as_many_statements_as_ten():
    users = [User(username=f"n{n}", email=f"n{n}@example.org") for n in range(1000)]
    users = User.objects.bulk_create(users)
    costs = []
    for number in (10, 1000):
        with counted() as statements:
            tell_all(users[:number], "proposal_approve", f"step:{number}", words())
        costs.append(len(statements))
    assert costs[0] == costs[1] == 1
    assert Message.objects.count() == 1010


@pytest.mark.parametrize("name", ["{{ 7|add:7 }}", "{% url 'home' %}", "%(name)s", "<script>alert(1)</script>"])
def test_what_people_wrote_is_told_literally(name):
    subject, text = compose("proposal_approve", "en", words(name))
    assert name in subject and name in text


@pytest.mark.parametrize(
    "name",
    ["Orto\r\nBcc: all@example.org", "Orto\nBcc: x@example.org", "Orto\x85Bcc: a", "Orto\u2028Bcc: a", "\x00\x07Orto"],
)
def test_a_subject_is_one_line_whatever_the_name(name):
    subject = header(name)
    assert subject.splitlines() == [subject] and subject.startswith("Orto")
    assert header("a\u202eb") == "ab"
    assert len(header("x" * 500)) == 200
    subject, _text = compose("proposal_approve", "en", words(name))
    assert "\n" not in subject and "\r" not in subject


@pytest.mark.parametrize(
    ("rhythm", "now", "then"),
    [
        ("at_once", "2026-11-22T10:00", "2026-11-22T11:00+01:00"),
        ("daily", "2026-11-22T06:59", "2026-11-22T08:00+01:00"),
        ("daily", "2026-11-22T07:00", "2026-11-23T08:00+01:00"),
        ("daily", "2026-10-24T12:00", "2026-10-25T08:00+01:00"),  # summer time ends in between
        ("daily", "2026-10-24T05:59", "2026-10-24T08:00+02:00"),
        ("daily", "2027-03-27T12:00", "2027-03-28T08:00+02:00"),  # summer time begins in between
        ("daily", "2027-03-28T05:59", "2027-03-28T08:00+02:00"),
        ("daily", "2027-03-28T06:00", "2027-03-29T08:00+02:00"),
        ("weekly", "2026-10-23T12:00", "2026-10-26T08:00+01:00"),
        ("weekly", "2026-11-23T06:00", "2026-11-23T08:00+01:00"),  # a Monday, before eight
        ("weekly", "2026-11-23T08:00", "2026-11-30T08:00+01:00"),
    ],
)
def test_digests_go_at_eight_on_the_wall_before_and_after_the_clocks_change(rhythm, now, then):
    found = due(rhythm, datetime.fromisoformat(now).replace(tzinfo=UTC), ROME)
    assert found == datetime.fromisoformat(then)


def test_the_hour_is_that_of_the_city_it_is_about():
    assert zone_of({}) == zone_of({"city": None}) == ROME
    assert str(zone_of({"city": make.CityFactory.build(time_zone="Atlantic/Azores")})) == "Atlantic/Azores"
    assert zone_of({"city": make.CityFactory.build(time_zone="Mare/Atlantide")}) == ROME


def test_what_is_not_wanted_by_mail_stands_in_the_app():
    kinds = {"never": {"rhythm": "never"}, "topic": {"muted": ["steps"]}, "kind": {"muted": ["proposal_approve"]}}
    for name, preferences in kinds.items():
        user = make.UserFactory(**preferences)
        assert unwanted(user, "proposal_approve")
        assert tell(user, "proposal_approve", name, words()).state == "skipped"
    assert tell(make.UserFactory(email=""), "proposal_approve", "no address", words()).state == "skipped"
    assert tell(make.UserFactory(muted=["talk"]), "proposal_approve", "other", words()).state == "waiting"


def test_every_kind_belongs_to_a_topic_that_can_be_switched_off():
    kinds = ["proposal_submit", "proposal_submit_office", "comment", "join_request", "session_minutes", "report_late"]
    assert [topic_of(kind) for kind in kinds] == ["steps", "office", "talk", "talk", "meetings", "deadlines"]
    assert {topic_of(kind) for kind in [*kinds, "invitation", "anything"]} <= set(TOPICS)


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_a_message_leads_nowhere_but_here(path):
    assert in_language(path, "it") == in_language(path, "en") == ""


def test_a_path_is_said_in_the_language_wanted():
    assert in_language("/torino/", "en") == in_language("/en/torino/", "en") == "/en/torino/"
    assert in_language("/en/torino/", "it") == "/torino/"
    assert in_language("/en", "it") == "/" and in_language("/ente/", "it") == "/ente/"


def test_who_has_no_account_is_told_by_address():
    by = make.UserFactory(display_name="Ada")
    record = make.ProposalFactory(name="Orto")
    words = {"record": record, "city": record.city, "by": by}
    message = tell_address("bruno@example.org", "coauthor_invited", "i:1", words, "/invito/", language="en")
    assert (message.user, message.email, message.path) == (None, "bruno@example.org", "/en/invito/")
    assert "Orto" in message.subject and "would like to write it with you" in message.text
