"""The layers of the ground: the territories of a city, its streets and waters, and the doors that the search finds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.layers.attributes import NAME, ORIGIN
from mapping.registry import Attribute, Layer, Legend
from neighbourhoods.models import Address, Neighbourhood, Outline, Street, Water
from neighbourhoods.records import public_name
from neighbourhoods.vocabulary import PartitionKind


def _territories(role: str, slug: str, **rest: object) -> Layer:
    """A layer of territories: those of the partition that plays this role in each city."""
    return Layer(
        slug=slug,
        queryset=lambda: Neighbourhood.objects.public().in_role(role).annotate(parent_name=public_name("parent")),
        geometry="boundary",
        outlines={level: f"outline__z{level}" for level in Outline.LEVELS},
        attributes=(
            NAME,
            Attribute("code", _("Code"), search=True),
            Attribute("partition__kind", _("Kind"), alias="kind", choices=PartitionKind),
            Attribute("partition__name", _("Partition"), alias="partition"),
            Attribute("partition__schematic", _("Schematic drawing"), alias="schematic", type="boolean"),
            Attribute("parent_name", _("Part of"), alias="parent"),
            Attribute("population", _("Residents"), type="integer"),
            Attribute("partition__valid_from", _("In force from"), alias="valid_from", type="date"),
            Attribute("partition__valid_to", _("In force until"), alias="valid_to", type="date"),
            *ORIGIN,
        ),
        legend=Legend("territory"),
        zoom=(5, 22),
        cluster=False,
        background=True,
        temporal=("partition__valid_from", "partition__valid_to"),
        until=True,
        current=Q(partition__current=True),
        role=role,
        **rest,
    )


TERRITORIES = (
    _territories(
        "primary",
        "neighbourhoods",
        title=_("Neighbourhoods"),
        singular=_("Neighbourhood"),
        description=_("The neighbourhoods of the city, with the boundaries in force."),
    ),
    _territories(
        "district",
        "districts",
        title=_("Districts"),
        singular=_("District"),
        description=_("The districts of the city, with the boundaries in force."),
        visible=False,
    ),
)

BACKGROUND = (
    Layer(
        slug="streets",
        title=_("Streets"),
        singular=_("Street"),
        description=_("The streets of the background."),
        theme="TRAN",
        queryset=lambda: Street.objects.public(),
        attributes=(NAME, *ORIGIN),
        legend=Legend("street"),
        zoom=(13, 22),
        cluster=False,
        background=True,
    ),
    Layer(
        slug="waters",
        title=_("Waters"),
        singular=_("Water"),
        description=_("Rivers, canals and lakes of the background."),
        theme="ENVI",
        queryset=lambda: Water.objects.public(),
        attributes=(NAME, *ORIGIN),
        legend=Legend("water"),
        zoom=(5, 22),
        cluster=False,
        background=True,
    ),
)

# What the search finds beside: on no map and in no file.
ADDRESSES = Layer(
    slug="addresses",
    title=_("Addresses"),
    singular=_("Address"),
    description=_("The doors of streets."),
    queryset=lambda: Address.objects.public(),
    attributes=(NAME, Attribute("number", _("House number"))),
    legend=Legend("street"),
    background=True,
)
