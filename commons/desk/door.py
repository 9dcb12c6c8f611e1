"""The door of the desk: who may come in, which records they find there, and what they may do to one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commons.desk.turns import with_turn
from commons.models import Pact, Proposal
from neighbourhoods.models import City
from people.models import User
from people.roles import ROLES, Role, may
from people.signed_in import private

MODELS = {"proposals": Proposal, "pacts": Pact}


class HasTerritory(Func):
    """Whether one of these territories has a share of a record: its `shares` are lists of [territory, share]."""

    function = "jsonb_path_exists"
    template = "%(function)s(%(expressions)s::jsonpath)"
    output_field = BooleanField()


@dataclass(frozen=True)
class Desk:
    """One person's desk in a city. `areas` are the territories of somebody who sees only those; None is the city."""

    city: City
    user: User
    roles: frozenset[Role]
    areas: frozenset[int] | None

    def may(self, what: str) -> bool:
        return may(set(self.roles), what)

    @property
    def moderates(self) -> bool:
        return self.may("moderate")

    @property
    def calls(self) -> bool:
        return self.may("call")

    def proposals(self) -> QuerySet:
        """The proposals that lie on this desk: drafts are still their writers' own."""
        return self.within(Proposal.objects.filter(city=self.city).exclude(state=Proposal.State.DRAFT))

    def pacts(self) -> QuerySet:
        return self.within(Pact.objects.filter(city=self.city))

    def of(self, kind: str) -> QuerySet:
        """The records of one kind: `proposals` or `pacts`."""
        return self.proposals() if kind == "proposals" else self.pacts()

    def record(self, kind: str, uid: str) -> Any:
        """One record of this desk, with what its page reads; Http404 for any other."""
        related = ("city", "neighbourhood", "district", "building", "house")
        also = ("author", "reviewer", "entered_by", "call", "pact") if kind == "proposals" else ("predecessor",)
        found = with_turn(self.of(kind).select_related(*related, *also), kind, self.city)
        return get_object_or_404(found, uid=uid)

    def within(self, records: QuerySet) -> QuerySet:
        """These records as far as the areas of this person reach, shares of a line or an area included."""
        if self.areas is None:
            return records
        path = "$.*[*][0] ? (" + " || ".join(f"@ == {int(area)}" for area in sorted(self.areas)) + ")"
        here = Q(neighbourhood__in=self.areas) | Q(district__in=self.areas)
        return records.annotate(_shared=HasTerritory(F("shares"), Value(path))).filter(here | Q(_shared=True))

    def reviewers(self) -> QuerySet:
        """The people of this city's desk: who can be asked to review."""
        roles = [role for role, part in ROLES.items() if "desk" in part.may]
        now = timezone.now()
        valid = Q(grants__until__isnull=True) | Q(grants__until__gt=now)
        found = User.objects.filter(valid, grants__city=self.city, grants__role__in=roles, is_active=True)
        return User.objects.filter(Q(pk__in=found.values("pk")) | Q(pk=self.user.pk)).order_by("display_name", "email")


def desk_of(user: Any, city: City) -> Desk | None:
    """The desk of a person in a city; None for whoever has none there. One statement."""
    if not user.is_authenticated or not user.is_active:
        return None
    grants = list(user.grants.valid().filter(city=city))
    roles = {Role(grant.role) for grant in grants} | ({Role.ADMIN} if user.is_superuser else set())
    roles = {role for role in roles if "desk" in ROLES[role].may}
    if not roles:
        return None
    whole = any(ROLES[role].scope == "city" for role in roles)
    areas = None if whole else frozenset(grant.territory_id for grant in grants if grant.role in roles)
    return Desk(city, user, frozenset(roles), areas)


def desk_page(needs: str = "desk") -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A page of the desk, for those with this capability in the city; visitors are asked to sign in.

    Days and hours on it are the city's. Nobody keeps a copy of it.
    """

    def wrap(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @private
        @wraps(view)
        def answer(request: HttpRequest, city: str, **kwargs: str) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            place = get_object_or_404(City, slug=city)
            desk = desk_of(request.user, place)
            if not desk or not desk.may(needs):
                raise PermissionDenied
            with timezone.override(ZoneInfo(place.time_zone)):
                return view(request, desk, **kwargs)

        return answer

    return wrap
