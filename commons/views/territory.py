"""The page of a neighbourhood or district: what is here, proposed and signed, who to talk to, what changed, figures.

Everything is public and read on the read-only alias, in a number of statements that does not grow with what there is.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.gather.story import contact_of
from commons.models import (
    Building,
    BuildingEntry,
    House,
    Need,
    NeighbourhoodPlan,
    Pact,
    Project,
    Proposal,
    Signature,
    Step,
)
from commons.opening import opening
from commons.views import around
from commons.views.charts import FEWEST, Chart, across, guarded, upright
from neighbourhoods.models import Neighbourhood
from people.models import Grant
from people.roles import Role

MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
CHANGES = 8
YEARS = 12


@dataclass(frozen=True)
class Group:
    """How many things of a layer are in one state, and the map that shows them."""

    state: str
    word: str
    count: int
    parameter: str


@dataclass(frozen=True)
class Change:
    """One public thing that happened here: when, to what, and how it stands since."""

    at: date
    record: Any
    words: str


def inside(model: type, territory: Neighbourhood) -> QuerySet:
    """The public records of a territory, for a part of a statement; `read()` is for a statement of its own."""
    return model.objects.public().inside(territory)


def read(model: type, territory: Neighbourhood) -> QuerySet:
    return inside(model, territory).using(around.ALIAS)


def grouped(model: type, territory: Neighbourhood, field: str) -> list[Group]:
    """The records of a territory by state, in the order of the states; their counts sum to the layer's count."""
    counts = dict(read(model, territory).order_by().values_list(field).annotate(Count("pk")))
    words = model._meta.get_field(field).choices
    parameter = f"{model.layer}.{field}"
    return [Group(value, str(word), counts[value], parameter) for value, word in words if counts.get(value)]


def page_of(territory: Neighbourhood) -> dict[str, Any]:
    """Everything that the page says besides what every record says of itself."""
    here = around.inside(territory)
    now = timezone.now()
    groups = {
        "buildings": grouped(Building, territory, "use_status"),
        "houses": grouped(House, territory, "status"),
        "proposals": grouped(Proposal, territory, "state"),
        "pacts": grouped(Pact, territory, "state"),
    }
    found = changes(territory, now)
    return {
        "here": here,
        "groups": groups,
        "figures": {slug: sum(one.count for one in some) for slug, some in groups.items()},
        "waiting": sum(one.count for one in groups["buildings"] if one.state != Building.UseStatus.REUSED),
        "charts": charts(territory, groups),
        "house": serving(territory, now),
        "architects": architects(territory),
        "contact": contact_of(territory.city),
        "changes": found[:CHANGES],
        "changes_more": len(found) - CHANGES,
        "year": year(territory, now),
        "plan": plan_of(territory),
        "needs": around.shelf(inside(Need, territory).listed().order_by("-reported_at")),
        "projects": around.shelf(inside(Project, territory).listed().order_by("name")),
    }


def plan_of(territory: Neighbourhood) -> NeighbourhoodPlan | None:
    """The latest strategic plan of a neighbourhood: `first` are its priorities, each with the projects that `serve` it.
    Three statements, however many there are."""
    plan = NeighbourhoodPlan.objects.using(around.ALIAS).public().of(territory).first()
    if plan is not None:
        serving = Project.objects.using(around.ALIAS).public().select_related("city")
        heavy = ("place", "label_point", "shares", "description", "city__envelope")
        served = Prefetch("projects", serving.defer(*heavy).order_by("name"), to_attr="serve")
        plan.first = list(plan.priorities.using(around.ALIAS).prefetch_related(served))
    return plan


def serving(territory: Neighbourhood, now: datetime) -> House | None:
    """The open Casa to talk to, with `opening` and `distance`: one inside the territory, else the one whose catchment
    holds its middle, else the nearest."""
    point = territory.label_point
    houses = House.objects.using(around.ALIAS).public().filter(city=territory.city, status=House.Status.OPEN)
    rank = Case(
        When(Q(neighbourhood=territory) | Q(district=territory), then=0),
        When(catchment__covers=point, then=1),
        default=2,
        output_field=IntegerField(),
    )
    near = houses.listed().defer("catchment").nearest(point).annotate(rank=rank)
    house = near.order_by("rank", "distance", "pk").first()
    if house is not None:
        house.opening = opening(house.opening_hours, territory.city, now)
    return house


def architects(territory: Neighbourhood) -> list[str]:
    """The names that the architects of a territory, or of the one it is part of, chose to show to others."""
    grants = Grant.objects.using(around.ALIAS).valid().filter(role=Role.ARCHITECT, user__is_active=True)
    mine = grants.filter(territory__in=[territory.pk, territory.parent_id]).exclude(user__display_name="")
    return list(mine.order_by("user__display_name").values_list("user__display_name", flat=True).distinct())


