"""Founding an organisation, asking people in, and leaving: the rules, each in one transaction."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from neighbourhoods.vocabulary import Licence, Visibility
from people.models import Invitation, Membership, Message, Organisation, User


@transaction.atomic
def found(organisation: Organisation, user: User) -> Organisation:
    """Keeps a new organisation and makes the person its first representative.

    It is hidden until the city verifies it: a name alone is no proof, and may be somebody else's.
    """
    organisation.verified, organisation.visibility = False, Visibility.HIDDEN
    organisation.licence, organisation.language = Licence.CC_BY, user.language
    organisation.save()
    Membership.objects.create(user=user, organisation=organisation, role=Membership.Part.REPRESENTATIVE)
    return organisation


@transaction.atomic
def ask_in(organisation: Organisation, email: str, role: str, by: User) -> Invitation:
    """Writes to an address; an invitation that is still open is written again instead of twice kept."""
    if not organisation.is_led_by(by):
        raise PermissionDenied
    email = email.strip().lower()
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(organisation=organisation, email=email, role=role, invited_by=by)
    except IntegrityError:
        invitation = Invitation.objects.get(organisation=organisation, email=email, answer="")
        invitation.role, invitation.invited_by, invitation.invited_at = role, by, timezone.now()
        invitation.save(update_fields=["role", "invited_by", "invited_at"])
    tell_address(invitation)
    return invitation


def tell_address(invitation: Invitation) -> None:
    """The mail with the key: at most one a day for each invitation."""
    language = invitation.invited_by.language
    with translation.override(language):
        path = reverse("invitation", args=[invitation.key])
        words = {"invitation": invitation, "address": settings.SITE_URL + path, "by": invitation.invited_by}
        subject, _, text = render_to_string("email/organisation_invitation.txt", words).strip().partition("\n")
    Message.objects.get_or_create(
        key=f"invitation:{invitation.pk}:{timezone.now():%Y-%m-%d}",
        defaults={
            "email": invitation.email, "kind": "invitation", "language": language, "subject": subject[:200],
            "text": text.strip(), "due_at": timezone.now(),
        },
    )  # fmt: skip


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether the person has proved to own the address that was invited."""
    return user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists()


@transaction.atomic
def reply(invitation: Invitation, user: User, accepts: bool) -> None:
    """The answer of the person invited, once."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    open_still = Invitation.objects.waiting().filter(pk=invitation.pk).exists()
    if not open_still or not is_for(invitation, user):
        raise PermissionDenied
    if accepts:
        Membership.objects.update_or_create(
            user=user,
            organisation=invitation.organisation,
            defaults={"role": invitation.role, "state": Membership.State.ACTIVE},
        )
    invitation.answer = Invitation.Answer.ACCEPTED if accepts else Invitation.Answer.DECLINED
    invitation.save(update_fields=["answer"])


@transaction.atomic
def withdraw(invitation: Invitation, by: User) -> None:
    """Takes an unanswered invitation back."""
    if not invitation.organisation.is_led_by(by):
        raise PermissionDenied
    Invitation.objects.filter(pk=invitation.pk, answer="").update(answer=Invitation.Answer.WITHDRAWN)


class LastRepresentative(Exception):
    """Nobody would be left who may act for the organisation."""


@transaction.atomic
def leave(membership: Membership, by: User) -> None:
    """Ends a membership: one's own, or another's by a representative. The last representative stays while others do."""
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    if membership.user_id != by.pk and not organisation.is_led_by(by):
        raise PermissionDenied
    others = organisation.memberships.filter(state=Membership.State.ACTIVE).exclude(pk=membership.pk)
    if others.exists() and not others.filter(role=Membership.Part.REPRESENTATIVE).exists():
        raise LastRepresentative
    membership.state = Membership.State.ENDED
    membership.save(update_fields=["state"])
