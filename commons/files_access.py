"""Who may open a file, and who may add one: rules that the pages and the API ask alike."""

from typing import Any

from django.http import HttpRequest

from commons.files import parent_of
from commons.models import Attachment, Building, House, Proposal
from commons.models.proposals import ProposalQuerySet
from people.roles import Role, may, roles_in

WRITABLE = (Proposal.State.DRAFT, Proposal.State.NEEDS_CHANGES)


def is_open(attachment: Attachment) -> bool:
    """Whether everybody may open it: it is there, meant to be seen, and so is the record it belongs to."""
    if attachment.removed_at or not attachment.public:
        return False
    parent = parent_of(attachment)
    records = type(parent).objects.using("public").public().filter(pk=parent.pk)
    if isinstance(records, ProposalQuerySet):
        records = records.filter(text_public=True)
    return records.exists()


def shown_files(record: Any) -> dict[str, list[Attachment]]:
    """The files of a public record that its page shows, as `photos` and `documents`."""
    parent = {record._meta.model_name: record.pk}
    there = list(Attachment.objects.using("public").filter(**parent, public=True, removed_at__isnull=True))
    return {
        "photos": [one for one in there if one.kind == Attachment.Kind.PHOTO],
        "documents": [one for one in there if one.kind != Attachment.Kind.PHOTO],
    }


def may_read(request: HttpRequest, attachment: Attachment) -> bool:
    """Whether this person may open a file that is not open to all: those who write the record, and the office."""
    parent = parent_of(attachment)
    if isinstance(parent, Proposal) and may_write(request, parent):
        return True
    return may(roles_for(request.user, parent), "see_unpublished")


def may_edit(request: HttpRequest, proposal: Proposal) -> bool:
    """Whether this person may change a proposal's text and files now: its writers while it is theirs to change, and
    the office, once it has been handed in or when the office entered it for somebody."""
    if proposal.state in WRITABLE and may_write(request, proposal):
        return True
    handed_in = proposal.state != Proposal.State.DRAFT or proposal.entered_by_id
    return bool(handed_in) and may(proposal.roles_of(request.user), "enter_for_others")


def may_write(request: HttpRequest, proposal: Proposal) -> bool:
    """Whether this person is one of those who write it: author, co-author, operator of a house that accompanies it,
    or whoever began the draft in this browser before having an account."""
    begun_here = not proposal.author_id and proposal.state == Proposal.State.DRAFT
    if begun_here and proposal.uid in request.session.get("drafts", []):
        return True
    return may(proposal.roles_of(request.user), "edit") or accompanies(request.user, proposal)


def accompanies(user: Any, proposal: Proposal) -> bool:
    """Whether a person takes part by invitation: themselves, or as operator of a house that accepted."""
    if not getattr(user, "is_authenticated", False):
        return False
    taking_part = proposal.collaborators.filter(state="accepted")
    if taking_part.filter(user=user).exists():
        return True
    houses = House.objects.filter(pk__in=taking_part.filter(house__isnull=False).values("house"))
    found = (roles_in(user, proposal.city, house_uid=house.uid) for house in houses)
    return any(Role.HOUSE_OPERATOR in roles for roles in found)


def roles_for(user: Any, record: Any) -> set[Role]:
    """What a person is to a record that may or may not move: a building has no author, only an office."""
    if not isinstance(record, Building):
        return record.roles_of(user)
    shares = {key for pairs in record.shares.values() for key, _share in pairs} if record.shares else set()
    return roles_in(user, record.city, frozenset(filter(None, {record.neighbourhood_id, record.district_id, *shares})))
