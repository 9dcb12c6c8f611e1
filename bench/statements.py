"""What the program is measured against: its own statement, and the one a person would write by hand, both in a
psycopg2 session that stays open."""

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2.extensions import BYTES, register_type

from bench.data import LARGE, SMALL
from mapping.formats.geojson import GEOJSON
from mapping.formats.rows import CHUNK, statement
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.versions import version

BY_HAND = """
SELECT '{{"type":"FeatureCollection","features":[' || string_agg('{{"type":"Feature","id":"' || b.uid || '","geometry":'
  || ST_AsGeoJSON(b.place, 6, 0) || ',"properties":' || row_to_json(p)::text || '}}', ',' ORDER BY b.id) || ']}}'
FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id
LEFT JOIN neighbourhoods_neighbourhood n ON n.id = b.neighbourhood_id
LEFT JOIN neighbourhoods_neighbourhood d ON d.id = b.district_id
CROSS JOIN LATERAL (SELECT b.name, b.use_status, b.use_since, b.address, b.cocity_type, b.owner, b.office, b.condition,
  b.floor_area, b.how_to_ask, b.description, n.name AS neighbourhood, d.name AS district, b.placement, c.slug AS city,
  b.precision, b.example, b.source, b.source_note, b.licence, b.attribution, b.updated_at,
  '{site}/' || c.slug || '/buildings/' || b.uid || '/' AS url) p
WHERE b.visibility = 'public' AND c.slug = %s AND {where}
"""


class Session:
    """A persistent psycopg2 session with the options of the program's own public alias; texts come as bytes."""

    def __init__(self) -> None:
        self.connection = psycopg2.connect(**connections["public"].get_connection_params() | {"cursor_factory": None})
        self.connection.autocommit = True
        register_type(BYTES, self.connection)

    def read(self, sql: str, params: tuple) -> tuple:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone()


def same(query: Query) -> tuple[str, tuple]:
    """The statement that the program sends for this query."""
    return statement(query, GEOJSON, version(query.layer.tables), CHUNK)


def by_hand(query: Query) -> tuple[str, tuple]:
    """The same features, written for buildings by hand."""
    where, params = "TRUE", [query.city]
    if query.bbox:
        where = "(b.place && ST_MakeEnvelope(%s, %s, %s, %s, 4326) OR b.place IS NULL)"
        params += query.bbox
    return BY_HAND.format(site=settings.SITE_URL, where=where), tuple(params)


def questions(middle: tuple[float, float], reach: float) -> dict[str, Query]:
    """W1: a layer of a thousand features. W2: some five hundred of a hundred thousand, by a box."""
    x, y = middle
    return {
        "W1": Query(LAYERS["buildings"], city=SMALL),
        "W2": Query(LAYERS["buildings"], city=LARGE, bbox=(x - reach, y - reach, x + reach, y + reach)),
    }
