"""The post: sends what is due from the outbox, by a timer, every message once at most.

A sender claims messages for a while (`sending`, until `due_at`), and writes `handed_at` just before it gives the text
of a mail to the server. A sender that dies before that moment has sent nothing: when its time is over, others send. One
that dies after it may have sent: the message is `uncertain` and is not sent again; it stands in the app all the same. A
server that cannot be reached costs a message nothing; one that refuses is asked again, later and later, then no more.
"""

import hashlib
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import punycode
from django.utils.translation import ngettext

from people.models import Message, User
from people.outbox import in_language, unwanted
from people.pictures import picture_of
from people.preferences import stopping_token

BATCH = 50
LEASE = timedelta(minutes=15)
ATTEMPTS = 8
TOO_LONG = timedelta(hours=6)
CLAIMS = 7_216_041  # the advisory lock of those who claim: a digest is claimed whole
SENDING, WAITING = Message.State.SENDING, Message.State.WAITING
log = logging.getLogger(__name__)


class Refused(Exception):
    """The server did not take the mail: it was certainly not sent. `for_good` when asking again is no use."""

    def __init__(self, code: int, said: bytes | str, for_good: bool = False) -> None:
        self.for_good = for_good
        super().__init__(f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"[:500])


def send_waiting() -> int:
    """Sends what is due and returns how many mails the server took. A server that is not there: nothing is claimed."""
    settle()
    sent = 0
    while waiting().exists():
        post = get_connection()
        try:
            post.open()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("The mail server cannot be reached: %s. The messages wait.", error)
            break
        lease, mails = claim()
        try:
            sent += sum(send(post, lease, mail) for mail in mails)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("The mail server went away: %s. The messages wait.", error)
            release(lease)
            break
        finally:
            close(post)
        if not mails:
            break
    return sent


def waiting() -> Any:
    return Message.objects.filter(state=WAITING, due_at__lte=timezone.now())


def settle() -> None:
    """What senders left that died: not handed over, so it waits again; handed over, so nobody knows."""
    left = Message.objects.filter(state=SENDING, due_at__lte=timezone.now())
    left.filter(handed_at__isnull=True).update(state=WAITING)
    left.filter(handed_at__isnull=False).update(state=Message.State.UNCERTAIN, error="no answer from the mail server")


def claim() -> tuple[datetime, list[list[Message]]]:
    """Takes messages that are due for this sender alone: until when, and the messages of each mail.

    The moment is the claim's name too: who claims the same message later has another.
    """
    lease = timezone.now() + LEASE
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])
        free = waiting().select_for_update(skip_locked=True, of=("self",)).select_related("user")
        found = list(free.order_by("due_at", "pk")[:BATCH])
        bundled = {message.user_id for message in found if together(message)}
        found += free.filter(user__in=bundled).exclude(pk__in=[message.pk for message in found])
        skipped = [one.pk for one in found if one.user and (unwanted(one.user, one.kind) or not reached(one.user))]
        Message.objects.filter(pk__in=skipped).update(state=Message.State.SKIPPED)
        kept = [message for message in found if message.pk not in skipped]
        Message.objects.filter(pk__in=[one.pk for one in kept]).update(state=SENDING, due_at=lease, handed_at=None)
    digests = sorted((one for one in kept if together(one)), key=lambda one: (one.user_id, one.created_at, one.pk))
    mails = [list(group) for _, group in groupby(digests, key=lambda one: one.user_id)]
    return lease, [[one] for one in kept if not together(one)] + mails


def together(message: Message) -> bool:
    """Whether a message goes with the others of its person."""
    return bool(message.user) and message.user.rhythm in {User.Rhythm.DAILY, User.Rhythm.WEEKLY}


def reached(user: User) -> bool:
    return bool(user.is_active and user.email)


def send(post: Any, lease: datetime, messages: list[Message]) -> bool:
    """Sends one mail of these messages and writes what became of it. Errors of the connection go up."""
    claimed = Message.objects.filter(pk__in=[one.pk for one in messages], state=SENDING, due_at=lease)

    def handing() -> bool:
        return claimed.filter(handed_at__isnull=True).update(handed_at=timezone.now()) == len(messages)

    try:
        if not give(post, written(messages), handing):
            return False
    except Refused as refusal:
        put_off(claimed, messages, str(refusal), refusal.for_good)
        return False
    except (OSError, smtplib.SMTPException) as error:
        put_off(claimed.filter(handed_at__isnull=True), messages, str(error)[:500])
        claimed.filter(handed_at__isnull=False).update(state=Message.State.UNCERTAIN, error=str(error)[:500])
        raise
    now = timezone.now()
    claimed.update(state=Message.State.SENT, sent_at=now, due_at=now, error="")
    return True


