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
from neighbourhoods.models import City

BY_HAND = """
SELECT '{{"type":"FeatureCollection","features":[' || string_agg('{{"type":"Feature","id":"' || b.uid || '","geometry":'
  || ST_AsGeoJSON(b.place, 6, 0) || ',"properties":' || row_to_json(p)::text || '}}', ',' ORDER BY b.id) || ']}}'
FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id
LEFT JOIN neighbourhoods_neighbourhood n ON n.id = b.neighbourhood_id
LEFT JOIN neighbourhoods_neighbourhood d ON d.id = b.district_id
CROSS JOIN LATERAL (SELECT b.name, b.use_status, b.use_since, b.address, b.cocity_type, b.owner, b.office, b.condition,
  b.floor_area, b.how_to_ask, b.description, b.could_host, n.name AS neighbourhood, d.name AS district,
  b.placement, c.slug AS city, b.precision, b.example, b.source, b.source_note, b.licence, b.attribution, b.updated_at,
  '{site}/' || c.slug || '/buildings/' || b.uid || '/' AS url) p
WHERE b.visibility = 'public' AND b.city_id = %s AND {where}
"""


# One page of a hundred: how many, the identifiers in order, the features.
PAGE_BY_HAND = """
SELECT count(*), json_agg(b.uid ORDER BY b.id)::text, '{"type":"FeatureCollection","features":[' || string_agg(
  '{"type":"Feature","id":"' || b.uid || '","geometry":' || ST_AsGeoJSON(b.place, 6, 0) || ',"properties":'
  || row_to_json(p)::text || '}', ',' ORDER BY b.id) || ']}'
FROM (SELECT b.*, n.name AS neighbourhood, d.name AS district, c.slug AS city
  FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id
  LEFT JOIN neighbourhoods_neighbourhood n ON n.id = b.neighbourhood_id
  LEFT JOIN neighbourhoods_neighbourhood d ON d.id = b.district_id
  WHERE b.visibility = 'public' AND b.city_id = %s AND b.id > %s ORDER BY b.id LIMIT 100) AS b
CROSS JOIN LATERAL (SELECT b.name, b.use_status, b.use_since, b.address, b.cocity_type, b.owner, b.office, b.condition,
  b.floor_area, b.how_to_ask, b.description, b.could_host, b.neighbourhood, b.district, b.placement, b.city,
  b.precision, b.example, b.source, b.source_note, b.licence, b.attribution, b.updated_at,
  b.city || '/buildings/' || b.uid AS url) AS p
"""
# What the layer publishes of buildings, as a table.
PUBLISHED = """
SELECT b.uid, b.name, b.use_status, b.use_since, b.address, b.cocity_type, b.owner, b.office, b.condition, b.floor_area,
  b.how_to_ask, b.description, array_to_json(b.could_host)::text AS could_host, n.name AS neighbourhood,
  d.name AS district, b.placement, c.slug AS city, b.precision, b.example, b.source, b.source_note, b.licence,
  b.attribution, b.updated_at, b.place
FROM commons_building b JOIN neighbourhoods_city c ON c.id = b.city_id
LEFT JOIN neighbourhoods_neighbourhood n ON n.id = b.neighbourhood_id
LEFT JOIN neighbourhoods_neighbourhood d ON d.id = b.district_id
WHERE b.visibility = 'public' AND b.city_id = {city}
"""
# A tile of everything with seven attributes, serial.
TILE_BY_HAND = """
SELECT ST_AsMVT(q, 'buildings', 4096, 'geom') FROM (
  SELECT ST_AsMVTGeom(ST_Transform(b.place, 3857), ST_TileEnvelope(%s, %s, %s), 4096, 64) AS geom, b.uid, b.name,
    b.use_status, b.address, b.owner, b.condition, b.floor_area
  FROM commons_building b WHERE b.visibility = 'public' AND b.city_id = %s
    AND b.place && ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => 64.0 / 4096), 4326)) AS q
"""
JOINED = """
SELECT count(*) FROM (
  SELECT n.id, count(*) FROM neighbourhoods_neighbourhood n
  JOIN neighbourhoods_partition p ON p.id = n.partition_id AND p.role = 'primary' AND p.current
  JOIN commons_building b ON ST_Intersects(n.boundary, b.place) AND b.visibility = 'public'
  WHERE n.city_id = %s AND b.city_id = %s GROUP BY n.id) AS t
"""


def copied(city: int) -> str:
    """COPY of every feature of a city as a line."""
    rows = BY_HAND.format(site=settings.SITE_URL, where="TRUE").replace("b.city_id = %s", f"b.city_id = {city:d}")
    line = rows.split("string_agg(", 1)[1].split(", ',' ORDER BY", 1)[0]
    return f"COPY (SELECT {line} FROM {rows.split('FROM ', 1)[1]}) TO STDOUT"


def per_neighbourhood(city: int) -> tuple[str, tuple]:
    """The buildings of each neighbourhood by an indexed join, as one would without a key; counts those on a border
    twice."""
    return JOINED, (city, city)


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
    """The same features, written for buildings by hand; the key of the city is known."""
    where, params = "TRUE", [City.objects.get(slug=query.city).pk]
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
