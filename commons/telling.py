""" "Missing or wrong place? Tell us": what people say of the map, and what the office answers."""

from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.models import Correction, Proposal
from commons.pace import too_fast
from commons.refusals import Missing, NotPossible, Refused
from commons.traces import leave_trace
from neighbourhoods.models import City
from neighbourhoods.records import Published
from people.models import Message
from people.outbox import tell

KIND = "correction_settled"


class TooMany(Refused):
    """Too much from one place in an hour. 429."""

    status = 429


def allow(request: HttpRequest) -> None:
    """Counts one message. Raises TooMany."""
    if too_fast(request, "correction"):
        raise TooMany(_("We have had many messages from here. What you wrote is still here: send it in an hour."))


def about(city: City, uid: str) -> Published | None:
    """The public record that somebody speaks of; None where there is none, or none that may be named."""
    for model in apps.get_models() if uid else ():
        if issubclass(model, Published):
            found = model.objects.using("public").public().filter(city=city, uid=uid).first()
            if found:
                return found.conceal() or found if isinstance(found, Proposal) else found
    return None


def record_correction(city: City, uid: str, text: str, email: str, place: Point | None, user: Any) -> Correction:
    """Keeps what somebody told us."""
    known = about(city, uid)
    return Correction.objects.create(
        city=city, about=known.uid if known else "", text=text.strip(), email=email, place=place,
        user=user if getattr(user, "is_authenticated", False) else None,
    )  # fmt: skip


@transaction.atomic
def settle_correction(correction: Correction, state: str, answer: str, by: Any) -> None:
    """The office says that it is done, or why not. Raises Refused, or NotPossible when it was settled already."""
    locked = Correction.objects.select_for_update(of=("self",)).select_related("city", "user").get(pk=correction.pk)
    if locked.state != Correction.State.NEW:
        raise NotPossible(_("Somebody has settled this already: %(state)s.") % {"state": locked.get_state_display()})
    if state not in {Correction.State.DONE, Correction.State.DISMISSED}:
        raise Refused([Missing("state", _("Say whether it is done or set aside."))])
    if state == Correction.State.DISMISSED and not answer.strip():
        raise Refused([Missing("answer", _("Write why, in words that the person can read."))])
    locked.state, locked.answer, locked.handled_by, locked.handled_at = state, answer.strip(), by, timezone.now()
    locked.save(update_fields=["state", "answer", "handled_by", "handled_at"])
    leave_trace(locked, by, f"correction {state}")
    words = {"correction": locked, "city": locked.city}
    if locked.user:
        tell(locked.user, KIND, f"correction:{locked.pk}", words)
    elif locked.email:
        first, _line, text = render_to_string(f"email/{KIND}.txt", words).strip().partition("\n")
        Message.objects.create(
            email=locked.email, kind=KIND, key=f"correction:{locked.pk}", subject=first[:200], text=text.strip(),
            due_at=timezone.now(),
        )  # fmt: skip
