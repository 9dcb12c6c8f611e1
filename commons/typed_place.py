"""Coordinates as people type them: "45.07, 7.68", "45,07 7,68", "45.07 N 7.68 E"; latitude first, as maps show it."""

import math
import re

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from neighbourhoods.models import City

NUMBER = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{1,15})?")


class NotAPlace(ValueError):
    """The words are no place of this city; they say what to do."""


def typed_place(text: str, city: City) -> Point | None:
    """The point in EPSG:4326, None for no words. Raises NotAPlace; recognises latitude and longitude swapped."""
    if not text.strip():
        return None
    if "." in text:
        text = text.replace(",", " ")  # the comma can only part the two numbers
    numbers = [float(one.replace(",", ".")) for one in NUMBER.findall(text.replace(";", " "))]
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        raise NotAPlace(_("Write latitude and longitude, like 45.07, 7.68."))
    latitude, longitude = numbers
    if Point(longitude, latitude, srid=4326).within(city.envelope):
        return Point(longitude, latitude, srid=4326)
    if Point(latitude, longitude, srid=4326).within(city.envelope):
        raise NotAPlace(_("Latitude and longitude seem to be swapped: write the latitude first."))
    raise NotAPlace(_("This place is not in %(city)s.") % {"city": city})
