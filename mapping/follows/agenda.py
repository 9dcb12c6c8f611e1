"""The public days of what is followed: meetings, the end of consultations and of pacts, the closing of calls.

Only records of LAYERS and what their pages say; no clock is read. At most MOST of each kind, the latest.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from commons.gather.calendar import Entry, entry_of
from commons.models import Call, CoDesignSession, Event, Pact, Proposal, Step
from commons.portal.words import entry
from mapping.city_words import called
from mapping.follows.subject import Subject
from mapping.layers import LAYERS
from neighbourhoods.vocabulary import Visibility

ALIAS = "public"
MOST = 500
State = Proposal.State


def events_of(subject: Subject) -> list[Entry]:
    """Every event of a subject, in a number of statements that does not grow."""
    return [*meetings(subject), *consultations(subject), *pact_ends(subject), *calls(subject), *happenings(subject)]


def reached(state: str) -> Exists:
    """Of a proposal: whether it has come to a state. A register tells only the last."""
    return Exists(Step.objects.filter(proposal=OuterRef("pk"), target_state=state))


def happenings(subject: Subject) -> list[Entry]:
    """The events of a view, or those held in a house."""
    found = plain(subject.rows("events"), Event).select_related("house", "building").prefetch_related("streams")
    return [entry(one) for one in found.order_by("-starts_at", "pk")[:MOST]]


def meetings(subject: Subject) -> list[Entry]:
    """The meetings of its proposals and, of a house, those held in it, once co-design has begun."""
    proposals = subject.rows("proposals")
    here = Q(proposal__in=proposals.values("pk")) if proposals is not None else Q(pk__in=[])
    if subject.record is not None and subject.record.layer == "houses":
        here |= Q(house=subject.record.pk)
    told = Proposal.objects.public().filter(reached(State.CODESIGN)).values("pk")
    found = CoDesignSession.objects.using(ALIAS).filter(here, proposal__in=told)
    found = found.select_related("proposal__city", "house").defer(*heavy("proposal__"), *heavy("house__"))
    entries = []
    for meeting in found.order_by("-starts_at", "pk")[:MOST]:
        shown = meeting.house and meeting.house.visibility == Visibility.PUBLIC
        meeting.open_house = meeting.house if shown else None
        entries.append(entry_of(meeting.proposal, meeting))
    return entries


def heavy(before: str = "") -> list[str]:
    return [f"{before}{name}" for name in ("place", "label_point", "shares", "description")]


def plain(rows: QuerySet | None, model: type) -> QuerySet:
    """These records with their city, without their geometry."""
    if rows is None:
        return model.objects.none()
    found = model.objects.using(ALIAS).filter(pk__in=rows.order_by().values("pk"))
    return found.select_related("city").defer(*heavy())


def consultations(subject: Subject) -> list[Entry]:
    """Until when everybody may comment. One that ended otherwise before that is called off."""
    open_once = plain(subject.rows("proposals"), Proposal).filter(
        reached(State.IN_CONSULTATION), comments_close_at__isnull=False
    )
    return [
        Entry(
            uid=f"{one.uid}-comments", summary=_("Last day to comment: %(name)s") % {"name": one.name},
            starts=one.comments_close_at.astimezone(ZoneInfo(one.city.time_zone)).date(), changed=one.updated_at,
            path=one.get_absolute_url(),
            off=one.state in {State.WITHDRAWN, State.REJECTED, State.REDIRECTED} and ended_before(one),
        )
        for one in open_once.order_by("-comments_close_at", "pk")[:MOST]
    ]  # fmt: skip


def ended_before(proposal: Proposal) -> bool:
    return bool(proposal.state_since and proposal.state_since < proposal.comments_close_at)


def pact_ends(subject: Subject) -> list[Entry]:
    """The last day of each pact; of one that was closed or renewed before, called off."""
    dated = plain(subject.rows("pacts"), Pact).filter(ends_on__isnull=False).exclude(state=Pact.State.TO_SIGN)
    word = called(subject.city, LAYERS["pacts"])
    return [
        Entry(
            uid=f"{one.uid}-end", summary=_("%(kind)s ends: %(name)s") % {"kind": word, "name": one.name},
            starts=one.ends_on, changed=one.updated_at, path=one.get_absolute_url(),
            off=one.over_before_its_end() is not None,
        )
        for one in dated.order_by("-ends_on", "pk")[:MOST]
    ]  # fmt: skip


def calls(subject: Subject) -> list[Entry]:
    """When the calls for its buildings close; of a whole city, all its calls."""
    public: Any = Call.objects.using(ALIAS).public().filter(city=subject.city.pk, closes_at__isnull=False)
    buildings = subject.rows("buildings")
    if subject.record is not None and subject.record.layer == "calls":
        public = public.filter(pk=subject.record.pk)
    elif not subject.whole:
        chosen = buildings.order_by().values("pk") if buildings is not None else []
        public = public.filter(pk__in=Call.buildings.through.objects.filter(building__in=chosen).values("call"))
    return [
        Entry(
            uid=f"{one.uid}-closes", summary=_("Call closes: %(name)s") % {"name": one.name},
            starts=one.closes_at, changed=one.updated_at, path=one.get_absolute_url(),
        )
        for one in public.select_related("city").order_by("-closes_at", "pk")[:MOST]
    ]  # fmt: skip
