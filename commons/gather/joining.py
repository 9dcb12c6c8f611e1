"""Wanting in: a request reaches the proposers and the office, and is answered by the proposers. Support, following."""

from django.db import transaction
from django.utils import timezone

from commons.gather.limits import joining_closed, supporting_closed
from commons.models import Follow, JoinRequest, Proposal, Support
from commons.notifications import asked_to_join, join_answered
from commons.refusals import NotAllowed, NotPossible
from people.models import Organisation, User
from people.roles import may

MOST = 50
WAITING = JoinRequest.State.WAITING


@transaction.atomic
def ask_to_join(proposal: Proposal, by: User, message: str, organisation: Organisation | None = None) -> JoinRequest:
    """Writes the request and tells the proposers and the office. One person asks once: asking again while it waits
    replaces the words. Raises NotPossible when the proposal takes no requests, or has answered."""
    record = Proposal.objects.public().select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    if why := joining_closed(record):
        raise NotPossible(why)
    said = {"message": message, "organisation": organisation}
    request, made = JoinRequest.objects.get_or_create(proposal=record, user=by, defaults=said)
    if made:
        asked_to_join(request)
    elif request.state == WAITING:
        JoinRequest.objects.filter(pk=request.pk).update(**said)
    return request


@transaction.atomic
def answer_request(request: JoinRequest, by: User, accept: bool) -> JoinRequest:
    """The proposer's yes or no, told to who asked. An answered request stays as it is: the first answer holds."""
    locked = JoinRequest.objects.select_for_update(of=("self",)).select_related("proposal__city", "user")
    request = locked.get(pk=request.pk)
    if not may(request.proposal.roles_of(by), "moderate_joins"):
        raise NotAllowed("")
    if request.state == WAITING:
        request.state = JoinRequest.State.ACCEPTED if accept else JoinRequest.State.DECLINED
        request.answered_at = timezone.now()
        request.save(update_fields=["state", "answered_at"])
        join_answered(request)
    return request


def requests_of(proposal: Proposal, roles: set) -> list[JoinRequest]:
    """The requests that these roles may read: the proposers, who answer them, and the office."""
    if not may(roles, "moderate_joins") and not may(roles, "answer"):
        return []
    found = JoinRequest.objects.filter(proposal=proposal.pk).select_related("user", "organisation")
    return list(found.order_by("answered_at", "-pk")[:MOST])


def set_support(proposal: Proposal, user: User, wanted: bool) -> None:
    """A person supports a proposal, or no longer: saying it twice changes nothing. Raises NotPossible when ended."""
    if wanted and (why := supporting_closed(proposal)):
        raise NotPossible(why)
    if wanted:
        Support.objects.bulk_create([Support(proposal_id=proposal.pk, user=user)], ignore_conflicts=True)
    else:
        Support.objects.filter(proposal=proposal.pk, user=user).delete()


def set_follow(uid: str, user: User, wanted: bool) -> None:
    """A person follows a record by its identifier, paused no longer if it was; or lets it go."""
    if wanted:
        again = {"update_conflicts": True, "unique_fields": ["user", "uid"], "update_fields": ["paused_at"]}
        Follow.objects.bulk_create([Follow(uid=uid, user=user)], **again)
    else:
        Follow.objects.filter(uid=uid, user=user).delete()