def give(post: Any, mail: EmailMultiAlternatives, handing: Callable[[], bool]) -> bool:
    """Gives a mail to the server. `handing` is asked at the last moment before it could go; False: it must not."""
    server = getattr(post, "connection", None)
    if not isinstance(server, smtplib.SMTP):
        return handing() and bool(post.send_messages([mail]))
    try:
        content = mail.message().as_bytes(linesep="\r\n")
        server.ehlo_or_helo_if_needed()
        expect(server.mail(on_the_envelope(parseaddr(mail.from_email)[1])), {250})
        expect(server.rcpt(on_the_envelope(mail.to[0])), {250, 251})
    except (UnicodeError, ValueError, Refused) as error:
        server.rset()
        raise error if isinstance(error, Refused) else Refused(0, str(error), for_good=True) from error
    if not handing():
        server.rset()
        return False
    try:
        expect(server.data(content), {250})
    except smtplib.SMTPDataError as error:
        raise Refused(error.smtp_code, error.smtp_error) from error
    return True


def on_the_envelope(address: str) -> str:
    """An address as every server reads it: the letters of its domain that are not ASCII in their ASCII form."""
    name, _at, domain = address.rpartition("@")
    return f"{name}@{punycode(domain)}"


def expect(answer: tuple[int, bytes], good: set[int]) -> None:
    """A definite no of the server is a Refused; for good where no such address is there."""
    if answer[0] not in good:
        raise Refused(*answer, for_good=answer[0] in {550, 551, 553, 556})


def put_off(claimed: Any, messages: list[Message], error: str, for_good: bool = False) -> None:
    """Later: after 2, 4, 8 … minutes, at most six hours; failed after the last attempt or a no for good."""
    attempts = max(one.attempts for one in messages) + 1
    failed = for_good or attempts >= ATTEMPTS
    later = timezone.now() + min(timedelta(minutes=2**attempts), TOO_LONG)
    state = Message.State.FAILED if failed else WAITING
    claimed.update(state=state, attempts=attempts, due_at=later, handed_at=None, error=error)


def release(lease: datetime) -> None:
    """What was claimed and not begun waits again, as if it had not been touched."""
    claimed = Message.objects.filter(state=SENDING, due_at=lease, handed_at__isnull=True)
    claimed.update(state=WAITING, due_at=timezone.now())


def close(post: Any) -> None:
    try:
        post.close()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The mail server did not say goodbye: %s", error)


def written(messages: list[Message]) -> EmailMultiAlternatives:
    """One mail of one message, or of those that a person gets together: as text and as HTML, in their language."""
    first = messages[0]
    with translation.override(first.language):
        words = {
            "messages": [
                {"subject": m.subject, "text": m.text, "url": address(m.path), "picture": picture_of(m.path)}
                for m in messages
            ],
            "language": first.language, "person": first.user, "home": settings.SITE_URL,
            "preferences": address(reverse("preferences")), "stop": stop_address(messages), "many": len(messages) > 1,
        }  # fmt: skip
        subject = first.subject
        if words["many"]:
            said = ngettext(
                "%(number)d message from Mappa Comune", "%(number)d messages from Mappa Comune", len(messages)
            )
            subject = said % {"number": len(messages)}
        text = render_to_string("email/message.txt", words)
        html = render_to_string("email/message.html", words)
    digest = hashlib.sha256("\n".join(one.key for one in messages).encode()).hexdigest()[:40]
    headers = {"Message-ID": f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>", "Auto-Submitted": "auto-generated"}
    if words["stop"]:
        headers |= {"List-Unsubscribe": f"<{words['stop']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    to = first.user.email if first.user else first.email
    mail = EmailMultiAlternatives(subject, text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def address(path: str) -> str:
    """The canonical address of a page, whatever host asked for it."""
    return f"{settings.SITE_URL}{path}" if path else ""


def stop_address(messages: list[Message]) -> str:
    """Where a click stops what a message is about: its own way to stop, else its topic; all e-mails when several
    come together. Nothing for who has no account."""
    first = messages[0]
    if not first.user:
        return ""
    if len(messages) == 1 and first.stop:
        return address(first.stop)
    token = stopping_token(first.user, "" if len(messages) > 1 else first.kind)
    return address(in_language(reverse("unsubscribe", args=[token]), first.language))
