"""The layers of a neighbourhood's own care: what its residents say is needed, and the projects that answer."""

from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext_lazy as _

from commons.models import Need, Project
from mapping.layers.attributes import ADDRESS, DESCRIPTION, NAME, OFFICE, ORIGIN, TERRITORY
from mapping.registry import Attribute, Layer, Legend
from neighbourhoods.records import public_name
from neighbourhoods.vocabulary import Visibility


def _projects(rows: QuerySet) -> QuerySet:
    """With the names of what they belong to, as far as that is public."""
    of_public_plan = When(priority__plan__visibility=Visibility.PUBLIC, then=F("priority__name"))
    return rows.annotate(
        pact_name=public_name("pact"),
        laboratory_name=public_name("laboratory"),
        priority_name=Case(of_public_plan, default=None),
    )


NEIGHBOURHOOD_CARE = (
    Layer(
        slug="needs",
        title=_("Needs"),
        singular=_("Need"),
        description=_("What residents say is wrong or missing, once the office has read it."),
        visible=False,
        theme="GOVE",
        frequency="CONT",
        queryset=lambda: Need.objects.public(),
        staff=lambda: Need.objects.all(),
        attributes=(
            NAME,
            Attribute("status", _("Status"), choices=Need.Status, filter=True),
            Attribute("kind", _("Kind"), choices=Need.Kind, filter=True),
            ADDRESS,
            DESCRIPTION,
            Attribute("answer", _("Answer")),
            *TERRITORY,
            *ORIGIN,
            *OFFICE,
        ),
        legend=Legend(
            "need", "status", {"open": "hollow", "discussed": "half", "taken_up": "full", "answered": "dashed"}
        ),
    ),
    Layer(
        slug="projects",
        title=_("Projects"),
        singular=_("Project"),
        description=_("The single actions of care for the community or for the city that pacts and laboratories made."),
        visible=False,
        theme="GOVE",
        queryset=lambda: _projects(Project.objects.public()),
        staff=lambda: _projects(Project.objects.all()),
        attributes=(
            NAME,
            Attribute("status", _("Status"), choices=Project.Status, filter=True),
            Attribute("kind", _("Kind"), choices=Project.Kind, filter=True),
            Attribute("starts_on", _("From"), type="date"),
            Attribute("ends_on", _("Until"), type="date"),
            Attribute("pact_name", _("Pact"), alias="pact"),
            Attribute("laboratory_name", _("Laboratory"), alias="laboratory"),
            Attribute("priority_name", _("Priority it serves"), alias="priority"),
            ADDRESS,
            DESCRIPTION,
            *TERRITORY,
            *ORIGIN,
            *OFFICE,
        ),
        legend=Legend(
            "project", "status", {"planned": "hollow", "running": "half", "done": "full", "stopped": "dashed"}
        ),
        temporal=("starts_on", "ends_on"),
    ),
)
