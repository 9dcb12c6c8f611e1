"""The round that `tick` makes every minute: what happened, whom it is for, and what is due to be told."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from commons.models import Notice
from mapping.follows.journal import note
from mapping.follows.letters import tell_followers
from mapping.follows.matching import spread

ROUND = 7_216_042  # the advisory lock of who makes the round: two at a time would only wait for each other
KEPT = timedelta(days=90)  # told notices are kept this long, to be told once


def go_round(now: datetime | None = None) -> int:
    """One whole round; how many messages were written. What a killed round did not finish, the next one does."""
    now = now or timezone.now()
    with transaction.atomic():
        if not alone():
            return 0
        note()
        spread(now)
    Notice.objects.filter(told_at__lt=now - KEPT).delete()
    return tell_followers(now)


def alone() -> bool:
    """Whether nobody else makes the round now; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROUND])
        return bool(cursor.fetchone()[0])
