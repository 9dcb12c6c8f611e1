"""The layer of what houses reach: the part of the city that each works for."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from commons.models import Catchment
from mapping.layers.attributes import ORIGIN
from mapping.lists import as_json
from mapping.registry import Attribute, Layer, Legend

HOUSES = (
    Layer(
        slug="catchments",
        title=_("Areas of the Case"),
        singular=_("Area of a Casa"),
        description=_("The part of the city that each house works for: as drawn, or what lies nearest to it."),
        theme="SOCI",
        queryset=lambda: Catchment.objects.public().annotate(shared_list=as_json(F("shared_with"))),
        geometry="area",
        attributes=(
            Attribute("name", _("Name")),  # the search finds the house
            Attribute("kind", _("How it is drawn"), choices=Catchment.Kind, filter=True),
            Attribute("shared_list", _("Shared with"), alias="shared_with", type="array"),
            *ORIGIN,
        ),
        legend=Legend("house"),
        cluster=False,
        visible=False,
    ),
)
