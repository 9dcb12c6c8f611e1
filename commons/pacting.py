"""How a pact comes to be: from approved proposals, and from the pact that it renews. Both once, however often asked."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commons.models import Pact, Project, Proposal
from commons.notifications import ready_to_sign
from commons.refusals import NotAllowed, NotPossible, Refused
from people.roles import Role, may

OWN = {Role.PROPOSER, Role.COAUTHOR, Role.REPRESENTATIVE}
COPIED = ("place", "precision", "building", "house", "legal_form", "complexity", "typed_area", "address", "language")
RENEWED = (*COPIED, "name", "description", "text", "cocity_type", "website", "licence", "attribution")
PROJECT_COPIED = (
    "name", "kind", "description", "address", "place", "precision", "priority", "language", "licence", "attribution",
    "example",
)  # fmt: skip


@transaction.atomic
def open_pact(proposals: Iterable[Proposal], by: Any, **fields: Any) -> Pact:
    """The one pact, ready to sign, of these approved proposals; each keeps its own proposers.

    Asked again for the same proposals it answers the same pact. `fields` replace what is copied from the first one.
    Raises NotAllowed (403), Refused (400) for proposals of two cities or none, NotPossible (409) for one that is not
    approved or has another pact.
    """
    keys = list(dict.fromkeys(proposal.pk for proposal in proposals))
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("city").filter(pk__in=keys)
    locked = list(rows.order_by("pk"))  # always in this order, so that two people never wait for each other
    locked.sort(key=lambda one: keys.index(one.pk))
    if not locked or len({one.city_id for one in locked}) > 1:
        raise Refused(_("Choose one or more proposals of one city."))
    for proposal in locked:
        allow(proposal, by)
    pacts = {one.pact_id for one in locked}
    if len(pacts) == 1 and None not in pacts:
        return locked[0].pact
    for proposal in locked:
        possible(proposal)
    pact = Pact.objects.create(**born_of(locked) | fields)
    parties = {party for proposal in locked for party in proposal.approved_parties.values_list("pk", flat=True)}
    pact.approved_parties.set(parties)
    Proposal.objects.filter(pk__in=keys).update(pact=pact)
    ready_to_sign(pact)
    return pact


def allow(record: Any, by: Any, what: str = "pact") -> None:
    """Raises NotAllowed unless this person may do this to the record, and has no part in it."""
    roles = record.roles_of(by)
    if not may(roles, what):
        raise NotAllowed(_("This is not yours to do."))
    if roles & OWN:
        raise NotAllowed(_("You cannot decide on what is yours: somebody else of the office has to."))


def possible(proposal: Proposal) -> None:
    said = {"name": proposal.name}
    if proposal.state != Proposal.State.APPROVED:
        raise NotPossible(_('"%(name)s" is not approved.') % said)
    if proposal.pact_id:
        raise NotPossible(_('"%(name)s" has become another pact already.') % said)


def born_of(proposals: list[Proposal]) -> dict[str, Any]:
    """What a pact takes over. Where several proposals become one, the texts follow one another and the first one's
    place stands unless they all lie on one building."""
    first = proposals[0]
    copied = {name: getattr(first, name) for name in COPIED}
    if any(one.complexity == Pact.Complexity.COMPLEX for one in proposals):
        copied["complexity"] = Pact.Complexity.COMPLEX
    return copied | {
        "city": first.city,
        "name": " + ".join(one.name for one in proposals)[:200],
        "description": joined(one.description for one in proposals)[:10_000],
        "text": joined(one.final_text for one in proposals)[:50_000],
    }


def joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


@transaction.atomic
def prepare_renewal(pact: Pact, by: Any, **fields: Any) -> Pact:
    """The pact that renews this one, ready to sign: a copy with new signatures to collect. Once asked, always the same.
    `fields` are those of the new one, its days for example.

    The old one can be renewed when the new one is signed.
    """
    locked = Pact.objects.select_for_update(of=("self",)).select_related("city").get(pk=pact.pk)
    allow(locked, by, "lead")
    if successor := Pact.objects.filter(predecessor=locked).first():
        return successor
    if locked.state not in {"active", "reporting", "expired"}:
        said = {"state": locked.get_state_display()}
        raise NotPossible(_("It is now: %(state)s. Only a pact that runs or has ended can be renewed.") % said)
    copied = {name: getattr(locked, name) for name in RENEWED}
    made = Pact.objects.create(city=locked.city, predecessor=locked, **copied | fields)
    made.approved_parties.set(locked.approved_parties.all())
    copy_projects(locked, made)
    return made


def copy_projects(old: Pact, new: Pact) -> None:
    """The projects of a pact go on in the one that renews it, planned anew; those that were stopped do not. Money
    belongs to its period and stays with the old ones."""
    for project in old.projects.exclude(status=Project.Status.STOPPED).prefetch_related("needs"):
        copied = {name: getattr(project, name) for name in PROJECT_COPIED}
        made = Project.objects.create(city=new.city, pact=new, predecessor=project, **copied)
        made.needs.set(project.needs.all())
