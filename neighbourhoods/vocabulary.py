"""Words that every published record shares: licences, precision, how well a place is known."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Licence(TextChoices):
    """SPDX identifiers of the open licences a record may carry."""

    CC0 = "CC0-1.0", _("Public domain (CC0 1.0)")
    CC_BY = "CC-BY-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_3_IT = "CC-BY-3.0-IT", _("Creative Commons Attribution 3.0 Italy")
    ODBL = "ODbL-1.0", _("Open Database Licence 1.0")

    @property
    def url(self) -> str:
        return {
            "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
            "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
            "CC-BY-3.0-IT": "https://creativecommons.org/licenses/by/3.0/it/",
            "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
        }[self.value]


class Precision(TextChoices):
    """How well the place of a record is known; anything but `exact` is said wherever the record shows."""

    EXACT = "exact", _("exact place")
    ADDRESS = "address", _("at the street number")
    STREET = "street", _("somewhere along the street")
    APPROXIMATE = "approximate", _("approximate place")
    SCHEMATIC = "schematic", _("schematic drawing")
    NONE = "none", _("no place")


class Placement(TextChoices):
    """What the database found when it looked for the neighbourhood of a record."""

    INSIDE = "inside", _("inside one neighbourhood")
    BORDER = "border", _("on the border between neighbourhoods")
    OVERLAP = "overlap", _("where neighbourhoods overlap")
    PARTLY_OUTSIDE = "partly_outside", _("partly outside the neighbourhoods")
    OUTSIDE = "outside", _("outside every neighbourhood")
    UNLOCATED = "unlocated", _("without a place on the map")
    NO_BOUNDARIES = "no_boundaries", _("no boundary loaded")


class PartitionKind(TextChoices):
    DISTRICT = "district", _("District")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    STATISTICAL_ZONE = "statistical_zone", _("Statistical zone")
    AREA = "area", _("Area")


class Role(TextChoices):
    """What a partition is for: every located record stores its territory in these two."""

    PRIMARY = "primary", _("Neighbourhoods of the map")
    DISTRICT = "district", _("Districts of the map")
    OTHER = "", _("Other territories")


class Visibility(TextChoices):
    PUBLIC = "public", _("Public")
    HIDDEN = "hidden", pgettext_lazy("record", "Hidden")
    WITHDRAWN = "withdrawn", pgettext_lazy("record", "Withdrawn")
