"""What a move brings with it, in the same transaction: the receipt, the pact, what a building may become, the words
to those who want to know."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from commons.lifecycle import Move
from commons.models.dossier import BuildingEntry
from commons.models.offices import ReceiptCounter
from commons.models.places import Building
from commons.models.steps import Step
from commons.notifications import announce


def after(record: Any, move: Move, step: Step) -> None:
    """Does what belongs to this move, then tells people."""
    {"submit": receive, "sign": signed, "end": ended, "terminate": ended, "approve": approved}.get(
        move.name, lambda *_: None
    )(record)
    announce(record, move, step)


def receive(proposal: Any) -> None:
    """The day and the receipt number: initials of the city, year, number in that year. Numbers leave no gap."""
    today = proposal.city.today()
    counter, _made = ReceiptCounter.objects.get_or_create(city=proposal.city, year=today.year)
    ReceiptCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    proposal.receipt = f"{proposal.city.slug[:3].upper()}-{today.year}-{counter.last:05d}"
    proposal.submitted_on = today
    proposal.save(update_fields=["receipt", "submitted_on"])


def approved(proposal: Any) -> None:
    """Who was approved begins as who proposed; the office may change the list, the proposers stay."""
    if not proposal.approved_parties.exists():
        proposal.approved_parties.set(proposal.proposers.all())


def signed(pact: Any) -> None:
    suggest(pact.building, Building.UseStatus.IN_REGENERATION, pact)


def ended(pact: Any) -> None:
    if pact.signed_on:
        suggest(pact.building, Building.UseStatus.UNDERUSED, pact)


def suggest(building: Building | None, use_status: str, because: Any) -> BuildingEntry | None:
    """A next use for the office to confirm; nothing where the building has it already or it is suggested already."""
    if building is None or building.use_status == use_status:
        return None
    waiting = building.entries.filter(state=BuildingEntry.State.PROPOSED, use_status=use_status)
    return waiting.first() or BuildingEntry.objects.create(
        building=building, on=timezone.localdate(), use_status=use_status, because=because.uid,
        state=BuildingEntry.State.PROPOSED,
    )  # fmt: skip
