"""Not too much at once: each thing has a pace per person or browser, and per address, counted in the database."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from commons.models import Pace


@dataclass(frozen=True)
class Limit:
    """At most so many times in so many minutes: of one person (a visitor is a browser), and from one address, where
    many people may sit."""

    minutes: int
    person: int
    address: int


PACES = {
    "comment": Limit(10, 6, 60),
    "join": Limit(60, 10, 60),
    "click": Limit(1, 300, 900),
    "report": Limit(10, 60, 200),
    "draft": Limit(60, 10, 60),
    "correction": Limit(60, 5, 20),
    "feedback": Limit(60, 5, 20),
    "need": Limit(60, 5, 20),
    "track": Limit(10, 30, 200),
}
KEPT = timedelta(days=1)


def too_fast(request: HttpRequest, what: str) -> bool:
    """Counts one more of `what` for whoever asks and for their address; whether one of them has gone over the limit."""
    limit, now = PACES[what], timezone.now()
    since = window(now, limit.minutes)
    over = count(f"{what}:at:{client_address(request)}", since) > limit.address
    return count(f"{what}:by:{sender_of(request)}", since) > limit.person or over


def sender_of(request: HttpRequest) -> str:
    """The person, or the browser of a visitor, which is given a session to be known by."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    if not request.session.session_key:
        request.session.create()
    return f"browser:{request.session.session_key}"


def window(now: datetime, minutes: int) -> datetime:
    """The beginning of the stretch of time that `now` is counted in."""
    seconds = int(now.timestamp())
    return now.replace(microsecond=0) - timedelta(seconds=seconds % (60 * minutes))


def count(sender: str, since: datetime) -> int:
    """One more of this sender in this stretch; how many there are. One statement, whoever else counts meanwhile."""
    key = hmac.new(settings.SECRET_KEY.encode(), sender.encode(), sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commons_pace (key, since, times) VALUES (%s, %s, 1) "
            "ON CONFLICT ON CONSTRAINT commons_pace_unique DO UPDATE SET times = commons_pace.times + 1 "
            "RETURNING times",
            [key, since],
        )
        times = cursor.fetchone()[0]
    if times == 1:
        Pace.objects.filter(since__lt=since - KEPT).delete()
    return times


def client_address(request: HttpRequest) -> str:
    """Where the request comes from: the address that connects or, behind TRUSTED_PROXIES proxies, the one that the
    outermost of them saw. What a client itself writes into the header is never believed."""
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    return seen[-proxies] if 0 < proxies <= len(seen) else request.META.get("REMOTE_ADDR", "")
