"""Drafts: who may open one, how it is begun and saved, and what happens when two write at once.

A draft of somebody without an account is opened by a secret key; only the key's hash is kept here, the key itself is
in the visitor's session and in the link they may keep. It becomes somebody's when they sign in and send it.
"""

import hashlib
import hmac
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.lifecycle import legal_form_of
from commons.models import Building, Call, Idea, Proposal, Resource
from commons.models.participation import Collaborator
from commons.refusals import NotPossible
from neighbourhoods.models import City
from people.models import User
from people.roles import Role, may, roles_in

OPEN = (Proposal.State.DRAFT, Proposal.State.NEEDS_CHANGES)
AUTHORS = {Role.PROPOSER, Role.REPRESENTATIVE}
EVERYTHING = frozenset({"read", "edit", "send", "withdraw", "answer", "invite", "discard"})
# What the database works out again when these change: neighbourhood, district, shares, the point of the label.
PLACES = {"place", "building", "no_place", "precision"}


class Conflict(Exception):
    """Somebody else saved first: `theirs` is the row as it is now, `fields` are those where the two differ."""

    def __init__(self, theirs: Proposal, fields: list[str]) -> None:
        super().__init__(f"revision {theirs.revision}")
        self.theirs, self.fields = theirs, fields


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def opens(proposal: Proposal, key: str) -> bool:
    """Whether this is the key of a draft that nobody has made theirs yet."""
    if not key or not proposal.edit_key or proposal.author_id or proposal.entered_by_id:
        return False
    return hmac.compare_digest(hashed(key[:200]), proposal.edit_key)


def abilities(proposal: Proposal, user: Any, key: str = "") -> frozenset[str]:
    """What a person may do with a proposal as one who writes it: read, edit, send, invite, discard, answer, withdraw,
    host a meeting.

    A member of the organisation that proposes reads. Empty for everybody else, the office included: a draft is nobody's
    business but its writers'.
    """
    if user.is_authenticated and user.is_active and proposal.author_id == user.pk:
        return EVERYTHING - _closed(proposal.state)  # known without asking for any other part they play
    roles = proposal.roles_of(user)
    found: set[str] = set()
    if opens(proposal, key):
        found |= {"read", "edit", "send", "discard"}
    if roles & AUTHORS or _entered(proposal, roles):
        found |= {"read", "edit", "send", "withdraw", "answer"}
    if Role.PROPOSER in roles or _entered(proposal, roles):
        found |= {"invite", "discard"}
    if Role.MEMBER in roles:
        found.add("read")
    if Role.COAUTHOR in roles:
        found |= {"read", "edit", "answer"}
    if may(roles, "host") and _accompanied(proposal):
        found |= {"read", "edit", "host"}
    return frozenset(found - _closed(proposal.state))


def _closed(state: str) -> set[str]:
    if state == Proposal.State.DRAFT:
        return {"withdraw", "answer"}
    return {"send", "discard"} | (set() if state == Proposal.State.NEEDS_CHANGES else {"edit", "answer"})


def _entered(proposal: Proposal, roles: set[Role]) -> bool:
    """A paper proposal, for the office that entered it."""
    return bool(proposal.entered_by_id and not proposal.author_id and may(roles, "enter_for_others"))


def _accompanied(proposal: Proposal) -> bool:
    part, accepted = Collaborator.Part.HOUSE, Collaborator.State.ACCEPTED
    return proposal.collaborators.filter(part=part, state=accepted, house=proposal.house_id).exists()


def begin(
    city: City, user: Any, *, name: str = "", building: Building | None = None, call: Call | None = None,
    idea: Idea | None = None, for_others: bool = False, language: str = "it",
) -> tuple[Proposal, str]:  # fmt: skip
    """A new draft, and its secret key when nobody has signed in. It lies where its building lies,
    and begins with the words of its idea."""
    known = user.is_authenticated
    key = "" if known else secrets.token_urlsafe(32)
    paper = known and for_others and may(roles_in(user, city), "enter_for_others")
    proposal = Proposal.objects.create(
        city=city, name=name, language=language, author=user if known and not paper else None,
        entered_by=user if paper else None, edit_key=hashed(key) if key else "",
        contact_email=user.email if known and not paper else "",
        contact_name=user.display_name if known and not paper else "",
        building=building, place=building.place if building else None,
        address=building.address if building else "", precision=building.precision if building else "exact",
        idea=idea, description=words_of(idea) if idea else "", qualities=list(idea.qualities) if idea else [],
        call=call, initiative_route=Proposal.Route.CALL if call else Proposal.Route.DIRECT,
        legal_form=legal_form_of(city.profile),
    )  # fmt: skip
    return proposal, key


