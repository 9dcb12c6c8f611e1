"""A person's own page: what waits for them, and what they have written, supported and follow."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from commons.gather.reporting import REPORTED, late_ones
from commons.models import (
    Building,
    Call,
    Collaborator,
    Follow,
    House,
    JoinRequest,
    Need,
    Pact,
    Project,
    Proposal,
    Step,
    Support,
)
from commons.words import TURN
from neighbourhoods.models import Neighbourhood
from neighbourhoods.records import Published
from people.models import Invitation, Membership, Organisation, User

MOST = 50
State = Proposal.State
# The kinds of records that people follow.
KINDS: tuple[type[Published], ...] = (Proposal, Pact, Building, House, Neighbourhood, Organisation, Call, Need, Project)


def represented(user: User) -> QuerySet:
    """The groups that a person may act for."""
    return belongs_to(user, role=Membership.Part.REPRESENTATIVE)


def belongs_to(user: User, **how: str) -> QuerySet:
    """The groups that a person is a member of."""
    active = Membership.objects.filter(user=user, state=Membership.State.ACTIVE, **how)
    return Organisation.objects.filter(pk__in=active.values("organisation"))


def proposals_of(user: User) -> list[Proposal]:
    """What a person wrote, writes with others or for a group, or reads as a member of one (not `mine_to_write`): with
    whose turn it is and where to go on."""
    shared = Collaborator.objects.filter(user=user, state=Collaborator.State.ACCEPTED).values("proposal")
    helped = Proposal.objects.helped_by(user).values("pk")
    writes = Q(author=user) | Q(pk__in=shared) | Q(pk__in=helped) | Q(proposers__in=represented(user))
    written = Proposal.objects.filter(writes)
    mine = Proposal.objects.filter(Q(pk__in=written.values("pk")) | Q(proposers__in=belongs_to(user))).distinct()
    mine = mine.annotate(mine_to_write=Exists(written.filter(pk=OuterRef("pk"))))
    found = list(mine.select_related("city", "neighbourhood").defer(*HEAVY).order_by("-updated_at", "pk")[:MOST])
    for one in found:
        one.turn = "" if one.pact_id else TURN.get(one.state, "")
        one.open_address = reverse("draft", args=[one.city.slug, one.uid])
        one.page_address = one.get_absolute_url() if one.public_since and one.visibility == "public" else ""
    return found


HEAVY = (
    "place", "label_point", "shares", "final_text", "neighbourhood__boundary", "neighbourhood__label_point",
)  # fmt: skip


def pacts_of(user: User) -> list[Pact]:
    """The pacts a person reports for, with what is due; that a report is late is said to nobody else."""
    groups = represented(user)
    mine = Pact.objects.public().filter(Q(signatories__in=groups) | Q(proposals__author=user)).distinct()
    found = list(mine.select_related("city").defer("place", "label_point", "shares").order_by("-starts_on")[:MOST])
    late = late_ones(found)
    for one in found:
        one.reports_now, one.late = one.state in REPORTED, one.pk in late
    return found


def followed(user: User) -> list[Any]:
    """The public records that a person follows: one statement a kind, however many."""
    wanted = list(Follow.objects.filter(user=user).order_by("-since").values_list("uid", flat=True)[:MOST])
    found: dict[str, Any] = {}
    for model in KINDS:
        found |= {one.uid: one for one in plain_of(model, [uid for uid in wanted if uid not in found])}
    return [found[uid] for uid in wanted if uid in found]


def plain_of(model: type[Published], uids: list[str]) -> QuerySet:
    """Public records with these identifiers, without their geometry."""
    beside = ("city", "partition") if model is Neighbourhood else ("city",)
    records = model.objects.public().filter(uid__in=uids).select_related(*beside)
    heavy = [f.name for f in model._meta.concrete_fields if f.name in {"place", "label_point", "shares", "boundary"}]
    return records.defer(*heavy) if heavy else records


def own(user: User) -> dict[str, Any]:
    """Everything on a person's own page, in a number of statements that does not grow."""
    proposals = proposals_of(user)
    asked = JoinRequest.objects.filter(state=JoinRequest.State.WAITING)
    asked = asked.filter(Q(proposal__author=user) | Q(proposal__proposers__in=represented(user)))
    supports = Support.objects.filter(user=user, proposal__in=Proposal.objects.public())
    return {
        "drafts": [one for one in proposals if one.state == State.DRAFT],
        "questions": questions(proposals),
        "proposals": [one for one in proposals if one.state != State.DRAFT],
        "requests": list(asked.distinct().select_related("proposal__city", "user", "organisation")[:MOST]),
        "my_requests": list(JoinRequest.objects.filter(user=user).select_related("proposal__city")[:MOST]),
        "pacts": pacts_of(user),
        "supports": [one.proposal for one in supports.select_related("proposal__city").order_by("-at")[:MOST]],
        "follows": followed(user),
        "invitations": invitations(user),
    }


def questions(proposals: list[Proposal]) -> list[Proposal]:
    """The proposals that wait for an answer, each with the office's last question."""
    asked = {one.pk: one for one in proposals if one.state == State.NEEDS_CHANGES and one.mine_to_write}
    for step in Step.objects.filter(proposal__in=asked, move="ask_changes"):
        asked[step.proposal_id].question = step.note
    return list(asked.values())


def invitations(user: User) -> list[dict[str, str]]:
    """What a person is invited to: proposals to write with others, groups whose invitation went to an address that
    the person has proved to own. The link to a proposal is in the message alone: only its secret opens it."""
    shared = Collaborator.objects.filter(user=user, state=Collaborator.State.INVITED).select_related("proposal__city")
    proved = user.emailaddress_set.filter(verified=True).annotate(low=Lower("email")).values("low")
    groups = Invitation.objects.waiting().annotate(low=Lower("email")).filter(low__in=proved)
    return [{"name": one.proposal.name, "kind": "proposal", "url": reverse("inbox")} for one in shared[:MOST]] + [
        {"name": one.organisation.name, "kind": "group", "url": reverse("invitation", args=[one.key])}
        for one in groups.select_related("organisation")[:MOST]
    ]
