"""What is open to people on a proposal, by its state and by the clock: comments, joining, support.

A state says what could be open; the closing time is asked of the clock at each request, whatever `tick` has done.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from commons.models import Proposal
from neighbourhoods.days import on_day

State = Proposal.State
JOINING = frozenset({State.UNDER_REVIEW, State.NEEDS_CHANGES, State.IN_CONSULTATION, State.CODESIGN})
SUPPORTING = JOINING | {State.AWAITING_APPROVAL, State.APPROVED}
LONGEST_COMMENT = 5_000
LONGEST_MESSAGE = 2_000


def in_city(city: Any, moment: datetime) -> datetime:
    """A moment as the clocks of the city show it."""
    return moment.astimezone(ZoneInfo(city.time_zone))


def moment_words(city: Any, moment: datetime) -> str:
    """ "on 2 March 2026 at 18:00", by the clocks of the city; the hour that autumn has twice says which it is."""
    there = in_city(city, moment)
    hour = f"{there:%H:%M}"
    if there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset():
        hour = f"{hour} {there:%Z}"
    return _("%(on_day)s at %(hour)s") % {"on_day": on_day(there.date()), "hour": hour}


def comments_closed(proposal: Any, now: datetime | None = None) -> str:
    """Why nobody can comment now; empty when everybody can. Without a closing time nothing is open."""
    now = now or timezone.now()
    opens, closes = proposal.comments_open_at, proposal.comments_close_at
    if closes and now >= closes:
        return _("Comments closed %(moment)s.") % {"moment": moment_words(proposal.city, closes)}
    if proposal.state != State.IN_CONSULTATION or not proposal.text_public or not closes:
        return _("Comments are not open.")
    if opens and now < opens:
        return _("Comments open %(moment)s.") % {"moment": moment_words(proposal.city, opens)}
    return ""


def joining_closed(proposal: Any) -> str:
    """Why nobody can ask to join now; empty while the proposal is open."""
    return "" if proposal.state in JOINING else _("This proposal does not take joining requests now.")


def supporting_closed(proposal: Any) -> str:
    """Why nobody can support it now; empty while it is on its way."""
    return "" if proposal.state in SUPPORTING else _("This proposal has ended: support is closed.")
