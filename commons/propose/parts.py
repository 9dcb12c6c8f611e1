"""PARTS: the sections of the writing page, in order, and how far each has got. The page opens one at a time; every part
is in the same form, so that nothing depends on which are open."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.propose.forms import DraftForm
from commons.refusals import Missing

# What is missing by the name of the model, and the place on the page where it is written.
ANCHORS = {"resources": "what-you-bring", "consent_at": "id_consent", "call": "id_leave_call", "place": "where"}


@dataclass(frozen=True)
class Part:
    """One section: the anchor of its heading, its words, and the fields that lie in it. `asked`: something in it has
    to be there before the proposal can be sent."""

    anchor: str
    label: Promise
    fields: tuple[str, ...]
    asked: bool = True


PARTS = {
    "where": Part("where", _("Where"), ("where", "chosen", "place", "building", "no_place")),
    "what": Part("what", _("What"), ("name", "description", "needed_functions")),
    "why": Part("why", _("Why"), ("aims", "qualities")),
    "who": Part("who", _("Who"), ("proposers", "contact_name", "people_involved")),
    "when": Part("when", _("When"), ("wanted_from", "duration_months")),
    "bring": Part("what-you-bring", _("What you bring, what you ask for"), ("resources", "no_resources")),
    "contact": Part("contact", _("How the office reaches you"), ("contact_email", "contact_phone")),
    "call": Part("call", _("The call"), ("call", "leave_call"), asked=False),
    "agree": Part("agree", _("Your consent"), ("consent", "consent_at")),
}


@dataclass(frozen=True)
class Progress:
    """A part as it stands: what is missing in it (where, and in words), and whether the page shows it open."""

    name: str
    part: Part
    missing: list[tuple[str, Missing]]
    open: bool

    @property
    def done(self) -> bool:
        return not self.missing


def anchored(missing: list[Missing]) -> list[tuple[str, Missing]]:
    return [(ANCHORS.get(one.field, f"id_{one.field}"), one) for one in missing]


def progress(missing: list[tuple[str, Missing]], wrong: set[str], every: bool = False) -> dict[str, Progress]:
    """Every part by its name. Open are those with something wrong, or else the first that misses something; with
    `every` all that do."""
    by_part = {name: [one for one in missing if one[1].field in part.fields] for name, part in PARTS.items()}
    faulty = {name for name, part in PARTS.items() if wrong & set(part.fields)}
    lacking = [name for name in PARTS if by_part[name]]
    shown = faulty | set(lacking if every else lacking[:1] if not faulty else ())
    return {name: Progress(name, part, by_part[name], name in shown) for name, part in PARTS.items()}


def wrong_in(form: DraftForm, rows: object) -> set[str]:
    """The fields that were not accepted, the rows of resources as one."""
    said = set(form.errors) if form.is_bound else set()
    return said | ({"resources"} if getattr(rows, "errors_said", None) else set())
