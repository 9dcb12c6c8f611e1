"""Messages in the app and what a person wants by e-mail: each sees only their own, and a link of a mail only stops."""

import re

import pytest
from django.core import signing
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from commons.models import Proposal
from people.inbox_urls import urlpatterns
from people.models import Message
from people.outbox import tell
from people.preferences import PreferencesForm, prefer, stop, stopped_by, stopping_token
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client):
    user = make.UserFactory(username="alice", language="en")
    client.force_login(user)
    return user


def message_to(user, number=1, name="Orto", path="/torino/"):
    words = {"record": Proposal(name=name, state="approved")}
    key = f"{name}:{user.pk}"
    made = [tell(user, "proposal_approve", f"{key}:{n}", words, path) for n in range(number)]
    return made[0]


def test_who_is_not_signed_in_is_sent_to_sign_in(client):
    given = {"inbox-open": [1], "unsubscribe": ["x"]}
    for one in urlpatterns:
        path = reverse(one.name, args=given.get(one.name))
        answer = client.post(path) if one.name == "inbox-read" else client.get(path)
        if one.name == "unsubscribe":
            assert answer.status_code == 404
        else:
            assert answer.status_code == 302 and "next=" in answer["Location"], path


def test_the_unread_come_first_and_nobody_elses(client, alice):
    first = message_to(alice, name="Primo")
    message_to(alice, name="Secondo <b>")
    message_to(make.UserFactory(), name="Di altri")
    Message.objects.filter(key__startswith="Secondo").update(read_at=timezone.now())
    answer = client.get("/en/messages/")
    page = answer.content.decode()
    assert page.index("Primo") < page.index("Secondo") and "Di altri" not in page
    assert "Secondo &lt;b&gt;" in page and "1 message is new." in page
    assert answer["Cache-Control"] == "private, no-store"
    assert f"/en/messages/{first.pk}/" in page


def test_an_empty_inbox_says_what_would_fill_it(client, alice):
    assert "No messages yet." in client.get("/en/messages/").content.decode()


def test_many_messages_come_in_pages_at_a_constant_cost(client, alice):
    costs = []
    for number in (5, 70):
        message_to(alice, number, name=f"Orto {number}")
        with counted() as statements:
            client.get("/en/messages/")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert "Page 3 of 3" in client.get("/en/messages/", {"page": "3"}).content.decode()
    assert client.get("/en/messages/", {"page": "zz"}).status_code == 200


def test_opening_a_message_reads_it_and_leads_to_its_page(client, alice):
    message = message_to(alice)
    answer = client.get(f"/en/messages/{message.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/en/torino/")
    assert client.get(f"/messages/{message.pk}/")["Location"] == "/torino/"
    message.refresh_from_db()
    assert message.read_at
    other = message_to(make.UserFactory())
    assert client.get(f"/en/messages/{other.pk}/").status_code == 404
    outside = message_to(alice, name="Fuori", path="https://evil.example")
    assert client.get(f"/en/messages/{outside.pk}/")["Location"] == "/en/messages/"


def test_one_or_all_are_marked_as_read_and_only_ones_own(client, alice):
    first, other = message_to(alice, 3), message_to(make.UserFactory())
    assert client.post("/en/messages/read/", {"message": first.pk}).status_code == 302
    assert alice.messages.filter(read_at__isnull=True).count() == 2
    client.post("/en/messages/read/", {"message": other.pk})
    client.post("/en/messages/read/")
    assert list(Message.objects.filter(read_at__isnull=True)) == [other]
    for wrong in ("x", "-1", "9" * 30, "٣"):
        assert client.post("/en/messages/read/", {"message": wrong}).status_code == 404
    assert client.get("/en/messages/read/").status_code == 405


def test_the_header_says_how_many_are_unread(alice):
    message_to(alice, 2)
    request = RequestFactory().get("/")
    tag = Template("{% load inbox %}{% inbox_link %}")
    assert tag.render(Context({"request": request})).strip() == ""
    request.user = alice
    said = tag.render(Context({"request": request}))
    assert "/messages/" in said and re.search(r"\b2\b", said)


def test_preferences_are_kept_and_what_waits_follows(client, alice):
    message_to(alice, name="Uno")
    page = client.get("/en/messages/preferences/").content.decode()
    assert page.count("checked") == 8
    chosen = {"rhythm": "daily", "language": "it", "wanted": ["steps", "talk"]}
    assert client.post("/en/messages/preferences/", chosen).status_code == 302
    alice.refresh_from_db()
    assert (alice.rhythm, alice.language) == ("daily", "it")
    assert set(alice.muted) == {"office", "meetings", "deadlines", "followed", "invitations"}
    message = Message.objects.get()
    assert message.state == "waiting" and message.due_at > timezone.now()
    client.post("/en/messages/preferences/", chosen | {"wanted": []})
    message.refresh_from_db()
    assert message.state == "skipped"


def test_a_wrong_choice_is_said_and_nothing_is_written(client, alice):
    answer = client.post("/en/messages/preferences/", {"rhythm": "hourly", "language": "xx", "wanted": ["nothing"]})
    assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    alice.refresh_from_db()
    assert (alice.rhythm, alice.language, alice.muted) == ("at_once", "en", [])
    assert not PreferencesForm({}, instance=alice).is_valid()


def test_a_kind_muted_by_name_stays_muted(alice):
    prefer(alice, muted=["proposal_approve"])
    form = PreferencesForm({"rhythm": "at_once", "language": "en", "wanted": ["steps"]}, instance=alice)
    assert form.is_valid() and "proposal_approve" in form.prefer().muted


def test_the_link_of_a_mail_stops_its_topic_without_signing_in(client):
    user = make.UserFactory()
    link = f"/en/messages/stop/{stopping_token(user, 'comment')}/"
    asked = client.get(link)
    user.refresh_from_db()
    assert asked.status_code == 200 and user.muted == [] and user.email not in asked.content.decode()
    for _ in range(2):
        assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    user.refresh_from_db()
    assert (user.muted, user.rhythm) == (["talk"], "at_once")


def test_the_link_of_a_digest_stops_all_mails(client):
    user = make.UserFactory(rhythm="daily")
    message_to(user)
    client.post(f"/en/messages/stop/{stopping_token(user, '')}/")
    user.refresh_from_db()
    assert user.rhythm == "never" and Message.objects.get().state == "skipped"


def test_a_link_that_we_did_not_write_stops_nothing(client):
    user = make.UserFactory()
    token = stopping_token(user, "comment")
    wrong = [token[:-1] + ("a" if token[-1] != "a" else "b"), "x", signing.dumps([user.pk, ""], salt="another")]
    for one in [*wrong, signing.dumps("word", salt="people.preferences.stop")]:
        assert client.post(f"/en/messages/stop/{one}/").status_code == 404
        assert stopped_by(one) is None
    user.refresh_from_db()
    assert (user.muted, user.rhythm) == ([], "at_once")
    stop(user, "talk")
    assert user.muted == ["talk"]
