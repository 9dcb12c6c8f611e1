"""Whether a house's catchment lies where the house is: in its own city."""

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils.translation import gettext as _

from neighbourhoods.models import City

# The share of an area that lies on the ground of each city, its own first; `mc_share_here` is of the migrations.
SHARES = """
SELECT c.name, mc_share_here(c.id, a.g) FROM neighbourhoods_city c,
  (SELECT ST_SetSRID(ST_GeomFromEWKB(%s), 4326) AS g) a
WHERE c.id = %s OR c.envelope && a.g ORDER BY c.id <> %s, 2 DESC, c.name LIMIT 2
"""
LEAST = 0.5  # as the trigger asks for


def elsewhere(city: City, catchment: GEOSGeometry) -> str:
    """Why a catchment cannot be that of a house of this city; empty when it can. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES, [catchment.ewkb, city.pk, city.pk])
        (_name, here), *others = cursor.fetchall()
    if here >= LEAST:
        return ""
    if others and others[0][1] >= LEAST:
        words = _("This area lies in %(other)s: draw it in %(city)s, where the house is.")
        return words % {"other": others[0][0], "city": city.name}
    return _("This area lies outside %(city)s, where the house is: draw it there.") % {"city": city.name}
