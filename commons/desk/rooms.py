"""ROOMS: the desk's menu, as one table. A page belongs to the room that names its route."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk


@dataclass(frozen=True)
class Room:
    """One entry of the menu: its route, its word, what somebody needs to enter. `whole`: only for who sees all the
    city. `aside`: not for the work of the day, behind "More". `inside` are routes of pages that are part of it."""

    route: str
    label: Promise
    needs: str = "desk"
    whole: bool = False
    aside: bool = False
    inside: tuple[str, ...] = ()


ROOMS = (
    Room("desk", _("Queue"), inside=("desk-proposal", "desk-pact", "desk-bulk", "desk-compare", "desk-move",
                                     "desk-act")),
    Room("desk-map", _("Map")),
    Room("desk-calls", _("Calls"), inside=("desk-call", "desk-call-new", "desk-call-publish")),
    Room("desk-moderation", _("Comments"), "moderate"),
    Room("corrections", _("Corrections"), "moderate", whole=True, inside=("correction",)),
    Room("desk-needs", _("Needs"), "lead", inside=("desk-need",)),
    Room("desk-laboratories", _("Laboratories"), "lead",
         inside=("desk-laboratory", "desk-laboratory-new", "desk-laboratory-do", "desk-project", "desk-project-new")),
    Room("desk-plans", _("Plans"), "lead", inside=("desk-plan", "desk-plan-new")),
    Room("desk-monitoring", _("Overdue"), "lead"),
    Room("desk-organisations", _("Organisations"), "verify", whole=True, inside=("desk-organisation",)),
    Room("desk-buildings", _("Buildings"), "edit_place", whole=True,
         inside=("building-dossier", "building-how-to-ask", "building-entry", "building-files")),
    Room("desk-portal", _("Portal"), "edit_place", whole=True, inside=("desk-news",)),
    Room("desk-protocol", _("Protocol"), "answer", whole=True, inside=("protocol",)),
    Room("desk-funnel", _("Outcomes"), aside=True),
    Room("desk-figures", _("Figures"), "edit_place", whole=True, aside=True,
         inside=("desk-figure", "desk-figure-new", "desk-edition")),
    Room("desk-quality", _("Quality of the data"), aside=True, inside=("desk-fix",)),
    Room("imports", _("Bring data in"), "import", aside=True,
         inside=("import-file", "import-progress", "import-run", "import-report", "import-source")),
    Room("desk-export", _("Exports"), "export", aside=True, inside=("desk-export-file",)),
    Room("desk-why", _("Visibility"), aside=True),
)  # fmt: skip


@dataclass(frozen=True)
class Door:
    """An entry as one person sees it: `here` says "page" on the room's own page, "true" on one inside it."""

    route: str
    label: Promise
    here: str
    aside: bool


def doors(desk: Desk, route: str) -> list[Door]:
    """The rooms that are open to the person of this desk; `route` is the page being looked at."""
    return [Door(one.route, one.label, place(one, route), one.aside) for one in ROOMS if is_open(one, desk)]


def is_open(room: Room, desk: Desk) -> bool:
    return desk.may(room.needs) and (desk.areas is None or not room.whole)


def place(room: Room, route: Any) -> str:
    return "page" if route == room.route else "true" if route in room.inside else ""
