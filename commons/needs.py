"""A need from its report to its answer: what is like it already, who is told, and what the office makes of it."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commons.models import Need
from commons.notifications import AUDIENCES
from commons.pace import too_fast
from commons.propose.place import Found
from commons.refusals import Missing, NotPossible, Refused
from commons.telling import TooMany
from commons.traces import leave_trace
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Precision, Visibility
from people.outbox import tell, tell_address, tell_all

NEAR = 300  # metres
NEAR_DEGREES = 0.006  # a little more than NEAR in every direction, at our latitudes
MOST = 5
REPORTED, TOLD = "need_reported", "need_answered"
DECIDED = (
    Need.Status.OPEN, Need.Status.DISCUSSED, Need.Status.TAKEN_UP, Need.Status.ANSWERED, Need.Status.DUPLICATE,
    Need.Status.DISMISSED,
)  # fmt: skip
WRITTEN = (
    "status", "answer", "duplicate_of", "laboratory", "read_by", "read_at", "public_since", "visibility", "updated_at",
)  # fmt: skip
WITH_WORDS = {Need.Status.ANSWERED, Need.Status.DISMISSED}


@dataclass(frozen=True)
class Alike:
    """Public needs close to a place (with `distance`), and others of nearly the same name."""

    near: list[Need] = field(default_factory=list)
    named: list[Need] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.near or self.named)


def alike(city: City, place: GEOSGeometry | None, name: str) -> Alike:
    """What others have said already: within 300 metres, or in much the same words."""
    needs = Need.objects.using("public").public().filter(city=city).listed()
    near = []
    if place:
        west, south, east, north = place.extent
        box = Polygon.from_bbox((west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES))
        box.srid = 4326
        close = needs.filter(place__bboverlaps=box).annotate(distance=Distance("place", place))
        near = list(close.filter(distance__lte=D(m=NEAR)).order_by("distance", "pk")[:MOST])
    likeness = TrigramWordSimilarity(name[:200], "name")
    close = needs.filter(name__trigram_word_similar=name[:200]).exclude(pk__in=[one.pk for one in near])
    return Alike(near, list(close.annotate(likeness=likeness).order_by("-likeness", "pk")[:MOST]))


def allow(request: HttpRequest) -> None:
    """Counts one report. Raises TooMany."""
    if too_fast(request, "need"):
        raise TooMany(_("We have had many messages from here. What you wrote is still here: send it in an hour."))


@transaction.atomic
def report_need(
    city: City, *, name: str, description: str, kind: str, place: Found | None, contact_email: str, user: Any
) -> Need:
    """Keeps a need, not public yet, and tells the architect of its area; the office where there is none."""
    need = Need.objects.create(
        city=city, name=name, description=description, kind=kind, contact_email=contact_email,
        place=place and place.place, precision=place.precision if place else Precision.NONE,
        address=place.address if place else "", reporter=user if getattr(user, "is_authenticated", False) else None,
        language=get_language() or "it",
    )  # fmt: skip
    need.refresh_from_db()
    readers = AUDIENCES["architect"](need) if need.neighbourhood_id or need.district_id else []
    words = {"record": need, "city": city}
    tell_all(readers or AUDIENCES["office"](need), REPORTED, f"{REPORTED}:{need.pk}", words, desk_address(need))
    return need


def desk_address(need: Need) -> str:
    return reverse("desk-need", args=[need.city.slug, need.uid])


def tracked(city: City, code: str) -> Need | None:
    """The need of this tracking code, whatever became of it; None for no such code."""
    found = Need.objects.select_related("city", "neighbourhood", "duplicate_of", "laboratory")
    return found.filter(city=city, code=code).first() if code else None


@transaction.atomic
def decide_need(
    need: Need, status: str, by: Any, *, answer: str = "", same_as: Need | None = None, laboratory: Any = None
) -> Need:
    """What somebody of the office makes of a need; its reporter hears of it. Raises Refused with what is missing."""
    locked = Need.objects.select_for_update(of=("self",)).select_related("city", "reporter").get(pk=need.pk)
    if status not in DECIDED:
        raise Refused([Missing("status", _("Say what becomes of it."))])
    if status in WITH_WORDS and not answer.strip():
        raise Refused([Missing("answer", _("Write the answer, in words that the person can read."))])
    if status == Need.Status.DUPLICATE and (same_as is None or same_as.pk == need.pk):
        raise Refused([Missing("same_as", _("Say which need it is the same as."))])
    if status == Need.Status.DISCUSSED and laboratory is None:
        raise Refused([Missing("laboratory", _("Say which laboratory takes it."))])
    if same_as is not None and same_as.status == Need.Status.DUPLICATE:
        raise NotPossible(_("That one is itself the same as another: choose the first one."))
    changed = locked.status != status or locked.answer != answer.strip()
    locked.status, locked.answer = status, answer.strip()
    locked.duplicate_of = same_as if status == Need.Status.DUPLICATE else None
    locked.laboratory = laboratory or locked.laboratory
    locked.read_by, locked.read_at = by, timezone.now()
    show_or_withdraw(locked)
    locked.save(update_fields=WRITTEN)
    leave_trace(locked, by, f"need {status}")
    if changed:
        tell_reporter(locked)
    return locked


def show_or_withdraw(need: Need) -> None:
    """A need that has been read is shown; one that was shown and should not have been is withdrawn, and says so."""
    if need.status in Need.SHOWN:
        need.public_since = need.public_since or need.read_at
        if need.visibility == Visibility.WITHDRAWN:
            need.visibility = Visibility.PUBLIC
    elif need.public_since and need.visibility == Visibility.PUBLIC:
        need.visibility = Visibility.WITHDRAWN


def tell_reporter(need: Need) -> None:
    """News for whoever reported it, if there is a way to reach them; they see it by the tracking code in any case."""
    words = {"record": need, "city": need.city}
    key = f"{TOLD}:{need.pk}:{need.read_at.isoformat()}"
    path = f"{reverse('need-track', args=[need.city.slug])}?code={need.code}"
    if need.reporter:
        tell(need.reporter, TOLD, key, words, path)
    elif need.contact_email:
        tell_address(need.contact_email, TOLD, key, words, path, need.language)