def changes(territory: Neighbourhood, now: datetime) -> list[Change]:
    """The public moves of the last month here, and what became of buildings, the latest first."""
    since = now - MONTH
    found = []
    for model, owner in ((Proposal, "proposal"), (Pact, "pact")):
        records = inside(model, territory)
        steps = Step.objects.using(around.ALIAS).filter(at__gte=since, **{f"{owner}__in": records.values("pk")})
        steps = steps.exclude(target_state__in=model.NOT_PUBLIC).exclude(at__lt=F(f"{owner}__public_since"))
        steps = steps.order_by("-pk").annotate(day=TruncDate("at", tzinfo=ZoneInfo(territory.city.time_zone)))[:50]
        rows = list(steps)
        names = {
            one.pk: one
            for one in records.using(around.ALIAS).listed().filter(pk__in=[getattr(s, f"{owner}_id") for s in rows])
        }
        states = dict(model.State.choices)
        for one in rows:
            words = _("New on the map") if one.move == "recorded" else str(states[one.target_state])
            found.append(Change(one.day, names[getattr(one, f"{owner}_id")], words))
    entries = BuildingEntry.objects.using(around.ALIAS).public().filter(on__gte=since.date()).exclude(use_status="")
    kept = entries.filter(building__in=inside(Building, territory).values("pk")).select_related("building")
    kept = kept.defer("building__place", "building__label_point", "building__shares")
    found += [Change(one.on, one.building, one.get_use_status_display()) for one in kept[:50]]
    new = read(Building, territory).listed().filter(created_at__gte=since).order_by("-created_at")[:50]
    found += [Change(one.created_at.date(), one, _("New on the map")) for one in new]
    return sorted(found, key=lambda one: one.at, reverse=True)


def year(territory: Neighbourhood, now: datetime) -> dict[str, int]:
    """How many proposals were taken up and how many pacts signed here in the last twelve months."""
    proposals, pacts = read(Proposal, territory), read(Pact, territory)
    since = now - YEAR
    return {
        "proposals": proposals.filter(public_since__gte=since).count(),
        "pacts": pacts.filter(signed_on__gte=since.date()).count(),
    }


def charts(territory: Neighbourhood, groups: dict[str, list[Group]]) -> list[Chart]:
    """Four figures: pacts alive by year, proposals by state, buildings by use, and who has signed."""
    proposals = [(one.word, one.count, str(one.count)) for one in groups["proposals"]]
    buildings = [(one.word, one.count, str(one.count)) for one in groups["buildings"]]
    return [
        pacts_by_year(territory),
        across(
            "proposals-by-state", _("Proposals by state"), _("proposals"), _("As they stand today."), "proposal",
            proposals,
        ),
        across(
            "buildings-by-use", _("Public buildings by use"), _("buildings"), _("As they are known today."),
            "building", buildings,
        ),
        signatories(territory),
    ]  # fmt: skip


def pacts_by_year(territory: Neighbourhood) -> Chart:
    """In how many pacts somebody was at work, in each of the last years."""
    dated = read(Pact, territory).exclude(state=Pact.State.TO_SIGN).filter(starts_on__isnull=False)
    spans = list(dated.values_list("starts_on__year", "ends_on__year"))
    today = territory.city.today().year
    first = min((start for start, _end in spans), default=today)
    years = range(max(first, today - YEARS + 1), today + 1)
    alive = [(str(one), sum(start <= one <= (end or today) for start, end in spans)) for one in years]
    note = _("An agreement counts in every year in which it was in force.")
    title = _("Agreements in force, year by year")
    return upright("pacts-by-year", title, _("agreements"), note, "pact", alive)


def signatories(territory: Neighbourhood) -> Chart:
    """Who has signed pacts here: groups once each, persons counted and never so few that one could be known."""
    pacts = inside(Pact, territory).exclude(state=Pact.State.TO_SIGN).values("pk")
    civic = Signature.objects.using(around.ALIAS).filter(pact__in=pacts, side=Signature.Side.CIVIC)
    distinct = Count("organisation", distinct=True) + Count("pk", filter=Q(organisation__isnull=True))
    counts = dict(civic.order_by().values_list("kind").annotate(many=distinct))
    numbers = []
    for kind, word in Signature.Kind.choices:
        if count := counts.get(kind, 0):
            persons = kind == Signature.Kind.VOLUNTEER
            few = persons and count < FEWEST
            numbers.append((str(word), FEWEST - 1 if few else count, guarded(count) if persons else str(count)))
    note = _("A group counts once, however many agreements it signs. Fewer than %(number)d persons are not told.")
    return across("signatories", _("Who has signed"), _("signatories"), note % {"number": FEWEST}, "house", numbers)
