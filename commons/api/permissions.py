"""What a key may do, and which proposals a person may see and change through the API."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from commons.api.problems import Trouble
from commons.models import Collaborator, Proposal
from people.models import ApiToken, Membership, User
from people.roles import Role, may

AUTHORS = {Role.PROPOSER, Role.COAUTHOR, Role.REPRESENTATIVE}
OWN = {Role.PROPOSER, Role.COAUTHOR, Role.REPRESENTATIVE, Role.MEMBER}


class Scoped(BasePermission):
    """A signed-in person, whose key has the scope that the view names for this method; OPTIONS asks for none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == "OPTIONS":
            return True
        if not request.user.is_authenticated:
            return False
        needs_scope(request, view.scope_for(request))
        return True


def needs_scope(request: Request, scope: str) -> None:
    """Refuses a key without this scope; a session has every one."""
    if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
        raise Trouble("forbidden", _("This key lacks the scope “%(scope)s”.") % {"scope": scope})


def own(user: User) -> QuerySet[Proposal]:
    """The proposals that a person writes or reads along: as author, co-author, for their organisation, for somebody on
    paper, or as an operator of the house that accompanies them."""
    shared = Collaborator.objects.filter(user=user, part=Collaborator.Part.COAUTHOR, state="accepted")
    groups = Membership.objects.filter(user=user, state=Membership.State.ACTIVE)
    through = Proposal.proposers.through.objects.filter(organisation__in=groups.values("organisation"))
    return Proposal.objects.filter(
        Q(author=user)
        | Q(entered_by=user, author=None)
        | Q(pk__in=shared.values("proposal"))
        | Q(pk__in=through.values("proposal"))
        | Q(pk__in=Proposal.objects.helped_by(user).values("pk"))
    )


def seen_by(user: User, uid: str, proposals: QuerySet[Proposal] | None = None) -> tuple[Proposal, bool]:
    """The proposal, and whether this person may see all of it; a visitor's view has its closed texts emptied.

    A draft is its authors' alone; what is submitted is the office's too; the rest is everybody's. Otherwise there is
    nothing at this address: whoever may not see it cannot tell that it exists.
    """
    found = (proposals or Proposal.objects).filter(uid=uid).select_related("city", "building", "house").first()
    if found is None:
        raise Http404
    roles = found.roles_of(user)
    if roles & OWN or entered(found, roles) or (Role.HOUSE_OPERATOR in roles and accompanied(found)):
        return found, True
    if found.state != Proposal.State.DRAFT and may(roles, "see_unpublished"):
        return found, True
    if not found.public_since or found.visibility != "public":
        raise Http404
    found.conceal()
    return found, False


def edits(user: User, proposal: Proposal) -> None:
    """Refuses who may not change the text, and a text that is not the proposers' to change now."""
    roles = proposal.roles_of(user)
    if not (roles & AUTHORS or entered(proposal, roles) or (Role.HOUSE_OPERATOR in roles and accompanied(proposal))):
        raise Trouble("forbidden", _("Only its authors can change it."))
    if proposal.state not in {Proposal.State.DRAFT, Proposal.State.NEEDS_CHANGES}:
        said = {"state": proposal.get_state_display()}
        raise Trouble("conflict", _("It is now: %(state)s. Its text cannot be changed in this state.") % said)


def discards(user: User, proposal: Proposal) -> None:
    """Refuses everybody but the author, and everything but a draft."""
    roles = proposal.roles_of(user)
    if Role.PROPOSER not in roles and not entered(proposal, roles):
        raise Trouble("forbidden", _("Only its author can delete it."))
    if proposal.state != Proposal.State.DRAFT:
        raise Trouble("conflict", _("Only a draft can be deleted; what was submitted can be withdrawn."))


def entered(proposal: Proposal, roles: set[Role]) -> bool:
    """A paper proposal, for the office that entered it."""
    return bool(proposal.entered_by_id and not proposal.author_id and may(roles, "enter_for_others"))


def accompanied(proposal: Proposal) -> bool:
    """Whether the house has said yes to accompanying it, and nobody has taken that back."""
    return proposal.collaborators.filter(part=Collaborator.Part.HOUSE, state="accepted").exists()
