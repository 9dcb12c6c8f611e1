"""The layer of figures: what neighbourhoods have done, as numbers and in classes that say what is not known."""

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from commons.models import Building, Need, Pact, Project
from mapping.layers.attributes import ORIGIN
from mapping.registry import Attribute, Layer, Legend
from neighbourhoods.models import Neighbourhood, Outline


class Counted(TextChoices):
    """The classes of a number: the same for every city and day, so that two maps can be laid side by side."""

    UNKNOWN = "unknown", _("Not known")
    NONE = "none", _("None")
    FEW = "few", _("One or two")
    SOME = "some", _("Three or more")


def _facts(records: QuerySet) -> QuerySet:
    return records.filter(example=False).order_by()


def _number(records: QuerySet) -> Case:
    """How many lie in a neighbourhood; null where the city has none anywhere, so that nothing can be known."""
    facts = _facts(records)
    here = facts.filter(neighbourhood=OuterRef("pk")).values("neighbourhood").annotate(n=Count("pk")).values("n")
    known = Exists(facts.filter(city=OuterRef("city")))
    return Case(When(known, then=Coalesce(Subquery(here), 0)), default=None, output_field=IntegerField())


def _counted() -> QuerySet:
    """The neighbourhoods in force with their figures, each as `INDICATORS` counts it."""
    rows = Neighbourhood.objects.public().current().in_role("primary").annotate(
        signings=_number(Pact.objects.public().exclude(state=Pact.State.TO_SIGN)),
        reused=_number(Building.objects.public().filter(use_status=Building.UseStatus.REUSED)),
        needs=_number(Need.objects.public()),
        projects=_number(Project.objects.public()),
    )  # fmt: skip
    return rows.annotate(
        signings_class=Case(
            When(signings__isnull=True, then=Value(Counted.UNKNOWN.value)),
            When(signings=0, then=Value(Counted.NONE.value)),
            When(Q(signings__lte=2), then=Value(Counted.FEW.value)),
            default=Value(Counted.SOME.value),
        ),
    )


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
            Attribute("signings_class", _("Agreements signed, in classes"), choices=Counted, filter=True),
            Attribute("signings", _("Pacts signed"), type="integer"),
            Attribute("projects", _("Projects"), type="integer"),
            Attribute("needs", _("Needs reported"), type="integer"),
            Attribute("reused", _("Buildings in use again"), type="integer"),
            Attribute("population", _("Residents"), type="integer"),
            *ORIGIN,
        ),
        legend=Legend(
            "figure", "signings_class", {"unknown": "dashed", "none": "hollow", "few": "half", "some": "full"}
        ),
        zoom=(5, 22),
        cluster=False,
        reads=("commons_pact", "commons_building", "commons_need", "commons_project"),
    ),
)
