"""Public calls on the desk: prepared, published when nothing is missing, and what was answered to them."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.desk.door import Desk
from commons.models import Building, Call
from commons.models.dossier import BuildingEntry
from commons.refusals import Missing, NotPossible, Refused

State = Call.State


def calls_of(desk: Desk) -> QuerySet:
    """The calls of the city with how many answered: drafts do not count."""
    answers = Count("proposals", filter=~Q(proposals__state="draft"))
    return Call.objects.filter(city=desk.city).annotate(answers=answers).order_by("-pk")


def answers_to(desk: Desk, call: Call) -> QuerySet:
    return desk.proposals().filter(call=call).listed().order_by("submitted_on", "pk")


@transaction.atomic
def publish(call: Call) -> Call:
    """Publishes a call that misses nothing; the clock opens and closes it from then on.

    Its buildings' history waits for the office to confirm that a call was made. Raises Refused (400) with what is
    missing, NotPossible (409) for one that is published already.
    """
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.state != State.PREPARING:
        raise NotPossible(_("This call is published already."))
    now = timezone.now()
    missing = [Missing("", _("Still missing: %(what)s.") % {"what": what}) for what in locked.missing()]
    if locked.closes_at and locked.closes_at <= now:
        missing.append(Missing("closes_at", _("The moment it closes must lie ahead.")))
    if missing:
        raise Refused(missing)
    locked.state = State.ANNOUNCED
    locked.state = locked.due_state(now)
    locked.save(update_fields=["state", "updated_at"])
    for building in locked.buildings.all():
        noted(building, locked)
    return locked


def noted(building: Building, call: Call) -> Any:
    """The building's history says that a call was opened, once confirmed."""
    said = _("Public call: %(name)s") % {"name": call.name}
    return BuildingEntry.objects.get_or_create(
        building=building, because=call.uid, defaults={"on": call.city.today(), "note": said, "state": "proposed"}
    )
