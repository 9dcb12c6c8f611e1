"""A city and its bounds, from a file with its boundary."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from mapping.importing import apply, child, places
from mapping.importing.columns import as_text
from mapping.importing.messages import ImportRefused
from mapping.importing.run import UsageError
from neighbourhoods import geometry
from neighbourhoods.models import City


@transaction.atomic
def set_city(slug: str, name: str, boundary: Path | None, crs: str | None) -> tuple[bool, str]:
    """Make or change a city; whether it was made, and what there is to say. Raises UsageError or ImportRefused.

    The envelope is the boundary's extent and 10 % around it; without a boundary a new city takes all of Italy.
    """
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise UsageError(_("A city's short name has letters, digits and hyphens only.")) from error
    city, said = City.objects.filter(slug=slug).first(), ""
    created = city is None
    city = city or City(slug=slug)
    city.name = name
    if boundary:
        box = geometry.extent([_boundary(boundary, name, crs)])
        city.envelope, city.national = apply.geos(box), places.ITALY.covers(box)
    elif created:
        city.envelope = apply.geos(places.ITALY)
        said = _("Without --boundary its bounds are those of Italy: places far from the city will not be noticed.")
    city.save()
    return created, said


def _boundary(path: Path, name: str, crs: str | None) -> BaseGeometry:
    """The boundary in a file: its only feature, or the one that a column calls like the city."""
    reading = child.read(path)
    known = reading.crs or crs
    if known is None:
        raise ImportRefused("crs-missing")
    loaded = places.load(reading.records, places.srid_of(known))
    chosen = reading.records
    if len(chosen) > 1:
        wanted = name.casefold()
        by_column = (
            [record for record in chosen if as_text(record.properties.get(column)).casefold() == wanted]
            for column in reading.fields
        )
        chosen = next((records for records in by_column if len(records) == 1), [])
    place = loaded.get(chosen[0].number) if len(chosen) == 1 else None
    if not isinstance(place, BaseGeometry) or not geometry.on_globe(place):
        raise ImportRefused("boundary-not-found", name=name)
    return place
