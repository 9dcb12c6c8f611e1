"""The layers of the portal: ideas to take up, and what happens on a day; and what the search finds beside of it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DateField, F, Func, IntegerField, JSONField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from commons.models import Event, Idea, NewsItem, Stream
from commons.qualities import GOALS
from mapping.layers.attributes import ADDRESS, DESCRIPTION, NAME, OFFICE, ORIGIN, TERRITORY
from mapping.lists import as_json
from mapping.registry import Attribute, Layer, Legend
from neighbourhoods.records import public_name


class Present(Func):
    """Those of some values that are not null, in their order."""

    template, output_field = "to_jsonb(array_remove(ARRAY[%(expressions)s]::int[], NULL))", JSONField()


class DayThere(Func):
    """The day that a moment falls on, by the clocks of the city."""

    template, arg_joiner, output_field = "(%(expressions)s)::date", " AT TIME ZONE ", DateField()


def goals() -> Present:
    """The numbers of the goals that the qualities of a row serve, each once, in order: the table GOALS in SQL."""
    numbers = sorted({number for goals in GOALS.values() for number in goals})
    serving = {n: [quality.value for quality, goals in GOALS.items() if n in goals] for n in numbers}
    return Present(
        *(
            Case(When(Q(qualities__overlap=serving[number]), then=Value(number)), output_field=IntegerField())
            for number in numbers
        )
    )


def _ideas(rows: QuerySet) -> QuerySet:
    return rows.annotate(
        organisation_name=public_name("organisation"), goals_served=goals(), quality_list=as_json(F("qualities"))
    )


def _events(rows: QuerySet) -> QuerySet:
    streams = Stream.objects.filter(event=OuterRef("pk")).order_by("pk").values("address")
    return rows.annotate(
        organisation_name=public_name("organisation"),
        house_name=public_name("house"),
        building_name=public_name("building"),
        stream_list=as_json(ArraySubquery(streams)),
        first_day=DayThere("starts_at", "city__time_zone"),
        last_day=DayThere(Coalesce("ends_at", "starts_at"), "city__time_zone"),
    )


PORTAL = (
    Layer(
        slug="ideas",
        title=_("Ideas"),
        singular=_("Idea"),
        description=_("Practices to take up: where they come from, where they were tried, what they need."),
        theme="SOCI",
        visible=False,
        queryset=lambda: _ideas(Idea.objects.public()),
        staff=lambda: _ideas(Idea.objects.handed_in()),
        attributes=(
            NAME,
            Attribute("quality_list", _("Qualities"), alias="qualities", type="array"),
            Attribute("goals_served", _("Goals of the 2030 Agenda"), alias="goals", type="array"),
            Attribute("found_in", _("Found in")),
            Attribute("found_at", _("Address of the source"), type="uri"),
            Attribute("tried_in", _("Where it was tried"), search=True),
            Attribute("needs", _("What it needs")),
            Attribute("organisation_name", _("Organisation"), alias="organisation"),
            ADDRESS,
            DESCRIPTION,
            *TERRITORY,
            *ORIGIN,
            *OFFICE,
        ),
        legend=Legend("idea"),
    ),
    Layer(
        slug="events",
        title=_("Events"),
        singular=_("Event"),
        description=_("Seminars, courses, meetings, exhibitions and activities, at a place, online or both."),
        theme="SOCI",
        frequency="CONT",
        visible=False,
        queryset=lambda: _events(Event.objects.public()),
        staff=lambda: _events(Event.objects.handed_in()),
        attributes=(
            NAME,
            Attribute("kind", _("Kind"), choices=Event.Kind, filter=True),
            Attribute("status", _("Status"), choices=Event.Status, filter=True),
            Attribute("starts_at", _("Begins"), type="date-time"),
            Attribute("ends_at", _("Ends"), type="date-time"),
            Attribute("first_day", _("First day"), type="date"),
            Attribute("last_day", _("Last day"), type="date"),
            Attribute("house_name", _("At the house"), alias="house"),
            Attribute("building_name", _("Building"), alias="building"),
            Attribute("stream_list", _("Online"), alias="streams", type="array"),
            Attribute("organisation_name", _("Organisation"), alias="organisation"),
            Attribute("website", _("Website"), type="uri"),
            ADDRESS,
            DESCRIPTION,
            *TERRITORY,
            *ORIGIN,
            *OFFICE,
        ),
        legend=Legend("event", "status", {"scheduled": "full", "cancelled": "dashed"}),
        temporal=("first_day", "last_day"),
    ),
)

# What the search finds beside: on no map and in no file.
NEWS = Layer(
    slug="news",
    title=_("News"),
    singular=_("News"),
    description=_("Dated links to what is said elsewhere, each with a sentence."),
    queryset=lambda: NewsItem.objects.public(),
    attributes=(NAME, Attribute("sentence", _("One sentence"), search=True), Attribute("publisher", _("Publisher"))),
    legend=Legend("news"),
    geometry="",
    label="",
)
