"""What the API writes: the words and the place of a proposal, comments, joining requests, support."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from commons.api import bodies
from commons.api.permissions import own, seen_by
from commons.api.problems import Trouble, wrong
from commons.api.serializers import CommentWords, JoinWords, ProposalWords
from commons.gather.comments import write_comment
from commons.gather.joining import ask_to_join, set_follow, set_support
from commons.lifecycle import Move, legal_form_of
from commons.models import Building, Call, Contribution, JoinRequest, Pact, Proposal, Resource
from neighbourhoods.models import City
from people.models import Grant, Membership, Organisation, User
from people.roles import Role

DRAFTS_AT_MOST = 200


def checked(serializer: Any, where: str, data: Any) -> dict[str, Any]:
    """The clean values of a body; its errors name the members by their path."""
    form = serializer(data=bodies.an_object(data, set(serializer().get_fields()), where))
    if not form.is_valid():
        raise ValidationError({where: form.errors} if where else form.errors)
    return form.validated_data


def the(objects: QuerySet, field: str, uid: str) -> Model | None:
    """The record with this identifier among those that may be named; nothing for an empty one."""
    try:
        return objects.get(uid=uid) if uid else None
    except ObjectDoesNotExist:
        raise wrong(f"properties.{field}", _("There is no such record.")) from None


def city_of(words: dict[str, Any]) -> City:
    """The city that is named, or the only one."""
    cities = City.objects.filter(slug=words["city"]) if "city" in words else City.objects.all()
    found = list(cities[:2])
    if len(found) != 1:
        raise wrong("properties.city", _("Name the city by its short name, for example “torino”."))
    return found[0]


def begin(user: User, data: Any) -> Proposal:
    """A new draft of this person."""
    geometry, properties = bodies.feature(data)
    words = checked(ProposalWords, "properties", properties)
    if not words.get("name"):
        raise wrong("properties.name", _("Give it a name."))
    if own(user).filter(state=Proposal.State.DRAFT, author=user).count() >= DRAFTS_AT_MOST:
        raise Trouble("conflict", _("You have too many drafts: delete those that you do not need."))
    city = city_of(words)
    words.pop("city", None)
    proposal = Proposal(city=city, author=user, language=words.pop("language", user.language))
    proposal.legal_form = legal_form_of(city.profile)
    put(proposal, user, geometry, words)
    return proposal


def change(user: User, proposal: Proposal, data: Any) -> Proposal:
    """Writes the members that are given; the others stay as they are."""
    geometry, properties = bodies.feature(data)
    words = checked(ProposalWords, "properties", properties)
    if words.pop("city", proposal.city.slug) != proposal.city.slug:
        raise wrong("properties.city", _("The city of a proposal cannot be changed: write a new one."))
    proposal.revision += 1
    put(proposal, user, geometry, words)
    return proposal


def put(proposal: Proposal, user: User, geometry: dict[str, Any], words: dict[str, Any]) -> None:
    """Writes clean words and a place; the caller holds the transaction."""
    resources, proposers = words.pop("resources", None), words.pop("proposers", None)
    if "consent" in words:
        proposal.consent_at = (proposal.consent_at or timezone.now()) if words.pop("consent") else None
    if "building" in words:
        here = Building.objects.public().filter(city=proposal.city)
        proposal.building = the(here, "building", words.pop("building"))
    if "call" in words:
        calls = Call.objects.public().filter(city=proposal.city)
        proposal.call = the(calls, "call", words.pop("call"))
        proposal.initiative_route = Proposal.Route.CALL if proposal.call else Proposal.Route.DIRECT
    for name in {"qualities", "needed_functions"} & set(words):
        words[name] = list(dict.fromkeys(words[name]))
    for name, value in words.items():
        setattr(proposal, name, value)
    if "geometry" in geometry:
        proposal.place = placed(geometry["geometry"], proposal)
    if proposal.no_place and proposal.place:
        raise wrong("properties.no_place", _("It has a place: either remove the place, or this."))
    proposal.save()
    if resources is not None:
        proposal.resources.all().delete()
        Resource.objects.bulk_create([Resource(proposal=proposal, **one) for one in resources])
    if proposers is not None:
        proposal.proposers.set(groups(user, proposal, proposers))


def placed(value: Any, proposal: Proposal) -> Any:
    """The place; none only where the proposal says that it has none, or where its building stands for it."""
    if value is not None:
        return bodies.place_of(value, proposal.city)
    if proposal.no_place or proposal.building_id:
        return None
    raise wrong("geometry", _("Say where, or set no_place to true; leave geometry out to decide later."))


def groups(user: User, proposal: Proposal, uids: list[str]) -> list[Organisation]:
    """The organisations that propose: those it has already, and those that this person belongs to."""
    mine = Membership.objects.filter(user=user, state=Membership.State.ACTIVE).values("organisation")
    there = proposal.proposers.values("pk")
    allowed = Organisation.objects.filter(pk__in=mine) | Organisation.objects.filter(pk__in=there)
    found = list(allowed.filter(uid__in=uids).distinct())
    if strange := sorted(set(uids) - {one.uid for one in found}):
        raise wrong("properties.proposers", _("You do not belong to: %(uids)s.") % {"uids": ", ".join(strange)})
    return found


def move_fields(proposal: Proposal, move: Move, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a step as `advance()` wants them; what does not belong to it is for `advance()` to refuse."""
    return {name: coerced(proposal, name, value) if name in move.fields else value for name, value in given.items()}


