"""The layer of figures: what neighbourhoods have done, as numbers and in classes that say what is not known.

Every figure that suits a map is a number and a class of each neighbourhood. Which of them the map draws is a face of
the layer: files, tiles and collections carry them all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.models import Building, Need, Pact, Project
from mapping.layers.attributes import ORIGIN
from mapping.registry import Attribute, Face, Layer, Legend
from neighbourhoods.models import Neighbourhood, Outline


class Counted(TextChoices):
    """The classes of a number: the same for every figure, city and day, so that two maps can be laid side by side."""

    UNKNOWN = "unknown", _("Not known")
    NONE = "none", _("None")
    FEW = "few", _("One or two")
    SOME = "some", _("Three or more")


FILLS = {"unknown": "dashed", "none": "hollow", "few": "half", "some": "full"}
EVER = _("Number, all years until %(year)s")
NOW = _("Number in %(year)s, by the state of each today")
# What time changes, the calendar writes: a layer reads no clock. A pact that only a register speaks of is in the state
# that the register gives, as on its own page.
IN_FORCE = (Pact.State.ACTIVE, Pact.State.SUSPENDED, Pact.State.REPORTING)


@dataclass(frozen=True)
class Figure:
    """An indicator as the map counts it: its name among the attributes, and the records that are counted."""

    name: str
    title: Promise
    classes: Promise
    records: Callable[[], QuerySet]
    note: Promise = EVER

    @property
    def class_name(self) -> str:
        return f"{self.name}_class"


# By the name in INDICATORS of each that suits a map; none counts persons.
COUNTED: dict[str, Figure] = {
    "signings": Figure(
        "signings", _("Agreements signed"), _("Agreements signed, in classes"),
        lambda: Pact.objects.public().exclude(state=Pact.State.TO_SIGN),
    ),
    "active": Figure(
        "active", _("Agreements in force"), _("Agreements in force, in classes"),
        lambda: Pact.objects.public().filter(state__in=IN_FORCE, starts_on__isnull=False), NOW,
    ),
    "projects": Figure(
        "projects", _("Projects"), _("Projects, in classes"), lambda: Project.objects.public(),
    ),
    "needs": Figure(
        "needs", _("Needs reported"), _("Needs reported, in classes"), lambda: Need.objects.public(),
    ),
    "reused-buildings": Figure(
        "reused", _("Buildings in use again"), _("Buildings in use again, in classes"),
        lambda: Building.objects.public().filter(use_status=Building.UseStatus.REUSED),
    ),
}  # fmt: skip


def _number(figure: Figure) -> Case:
    """How many lie in a neighbourhood; null where the city has none anywhere, so that nothing can be known."""
    facts = figure.records().filter(example=False).order_by()
    here = facts.filter(neighbourhood=OuterRef("pk")).values("neighbourhood").annotate(n=Count("pk")).values("n")
    known = Exists(facts.filter(city=OuterRef("city")))
    return Case(When(known, then=Coalesce(Subquery(here), 0)), default=None, output_field=IntegerField())


def _class(number: str) -> Case:
    """The class of a number."""
    return Case(
        When(**{f"{number}__isnull": True}, then=Value(Counted.UNKNOWN.value)),
        When(**{number: 0}, then=Value(Counted.NONE.value)),
        When(**{f"{number}__lte": 2}, then=Value(Counted.FEW.value)),
        default=Value(Counted.SOME.value),
    )


def _counted() -> QuerySet:
    """The neighbourhoods in force with their figures, each as `INDICATORS` counts it."""
    rows = Neighbourhood.objects.public().current().in_role("primary")
    rows = rows.annotate(**{figure.name: _number(figure) for figure in COUNTED.values()})
    return rows.annotate(**{figure.class_name: _class(figure.name) for figure in COUNTED.values()})


def _legend(figure: Figure) -> Legend:
    return Legend("figure", figure.class_name, FILLS)


FIGURES = (
    Layer(
        slug="indicators",
        title=_("Figures of the neighbourhoods"),
        singular=_("Figures of a neighbourhood"),
        description=_(
            "How many pacts, projects, needs and reopened buildings each neighbourhood has. Empty: not known."
        ),
        visible=False,
        theme="GOVE",
        queryset=_counted,
        geometry="boundary",
        outlines={level: f"outline__z{level}" for level in Outline.LEVELS},
        attributes=(
            Attribute("name", _("Name")),
            Attribute("code", _("Code")),
            *(Attribute(one.class_name, one.classes, choices=Counted, filter=True) for one in COUNTED.values()),
            *(Attribute(one.name, one.title, type="integer") for one in COUNTED.values()),
            Attribute("population", _("Residents"), type="integer"),
            *ORIGIN,
        ),
        legend=_legend(COUNTED["signings"]),
        faces={slug: Face(one.title, one.note, _legend(one)) for slug, one in COUNTED.items()},
        zoom=(5, 22),
        cluster=False,
        reads=("commons_pact", "commons_building", "commons_need", "commons_project"),
    ),
)
