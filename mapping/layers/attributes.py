"""The attributes that many layers share."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, F, TextField, Value, When
from django.utils.translation import gettext_lazy as _

from mapping.registry import Attribute
from neighbourhoods.vocabulary import Licence, Placement, Precision, Visibility

NAME = Attribute("name", _("Name"), search=True)
ADDRESS = Attribute("address", _("Address"), search=True)
# What a proposal says is public from the step that opens it; title, place and state are before.
OPEN_TEXT = Case(When(text_public=True, then=F("description")), default=Value(""), output_field=TextField())
OPEN_FUNCTIONS = Case(
    When(text_public=True, then=F("needed_functions")), default=Value([]), output_field=ArrayField(CharField())
)
DESCRIPTION = Attribute("description", _("Description"), search=True)
TERRITORY = (
    Attribute("neighbourhood__name", _("Neighbourhood"), alias="neighbourhood", filter=True),
    Attribute("district__name", _("District"), alias="district", filter=True),
    Attribute("placement", _("How the place fits"), choices=Placement),
)
ORIGIN = (
    Attribute("city__slug", _("City"), alias="city"),
    Attribute("precision", _("Precision of the place"), choices=Precision),
    Attribute("example", _("Example, not a fact"), type="boolean"),
    Attribute("source", _("Source")),
    Attribute("source_note", _("Where the facts come from")),
    Attribute("licence", _("Licence"), choices=Licence),
    Attribute("attribution", _("Attribution")),
    Attribute("updated_at", _("Last change"), type="date-time"),
)
# What only the office sees of a record, in its own exports.
OFFICE = (
    Attribute("visibility", _("Visibility"), choices=Visibility, staff_only=True),
    Attribute("source_id", _("Identifier in the source"), staff_only=True),
    Attribute("created_at", _("Entered on"), type="date-time", staff_only=True),
)