def coerced(proposal: Proposal, name: str, value: Any) -> Any:
    """One field of a step from JSON: a day, a moment with its offset, a choice, a text, or a person by e-mail."""
    where, field = f"fields.{name}", Proposal._meta.get_field(name)
    if not isinstance(value, str) or "\0" in value:
        raise wrong(where, _("This must be a text."))
    match field.get_internal_type():
        case "ForeignKey":
            return reviewer(proposal, value, where)
        case "DateTimeField":
            moment = said_moment(value)
            if moment is None or timezone.is_naive(moment):
                raise wrong(where, _("A moment with its offset is wanted, like 2027-03-01T09:00:00+01:00."))
            return moment
    try:
        clean = field.clean(value, proposal)
    except Exception as error:
        raise wrong(where, " ".join(getattr(error, "messages", [_("This cannot be read.")]))) from error
    if isinstance(clean, str) and field.max_length and len(clean) > field.max_length:
        raise wrong(where, _("At most %(most)d characters.") % {"most": field.max_length})
    return clean


def said_moment(value: str) -> Any:
    try:
        return parse_datetime(value)
    except ValueError:
        return None


def reviewer(proposal: Proposal, email: str, where: str) -> User:
    """Somebody of the office, by e-mail address."""
    roles = (Role.STAFF, Role.ADMIN, Role.REVIEWER, Role.ARCHITECT)
    office = Grant.objects.valid().filter(city=proposal.city, role__in=roles)
    found = User.objects.filter(email__iexact=email, is_active=True, pk__in=office.values("user")).first()
    if found is None:
        raise wrong(where, _("Nobody of the office has this e-mail address."))
    return found


def comment(user: User, proposal: Proposal, data: Any) -> Contribution:
    """A comment, while the proposal is open to comments by the clock."""
    words = checked(CommentWords, "", data)
    public(proposal)
    with translation.override(words.get("language", user.language)):
        return write_comment(proposal, user, words["text"])


def join(user: User, proposal: Proposal, data: Any) -> tuple[JoinRequest, bool]:
    """(The request of this person, whether it is new). Asking again while it waits replaces the words."""
    words = checked(JoinWords, "", data)
    public(proposal)
    mine = Organisation.objects.filter(memberships__user=user, memberships__state=Membership.State.ACTIVE)
    group = the(mine, "organisation", words.get("organisation", ""))
    new = not JoinRequest.objects.filter(proposal=proposal, user=user).exists()
    asked = ask_to_join(proposal, user, words.get("message", ""), group)
    asked.refresh_from_db()
    return asked, new


def support(user: User, proposal: Proposal, wanted: bool) -> int:
    """Adds or takes back the person's support; how many there are now."""
    if wanted:
        public(proposal)
    set_support(proposal, user, wanted)
    return proposal.supports.count()


def public(proposal: Proposal) -> None:
    """Refuses what only a public proposal can have."""
    if not Proposal.objects.public().filter(pk=proposal.pk).exists():
        raise Trouble("conflict", _("This proposal is not public yet."))


def follow(user: User, uid: str, wanted: bool) -> None:
    """Follows a proposal that the person may see, or a public record; or stops following whatever it was."""
    if wanted and not any(model.objects.public().filter(uid=uid).exists() for model in (Pact, Building)):
        seen_by(user, uid)
    set_follow(uid, user, wanted)
