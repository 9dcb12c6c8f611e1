"""The post against a real mail server on loopback: every message arrives once, whatever dies meanwhile."""

import email
import email.policy
import smtplib
import socket
import threading
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.db import connections
from django.utils import timezone

from commons.models import Proposal
from people import post
from people.models import Message
from people.outbox import tell, tell_address
from people.post import claim, send_waiting, written
from tests import factories as make

pytestmark = pytest.mark.django_db


class Letterbox:
    """Keeps what arrives. `no` answers a stage with a refusal; `silent` takes the text and hangs up."""

    def __init__(self):
        self.received, self.no, self.silent = [], {}, False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.no:
            return self.no[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "data" in self.no:
            return self.no["data"]
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.received.append((envelope.rcpt_tos, message))
        if self.silent:
            server.transport.abort()
        return "250 taken"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def box(settings):
    """A mail server that can be started and stopped; stopped at first."""
    box = Letterbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 5
    # Without a name of its own it would ask the resolver for one at each greeting, which may take longer than we wait.
    box.controller = Controller(box, hostname="127.0.0.1", port=settings.EMAIL_PORT, server_hostname="localhost")
    yield box
    if box.controller.loop.is_running():
        box.controller.stop()


@pytest.fixture
def open_box(box):
    box.controller.start()
    return box


def written_to(user, number=1, kind="proposal_approve", name="Orto"):
    words = {"record": Proposal(name=name, state="approved")}
    return [tell(user, kind, f"{kind}:{user.pk}:{n}", words, "/torino/") for n in range(number)]


def states():
    return sorted(Message.objects.values_list("state", flat=True))


def later(**span):
    """Makes what waits be due, as if this time had gone by."""
    for message in Message.objects.filter(state__in=["waiting", "sending"]):
        Message.objects.filter(pk=message.pk).update(due_at=message.due_at - timedelta(**span))


def test_a_dead_server_loses_nothing_and_alive_again_each_arrives_once(box):
    written_to(make.UserFactory(), 5)
    assert [send_waiting() for _ in range(3)] == [0, 0, 0]
    assert states() == ["waiting"] * 5 and not Message.objects.exclude(attempts=0).exists()
    box.controller.start()
    assert send_waiting() == 5 and send_waiting() == 0
    assert len(box.received) == 5 and states() == ["sent"] * 5
    assert len({message["Message-ID"] for _, message in box.received}) == 5


def test_a_mail_has_text_and_html_canonical_links_and_a_way_out(open_box, settings):
    settings.SITE_URL = "https://mappa.example.it"
    user = make.UserFactory(language="en")
    written_to(user, name='Orto & "serra" <b>')
    send_waiting()
    to, message = open_box.received[0]
    text, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert to == [user.email] == [message["To"]]
    assert message.is_multipart() and message["Subject"].startswith('Orto & "serra" <b>: Approved')
    assert "https://mappa.example.it/en/torino/" in text and 'href="https://mappa.example.it/en/torino/"' in html
    assert "https://mappa.example.it/en/messages/preferences/" in text
    assert "<b>: Approved" not in html and "&lt;b&gt;" in html and '<html lang="en">' in html
    assert message["List-Unsubscribe"].strip().startswith("<https://mappa.example.it/en/messages/stop/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].endswith("@mappa.example.it>")


def test_names_cannot_write_headers(open_box):
    written_to(make.UserFactory(language="en"), name="Orto\r\nBcc: all@example.org\r\n\r\nHello")
    send_waiting()
    to, message = open_box.received[0]
    assert len(to) == 1 and message["Bcc"] is None and message["Subject"].startswith("Orto")


def test_who_has_no_account_gets_no_link_to_preferences(open_box):
    by = make.UserFactory(display_name="Ada")
    record = Proposal(name="Orto", state="draft")
    tell_address("bruno@example.org", "invitation", "i:1", {"record": record, "by": by}, "/invito/")
    send_waiting()
    to, message = open_box.received[0]
    assert to == ["bruno@example.org"] and message["List-Unsubscribe"] is None
    assert "preferences" not in message.get_body(["plain"]).get_content()


def test_a_server_that_says_later_is_asked_later_and_at_last_no_more(open_box, monkeypatch):
    user = make.UserFactory()
    open_box.no = {user.email: "451 later"}
    written_to(user)
    assert send_waiting() == 0 and send_waiting() == 0
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("waiting", 1) and "451" in message.error
    assert timedelta(seconds=100) < message.due_at - timezone.now() <= timedelta(minutes=2)
    for attempt in range(2, post.ATTEMPTS + 1):
        later(hours=7)
        send_waiting()
        assert Message.objects.get().attempts == attempt
    assert states() == ["failed"] and not open_box.received


def test_an_address_that_is_not_there_is_not_asked_again_and_stops_no_other(open_box):
    gone, there = make.UserFactory(), make.UserFactory()
    open_box.no = {gone.email: "550 no such user"}
    written_to(gone)
    written_to(there)
    assert send_waiting() == 1
    assert states() == ["failed", "sent"] and len(open_box.received) == 1


def test_a_text_that_the_server_refuses_was_not_sent_and_is_tried_again(open_box):
    open_box.no = {"data": "452 full"}
    written_to(make.UserFactory())
    send_waiting()
    assert states() == ["waiting"]
    open_box.no = {}
    later(hours=7)
    assert send_waiting() == 1 and len(open_box.received) == 1


def test_a_server_that_falls_silent_after_the_text_gets_it_once_only(open_box):
    open_box.silent = True
    written_to(make.UserFactory(), 2)
    send_waiting()
    assert states() == ["uncertain", "waiting"]
    open_box.silent = False
    send_waiting()
    later(hours=7)
    send_waiting()
    assert len(open_box.received) == 2 and states() == ["sent", "uncertain"]


def test_a_sender_killed_after_claiming_leaves_it_to_the_next(open_box):
    written_to(make.UserFactory(), 3)
    claim()
    assert states() == ["sending"] * 3 and send_waiting() == 0
    later(hours=1)
    assert send_waiting() == 3 and len(open_box.received) == 3


@pytest.mark.parametrize("moment", ["before the text", "after the text"])
def test_a_sender_killed_while_sending_never_sends_twice(open_box, monkeypatch, moment):
    class Killed(BaseException):
        pass

    real = smtplib.SMTP.data

    def data(server, content):
        if moment == "after the text":
            real(server, content)
        raise Killed

    written_to(make.UserFactory())
    with monkeypatch.context() as patched:
        patched.setattr(smtplib.SMTP, "data", data)
        with pytest.raises(Killed):
            send_waiting()
    later(hours=1)
    send_waiting()
    send_waiting()
    assert states() == ["uncertain"]
    assert len(open_box.received) == (1 if moment == "after the text" else 0)


def test_a_claim_that_ran_out_is_not_sent_by_its_first_holder(open_box):
    written_to(make.UserFactory())
    lease, (messages,) = claim()
    later(hours=1)
    assert send_waiting() == 1
    connection = mail.get_connection()
    connection.open()
    assert not post.send(connection, lease, messages)
    assert len(open_box.received) == 1


def test_the_messages_of_a_day_come_as_one_mail(open_box):
    user, other = make.UserFactory(rhythm="daily", language="en"), make.UserFactory()
    written_to(user, 60)
    written_to(other, 2)
    assert send_waiting() == 2
    later(days=2)
    assert send_waiting() == 1
    _to, message = open_box.received[-1]
    assert message["Subject"] == "60 messages from Mappa Comune"
    assert message.get_body(["plain"]).get_content().count("* Orto: Approved") == 60
    assert states() == ["sent"] * 62


def test_what_is_not_wanted_any_more_when_it_is_due_is_not_sent(open_box):
    users = [make.UserFactory(), make.UserFactory(), make.UserFactory()]
    for user in users:
        written_to(user)
    users[0].rhythm = "never"
    users[1].muted = ["steps"]
    users[2].is_active = False
    for user in users:
        user.save()
    assert send_waiting() == 0 and states() == ["skipped"] * 3 and not open_box.received


def test_without_a_server_mails_are_kept_as_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    written_to(make.UserFactory(), 2)
    assert send_waiting() == 2 and states() == ["sent", "sent"]
    assert sum(path.read_text().count("Message-ID:") for path in tmp_path.iterdir()) == 2


def test_the_same_message_carries_the_same_identifier():
    (message,) = written_to(make.UserFactory())
    assert written([message]).extra_headers["Message-ID"] == written([message]).extra_headers["Message-ID"]


@pytest.mark.django_db(transaction=True)
def test_senders_at_the_same_time_send_each_once(open_box):
    users = [make.UserFactory(), make.UserFactory(rhythm="weekly")]
    for user in users:
        written_to(user, 80)
    later(days=8)
    sent, start = [], threading.Barrier(3)

    def work():
        start.wait()
        sent.append(send_waiting())
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 81 == len(open_box.received)
    assert len({message["Message-ID"] for _, message in open_box.received}) == 81
    assert states() == ["sent"] * 160


def test_an_address_of_a_domain_with_accents_is_written_to(open_box):
    tell_address("anna@città-comune.it", "comment", "accents", {"record": Proposal(name="Orto"), "city": None})
    assert send_waiting() == 1 and states() == ["sent"]
    to, message = open_box.received[0]
    assert to == ["anna@xn--citt-comune-b7a.it"] and to[0] in str(message["To"])
