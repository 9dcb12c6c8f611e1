"""Everything that a record's page on the desk says, read in a number of statements that does not grow with it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.forms import BaseForm
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from commons.desk.deeds import DEEDS, Deed, useful
from commons.desk.door import Desk
from commons.desk.forms import MoveForm
from commons.desk.turns import Turn
from commons.gather.pact_page import acts_of, measured
from commons.lifecycle import MACHINES, Move, find_move
from commons.models import BuildingEntry, Contribution, Proposal, Signature
from commons.pacting import OWN
from people.roles import Role, may

NEAR = 0.0003  # degrees, some thirty metres
FILE = "file"
LIMIT = 200


@dataclass(frozen=True)
class Next:
    """A move that this person may make: its form, and what is missing that the form does not ask for."""

    move: Move
    form: MoveForm
    missing: list[str]


@dataclass(frozen=True)
class Task:
    """A deed that this person may do now, with its form."""

    deed: Deed
    form: BaseForm


@dataclass(frozen=True)
class Entry:
    """One step of the history, in words."""

    label: Promise | str
    state: str
    step: Any


def dossier(desk: Desk, kind: str, record: Any, bound: dict[str, BaseForm] | None = None) -> dict[str, Any]:
    """The page of a record; `bound` are forms that were refused, by the name of their move or deed."""
    roles = record.roles_of(desk.user)
    open_moves = record.open_to(desk.user)
    tried = bound or {}
    said = {
        "desk": desk, "city": desk.city, "kind": kind, "record": record,
        "turn": Turn(record.turn).label, "today": desk.city.today(), "own": bool(roles & OWN),
        "numbers": may(roles, "answer"), "leads": may(roles, "lead"), "keeps_dossier": may(roles, "edit_place"),
        "use_waits": may(roles, "edit_place") and use_waits(record),
        "moves": [next_move(desk, record, move, tried.get(move.name)) for move in open_moves],
        "waiting": [(one, [Role(role).label for role in one.by]) for one in record.moves() if one not in open_moves],
        "tasks": tasks(record, kind, roles, tried),
        "history": history(record), "acts": list(record.acts.select_related("document")),
        "disputes": list(record.disputes.all()), "files": files(record),
    }  # fmt: skip
    shown = {one.move.name for one in said["moves"]} | {one.deed.name for one in said["tasks"]}
    for name, form in tried.items():
        said |= {"refused": form, "kept": [] if name in shown else typed_words(form)}
    return said | (of_proposal(desk, record) if kind == "proposals" else of_pact(record))


def typed_words(form: BaseForm) -> list[tuple[str, str]]:
    """What somebody typed into a form that is no longer offered, so that it is not lost."""
    shown = [field for field in form.visible_fields() if field.data]
    return [(str(field.label), str(field.data)) for field in shown]


def next_move(desk: Desk, record: Any, move: Move, tried: BaseForm | None) -> Next:
    missing = [one.words for one in record.missing_for(move) if one.field not in move.fields]
    return Next(move, tried or MoveForm(move, record, desk), missing)


def tasks(record: Any, kind: str, roles: set[Role], tried: dict[str, BaseForm]) -> list[Task]:
    """What may be done beside the moves: nothing to what is one's own."""
    if roles & OWN:
        return []
    mine = [deed for deed in DEEDS if deed.fits(kind, record.state) and may(roles, deed.needs)]
    return [Task(deed, tried.get(deed.name) or deed.blank(record)) for deed in mine if useful(deed, record)]


def history(record: Any) -> list[Entry]:
    labels = {move.name: move.label for move in MACHINES[record.machine]}
    states = dict(type(record).State.choices)
    steps = record.steps.select_related("actor", "act")
    return [Entry(labels.get(one.move, one.move), states.get(one.target_state, ""), one) for one in steps]


def use_waits(record: Any) -> bool:
    """Whether the building's next use, which a step of this record has suggested, waits for the office."""
    entries = BuildingEntry.objects.filter(building=record.building_id, state=BuildingEntry.State.PROPOSED)
    return bool(record.building_id) and entries.filter(because=record.uid).exists()


def files(record: Any) -> list[tuple[Any, str]]:
    """The files with their address; empty where no page serves them."""
    found = record.attachments.filter(removed_at__isnull=True)[:LIMIT]
    try:
        return [(one, reverse(FILE, args=[one.uid])) for one in found]
    except NoReverseMatch:
        return [(one, "") for one in found]


def rivals(desk: Desk, record: Any) -> Any:
    """Other proposals of the desk for the same building or the same spot."""
    same = Q(building=record.building_id) if record.building_id else Q()
    if record.label_point:
        same |= Q(label_point__dwithin=(record.label_point, NEAR))
    return desk.proposals().filter(same).exclude(pk=record.pk).listed() if same else Proposal.objects.none()


def questions(entries: list[Entry]) -> list[tuple[Any, Any]]:
    """What the office asked and what was answered, in pairs; None where the answer is awaited."""
    pairs: list[tuple[Any, Any]] = []
    for entry in entries:
        if entry.step.move == "ask_changes":
            pairs.append((entry.step, None))
        elif entry.step.move == "answer" and pairs:
            pairs[-1] = (pairs[-1][0], entry.step)
    return pairs


def of_proposal(desk: Desk, record: Any) -> dict[str, Any]:
    return {
        "questions": questions(history(record)),
        "resources": list(record.resources.all()),
        "proposers": list(record.proposers.all()),
        "parties": list(record.approved_parties.all()),
        "sessions": list(record.sessions.select_related("house")),
        "comments": list(record.contributions.select_related("author").order_by("-pk")[:LIMIT]),
        "waiting_comments": record.contributions.filter(moderation=Contribution.Moderation.WAITING).count(),
        "joins": list(record.join_requests.select_related("user", "organisation")[:LIMIT]),
        "collaborators": list(record.collaborators.select_related("user", "house")),
        "supports": record.supports.count(),
        "rivals": list(rivals(desk, record)[:20]),
    }


def of_pact(record: Any) -> dict[str, Any]:
    signatures = list(record.signatures.select_related("organisation"))
    return {
        "signatures": signatures,
        "signed_by_city": any(one.side == Signature.Side.CITY for one in signatures),
        "parties": list(record.approved_parties.all()),
        "proposals": list(record.proposals.listed()),
        "acts": acts_of(record, "default"),
        "reports": list(record.reports.all()),
        "projects": list(record.projects.all()),
        "indicators": measured(record, "default", shown=False),
        "visits": list(record.visits.all()),
        "evaluation": getattr(record, "evaluation", None),
        "chain_open": chain_open(record),
        "successor": type(record).objects.filter(predecessor=record).listed().first(),
    }


def chain_open(record: Any) -> bool:
    """Whether this pact is signed and the one that it renews does not say so yet."""
    before = record.predecessor
    return bool(before) and record.state != "to_sign" and before.state in find_move("pact", "renew").sources


def side_by_side(desk: Desk, record: Any) -> list[Any]:
    """The proposal and its rivals, whole, with how many support them and commented: for the comparison."""
    keys = [record.pk, *rivals(desk, record).values_list("pk", flat=True)[:10]]
    counted = Proposal.objects.filter(pk__in=keys).annotate(
        supporters=Count("supports", distinct=True), remarks=Count("contributions", distinct=True)
    )
    found = counted.select_related("city", "building").prefetch_related("proposers", "resources")
    return sorted(found, key=lambda one: keys.index(one.pk))
