"""Editions: the figures of a city and year, frozen when they are published and never changed afterwards."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from commons.figures.computing import ALIAS, Scope
from commons.figures.sheets import sheet
from commons.figures.writing import data_of, digest
from commons.models import Edition, Programme
from commons.refusals import Missing, Refused
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.vocabulary import Role


@transaction.atomic
def publish_edition(city: City, year: int, note: str = "") -> Edition:
    """Freezes the sheets of a city, its neighbourhoods and its programmes at the end of a year.

    A year that is published again gets another number; what was published stays. Raises Refused for a year that is not
    over, and for one published already without a word why again.
    """
    City.objects.select_for_update().get(pk=city.pk)
    if not 1990 <= year < city.today().year:
        raise Refused([Missing("year", _("An edition is of a year that is over."))])
    last = Edition.objects.filter(city=city, year=year).aggregate(last=Max("number"))["last"] or 0
    if last and not note.strip():
        raise Refused([Missing("note", _("This year is published already: say why it is published again."))])
    data = frozen(city, date(year, 12, 31))
    return Edition.objects.create(city=city, year=year, number=last + 1, note=note, data=data, sha256=digest(data))


def frozen(city: City, until: date) -> dict[str, Any]:
    """What an edition holds: the sheet of the city, of each neighbourhood in force, of each programme."""
    neighbourhoods = Neighbourhood.objects.using(ALIAS).public().current().in_role(Role.PRIMARY).filter(city=city)
    places = list(neighbourhoods.defer("boundary", "label_point").select_related("partition").order_by("code"))
    programmes = list(Programme.objects.using(ALIAS).public().filter(city=city).order_by("pk"))
    with translation.override("it"):
        return {
            "city": city.slug,
            "year": until.year,
            "sheet": data_of(sheet(Scope(city, until), city), "city", city.name),
            "neighbourhoods": [
                data_of(sheet(Scope(city, until, one.pk), one), "neighbourhood", one.name) for one in places
            ],
            "programmes": [
                data_of(sheet(Scope(city, until, one.pk), one), "programme", one.name) for one in programmes
            ],
        }
