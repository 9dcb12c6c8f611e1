"""A building's dated history: what an entry, once it is confirmed, makes true of the building today."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commons.models import Building, BuildingEntry, Call, Pact
from commons.refusals import Missing, NotPossible, Refused
from commons.traces import leave_trace

FACTS = ("use_status", "condition", "owner", "office", "asset_code", "parcel")
SAYS = (*FACTS, "works", "note")
State = BuildingEntry.State


@transaction.atomic
def add_entry(building: Building, by: Any, **said: Any) -> BuildingEntry:
    """Writes what became true on a day (`on`), and brings the building up to date. Raises Refused."""
    said = {name: value for name, value in said.items() if value}
    if not set(said) & set(SAYS):
        raise Refused([Missing("use_status", _("Write at least one thing that changed."))])
    entry = BuildingEntry(building=building, recorded_by=by, **said)
    return _confirmed(entry, by)


@transaction.atomic
def confirm(entry: BuildingEntry, by: Any) -> BuildingEntry:
    """The office says that a proposed entry is true. Raises NotPossible when it was settled already."""
    return _confirmed(_waiting(entry), by)


@transaction.atomic
def dismiss(entry: BuildingEntry, by: Any) -> BuildingEntry:
    """The office says that a proposed entry is not true. Raises NotPossible when it was settled already."""
    entry = _waiting(entry)
    entry.state = State.DISMISSED
    entry.recorded_by = by
    entry.save(update_fields=["state", "recorded_by"])
    leave_trace(entry.building, by, f"dismiss entry {entry.pk}")
    return entry


def _waiting(entry: BuildingEntry) -> BuildingEntry:
    locked = BuildingEntry.objects.select_for_update(of=("self",)).select_related("building__city").get(pk=entry.pk)
    if locked.state != State.PROPOSED:
        raise NotPossible(_("Somebody has settled this already: %(state)s.") % {"state": locked.get_state_display()})
    return locked


def _confirmed(entry: BuildingEntry, by: Any) -> BuildingEntry:
    building = Building.objects.select_for_update(of=("self",)).select_related("city").get(pk=entry.building_id)
    if entry.on > building.city.today():
        raise Refused([Missing("on", _("This day has not come yet."))])
    entry.state, entry.recorded_by = State.CONFIRMED, by
    entry.save()
    changed = [name for name in FACTS if getattr(entry, name) and not _said_later(building, entry, name)]
    if "use_status" in changed:
        if building.use_since and entry.on < building.use_since:
            changed.remove("use_status")
        elif building.use_status != entry.use_status or not building.use_since:
            building.use_since = entry.on
            changed.append("use_since")
    for name in changed:
        if name != "use_since":
            setattr(building, name, getattr(entry, name))
    if changed:
        building.save(update_fields=[*changed, "updated_at"])
    leave_trace(building, by, f"confirm entry {entry.pk}: {', '.join(changed) or '-'}")
    return entry


def _said_later(building: Building, entry: BuildingEntry, name: str) -> bool:
    """Whether a later confirmed entry says this fact: what is older does not overwrite it."""
    later = building.entries.filter(state=State.CONFIRMED, on__gt=entry.on).exclude(**{name: ""})
    return later.exists()


@transaction.atomic
def change_how_to_ask(building: Building, text: str, by: Any) -> None:
    """Writes how a building can be asked for, a step a line."""
    building.how_to_ask = text.strip()
    building.save(update_fields=["how_to_ask", "updated_at"])
    leave_trace(building, by, "how_to_ask")


def told(building: Building, most: int = 100) -> list[BuildingEntry]:
    """The public history, the newest first; `cause` is the public pact or call that an entry came from."""
    entries = list(BuildingEntry.objects.using("public").public().filter(building=building)[:most])
    uids = {entry.because for entry in entries if entry.because}
    causes: dict[str, Any] = {}
    for model in (Pact, Call) if uids else ():
        causes |= {
            one.uid: one for one in model.objects.using("public").public().filter(uid__in=uids).only("uid", "name")
        }
    for entry in entries:
        entry.cause = causes.get(entry.because)
    return entries
