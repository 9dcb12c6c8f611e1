"""Writing together: co-authors by invitation, and a Casa that accompanies. The proposer invites and can take it back.

An invitation is a link with a secret; only its hash is kept. Whether an address has an account is never told.
"""

import secrets
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from commons.models import House, Proposal
from commons.models.participation import Collaborator
from commons.propose.drafts import hashed
from commons.refusals import NotPossible
from people.models import Grant, Message, User
from people.outbox import tell
from people.roles import Role

MOST = 20
State, Part = Collaborator.State, Collaborator.Part


@transaction.atomic
def invite(proposal: Proposal, *, email: str = "", house: House | None = None) -> tuple[Collaborator, str]:
    """Invites an address or a house, again if it was invited before; gives the invitation and its secret."""
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    same = {"house": house} if house else {"email__iexact": email}
    one = proposal.collaborators.filter(**same).first() or Collaborator(proposal=proposal, email=email, house=house)
    if one.state == State.ACCEPTED:
        return one, ""
    if not one.pk and proposal.collaborators.count() >= MOST:
        raise NotPossible(str(MOST))
    secret = secrets.token_urlsafe(32)
    one.part = Part.HOUSE if house else Part.COAUTHOR
    one.state, one.key, one.answered_at = State.INVITED, hashed(secret), None
    one.save()
    _tell(one, secret)
    return one, secret


def _tell(one: Collaborator, secret: str) -> None:
    proposal = one.proposal
    path = reverse("draft-invited", args=[proposal.city.slug, proposal.uid, secret])
    words = {"record": proposal, "city": proposal.city, "house": one.house}
    if one.house_id:
        for user in operators(one.house):
            tell(user, "house_invited", f"invitation:{one.pk}:{one.key[:16]}:{user.pk}", words, path)
        return
    with translation.override(proposal.language):
        text = render_to_string("email/coauthor_invited.txt", words).strip().splitlines()
    Message.objects.get_or_create(
        key=f"invitation:{one.pk}:{one.key[:16]}",
        defaults={
            "email": one.email, "kind": "coauthor_invited", "language": proposal.language,
            "subject": " ".join(text[0].split())[:200], "text": "\n".join(text[1:]).strip(), "path": path,
            "due_at": timezone.now(),
        },
    )  # fmt: skip


def operators(house: House) -> list[User]:
    """Those who run the house."""
    grants = Grant.objects.valid().filter(role=Role.HOUSE_OPERATOR, city=house.city_id, house_uid=house.uid)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True))


def invitation(proposal: Proposal, secret: str) -> Collaborator | None:
    """The invitation of this secret, unless it was taken back."""
    open_ones = proposal.collaborators.exclude(state=State.REVOKED)
    return open_ones.select_related("house", "user").filter(key=hashed(secret[:200])).first()


def may_answer(one: Collaborator, user: Any) -> bool:
    """Who has signed in and holds the link; for a house, only those who run it."""
    if not user.is_authenticated or one.proposal.author_id == user.pk:
        return False
    if one.house_id:
        return user.pk in {operator.pk for operator in operators(one.house)}
    return one.user_id in {None, user.pk}


@transaction.atomic
def answer(one: Collaborator, user: User, accepts: bool) -> Collaborator:
    """Accepts or declines. What has been answered by somebody else, or taken back, cannot be answered."""
    row = Collaborator.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=one.pk)
    if row.state == State.REVOKED or not may_answer(row, user):
        raise NotPossible(str(row.get_state_display()))
    row.state, row.user = (State.ACCEPTED if accepts else State.DECLINED), user
    row.answered_at = timezone.now()
    row.save(update_fields=["state", "user", "answered_at"])
    if row.house_id:
        _accompany(row.proposal, row.house if accepts else None, row.house)
    return row


@transaction.atomic
def revoke(one: Collaborator) -> None:
    """Takes an invitation or a place among the writers back; the link opens nothing any more."""
    row = Collaborator.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=one.pk)
    row.state = State.REVOKED
    row.save(update_fields=["state"])
    if row.house_id:
        _accompany(row.proposal, None, row.house)


def _accompany(proposal: Proposal, house: House | None, asked: House) -> None:
    """Writes which house accompanies; a house that goes leaves another one alone."""
    waiting = Proposal.objects.filter(pk=proposal.pk)
    (waiting if house else waiting.filter(house=asked)).update(house=house)