def words_of(idea: Idea) -> str:
    """What a draft says at first that begins from an idea: what is done, what it needs, where it comes from."""
    found = ", ".join(filter(None, [idea.found_in, idea.found_at]))
    parts = [
        idea.description,
        _("What it needs: %(words)s") % {"words": idea.needs} if idea.needs else "",
        _("Tried in: %(words)s") % {"words": idea.tried_in} if idea.tried_in else "",
        _("Source: %(words)s") % {"words": found} if found else "",
    ]
    return "\n\n".join(filter(None, parts))[:10_000]


@transaction.atomic
def keep(proposal: Proposal, revision: int, values: dict[str, Any], resources: list[dict] | None = None) -> Proposal:
    """Writes these fields, and the resources when given, if `revision` is the row's; gives the row as it now is.

    Asked again for what is there already it changes nothing. Raises Conflict when somebody else has saved other words
    meanwhile, NotPossible when the proposal is not open to writing any more.
    """
    row = Proposal.objects.select_for_update(of=("self",)).select_related("city").get(pk=proposal.pk)
    if row.state not in OPEN:
        raise NotPossible(str(row.get_state_display()))
    changed = [name for name, value in values.items() if differs(row, name, value)]
    rows_changed = resources is not None and resource_rows(row) != [row_of(one) for one in resources]
    if not changed and not rows_changed:
        return row
    if revision != row.revision:
        raise Conflict(row, changed + (["resources"] if rows_changed else []))
    _write(row, {name: values[name] for name in changed})
    if rows_changed:
        row.resources.all().delete()
        Resource.objects.bulk_create(Resource(proposal=row, **one) for one in resources)
    if PLACES & set(changed):
        row = Proposal.objects.select_related("city", "building").get(pk=row.pk)
    return row


def differs(row: Proposal, name: str, value: Any) -> bool:
    if name == "proposers":
        return {one.pk for one in value} != set(row.proposers.values_list("pk", flat=True))
    if name == "consent":
        return bool(row.consent_at) != value
    return getattr(row, name) != value


def _write(row: Proposal, values: dict[str, Any]) -> None:
    values = dict(values)
    if (groups := values.pop("proposers", None)) is not None:
        row.proposers.set(groups)
    if "consent" in values:
        row.consent_at = timezone.now() if values.pop("consent") else None
        values["consent_at"] = row.consent_at
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1
    row.save(update_fields=[*values, "revision", "updated_at"])


def resource_rows(row: Proposal) -> list[tuple]:
    return [row_of(one) for one in row.resources.values("side", "kind", "quantity", "words")]


def row_of(one: dict[str, Any]) -> tuple:
    return one["side"], one["kind"], one["quantity"], one["words"]


def claim(proposal: Proposal, user: User) -> bool:
    """Makes a draft without owner this person's, once; its key opens nothing afterwards."""
    free = Proposal.objects.filter(pk=proposal.pk, author=None, entered_by=None, state=Proposal.State.DRAFT)
    claimed = free.exclude(edit_key="").update(author=user, edit_key="")
    if claimed:
        proposal.refresh_from_db(fields=["author", "edit_key"])
    return bool(claimed)


@transaction.atomic
def discard(proposal: Proposal) -> None:
    """Takes a draft away for good, with what hangs on it. Nothing but a draft can be taken away."""
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != Proposal.State.DRAFT or row.steps.exists():
        raise NotPossible(str(row.get_state_display()))
    row.attachments.all().delete()
    row.delete()


def own_drafts(city: City, user: Any, keys: dict[str, str]) -> list[Proposal]:
    """The drafts of this city that a person may go on with, the last one first."""
    drafts = Proposal.objects.filter(city=city, state=Proposal.State.DRAFT).order_by("-updated_at")
    mine = list(drafts.filter(author=user)[:20]) if user.is_authenticated else []
    return mine + [one for one in drafts.filter(uid__in=list(keys)[:50], author=None) if opens(one, keys[one.uid])]
