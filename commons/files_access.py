"""Who may open a file, and who may add one: rules that the pages and the API ask alike."""

from typing import Any

from django.http import HttpRequest

from commons.files import parent_of
from commons.models import Attachment, Building, Event, Proposal
from commons.models.proposals import ProposalQuerySet
from commons.portal.access import may_write
from commons.propose.drafts import abilities
from commons.propose.writing import held_keys
from people.roles import Role, may, roles_in

Kind = Attachment.Kind


def is_open(attachment: Attachment) -> bool:
    """Whether everybody may open it: it is there, meant to be seen, and so is the record it belongs to."""
    if attachment.removed_at or not attachment.public:
        return False
    parent = parent_of(attachment)
    records = type(parent).objects.using("public").public().filter(pk=parent.pk)
    if isinstance(records, ProposalQuerySet):
        records = records.filter(text_public=True)
        if attachment.kind == Kind.ACT:  # what was decided is told when it is approved, its paper no sooner
            records = records.filter(steps__target_state=Proposal.State.APPROVED)
    return records.exists()


def shown_files(record: Any) -> dict[str, list[Attachment]]:
    """The files of a public record that its page shows, as `photos`, `documents` and `signed_pact`. The document
    of an act is shown with the act."""
    parent = {record._meta.model_name: record.pk}
    there = list(Attachment.objects.using("public").filter(**parent, public=True, removed_at__isnull=True))
    return {
        "photos": [one for one in there if one.kind == Kind.PHOTO],
        "documents": [one for one in there if one.kind not in (Kind.PHOTO, Kind.ACT, Kind.PACT_TEXT)],
        "signed_pact": [one for one in there if one.kind == Kind.PACT_TEXT],
    }


def may_read(request: HttpRequest, attachment: Attachment) -> bool:
    """Whether this person may open a file that is not open to all: the parties of a pact open its papers."""
    parent = parent_of(attachment)
    if isinstance(parent, Proposal):
        return may_read_all(request, parent)
    if isinstance(parent, Event):
        return may_write(request.user, parent)
    roles = roles_for(request.user, parent)
    party = attachment.kind in (Kind.ACT, Kind.PACT_TEXT) and not attachment.removed_at and may(roles, "report")
    return party or may(roles, "see_unpublished")


def may_read_all(request: HttpRequest, proposal: Proposal) -> bool:
    """Whether this person may read what is not public of a proposal: those who write it, and the office once it has
    been handed in; a draft is nobody's business but its writers'."""
    if "read" in able(request, proposal):
        return True
    return proposal.state != Proposal.State.DRAFT and may(proposal.roles_of(request.user), "see_unpublished")


def may_edit(request: HttpRequest, proposal: Proposal) -> bool:
    """Whether this person may change a proposal's text and files now: its writers while it is theirs to change, and
    the office once it has been handed in."""
    if "edit" in able(request, proposal):
        return True
    return proposal.state != Proposal.State.DRAFT and may(proposal.roles_of(request.user), "enter_for_others")


def able(request: HttpRequest, proposal: Proposal) -> frozenset[str]:
    """What this person may do as one who writes it, signed in or by the key that this browser holds."""
    return abilities(proposal, request.user, held_keys(request).get(proposal.uid, ""))


def roles_for(user: Any, record: Any) -> set[Role]:
    """What a person is to a record that may or may not move: a building has no author, only an office."""
    if not isinstance(record, Building):
        return record.roles_of(user)
    shares = {key for pairs in record.shares.values() for key, _share in pairs} if record.shares else set()
    return roles_in(user, record.city, frozenset(filter(None, {record.neighbourhood_id, record.district_id, *shares})))
