"""Generated data to measure on: the same for everybody, made from a seed; nothing of the real Torino is in it."""

import math
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction

from commons.models import Building
from mapping.finding.indexes import install_finding_indexes
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from neighbourhoods.vocabulary import PartitionKind, Role

WEST, SOUTH, EAST, NORTH = 7.58, 45.00, 7.77, 45.14
LARGE, SMALL = "metropoli", "borgo"  # 100,000 buildings and 1,000: the second is the layer of W1
MIDDLING, HUGE = "diecimila", "milione"  # 10,000, and ten copies of the large city side by side
EAST_BY = 360 / 2**13 * 6  # degrees between these: whole tiles, so that the same address moved east holds the same
BATCH = 2_000
WORDS = ("ex", "scuola", "caserma", "mercato", "opificio", "cascina", "bagni", "teatro", "corso", "della", "nuova")


def curved(coordinates: object) -> object:
    """A smooth bend of the plane: straight borders become wiggly ones, and what met still meets."""
    x, y = coordinates[:, 0], coordinates[:, 1]
    bend_x = [a + 0.0012 * math.sin(900 * b) + 0.002 * math.sin(70 * b) for a, b in zip(x, y, strict=True)]
    bend_y = [b + 0.0010 * math.sin(800 * a) + 0.002 * math.sin(60 * a) for a, b in zip(x, y, strict=True)]
    return [list(pair) for pair in zip(bend_x, bend_y, strict=True)]


def grid(columns: int, rows: int) -> Iterator[shapely.Polygon]:
    """The box of the city cut into wiggly cells of some eight hundred vertices."""
    wide, high = (EAST - WEST) / columns, (NORTH - SOUTH) / rows
    for row in range(rows):
        for column in range(columns):
            west, south = WEST + column * wide, SOUTH + row * high
            cell = shapely.box(west, south, west + wide, south + high)
            yield shapely.transform(shapely.segmentize(cell, 2 * (wide + high) / 800), curved)


def geos(geometry: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=4326)


def territories(city: City, role: str, kind: str, columns: int, rows: int) -> None:
    partition = Partition.objects.create(city=city, role=role, kind=kind, name=str(kind))
    Neighbourhood.objects.bulk_create(
        Neighbourhood(
            city=city,
            partition=partition,
            code=f"{n:02d}",
            name=f"Zona {n}",
            boundary=geos(shapely.multipolygons([cell])),
        )
        for n, cell in enumerate(grid(columns, rows), 1)
    )


def footprint(dice: Random, x: float, y: float) -> shapely.Polygon:
    """A building of 5 to 12 vertices, ten to fifty metres across."""
    corners, radius = dice.randint(5, 12), dice.uniform(0.00005, 0.00025)
    turns = sorted(dice.uniform(0, 2 * math.pi) for _ in range(corners))
    ring = [(x + radius * 1.4 * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    shape = shapely.Polygon(ring)
    return shape if shape.is_valid and shape.area > 0 else shapely.box(x, y, x + radius, y + radius)


def buildings(city: City, number: int, seed: int) -> Iterator[Building]:
    """Buildings thick in the middle and thin outside, with a text in every published attribute."""
    dice = Random(seed)
    states, conditions = Building.UseStatus.values, Building.Condition.values

    def sentence(words: int) -> str:
        return " ".join(dice.choices(WORDS, k=words))

    for n in range(number):
        x = min(EAST, max(WEST, dice.gauss((WEST + EAST) / 2, (EAST - WEST) / 5)))
        y = min(NORTH, max(SOUTH, dice.gauss((SOUTH + NORTH) / 2, (NORTH - SOUTH) / 5)))
        yield Building(
            city=city, uid=str(uuid.UUID(int=dice.getrandbits(128), version=4)), name=f"{sentence(2)} {n}".capitalize(),
            address=f"{sentence(3)} {dice.randint(1, 200)}", description=sentence(8), use_status=dice.choice(states),
            use_since=f"{dice.randint(1960, 2025)}-01-01", cocity_type=dice.choice("ABC"), owner="Città",
            office=sentence(2), condition=dice.choice(conditions), floor_area=dice.randint(50, 20_000),
            how_to_ask=sentence(6), source="bench", source_id=str(n), attribution="Bench",
            place=geos(footprint(dice, x, y)),
        )  # fmt: skip


def in_batches(records: Iterator[Building]) -> None:
    batch: list[Building] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            Building.objects.bulk_create(batch)
            batch = []
    Building.objects.bulk_create(batch)


def streets(city: City) -> None:
    """As many streets as Torino has, with as many vertices."""
    dice = Random(3)

    def wander() -> shapely.LineString:
        x, y, turn = dice.uniform(WEST, EAST), dice.uniform(SOUTH, NORTH), dice.uniform(0, 2 * math.pi)
        points = [(x, y)]
        for _ in range(dice.randint(3, 40)):
            turn += dice.gauss(0, 0.2)
            x, y = x + 0.0004 * math.cos(turn), y + 0.0003 * math.sin(turn)
            points.append((x, y))
        return shapely.LineString(points)

    made = (Street(city=city, name=f"Via {dice.choice(WORDS)} {n}", place=geos(wander())) for n in range(2_551))
    Street.objects.bulk_create(made, batch_size=BATCH)
    river = shapely.transform(shapely.segmentize(shapely.box(7.70, SOUTH, 7.703, NORTH), 0.0005), curved)
    Water.objects.create(city=city, name="Fiume", place=geos(river))


LOCATE = """
UPDATE commons_building b SET neighbourhood_id = n.id, district_id = d.id, placement = 'inside'
FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p ON p.id = n.partition_id AND p.role = 'primary',
  neighbourhoods_neighbourhood d JOIN neighbourhoods_partition q ON q.id = d.partition_id AND q.role = 'district'
WHERE n.city_id = b.city_id AND d.city_id = b.city_id
  AND ST_Contains(n.boundary, b.label_point) AND ST_Contains(d.boundary, b.label_point)
"""


def load(number: int) -> None:
    """Fills an empty database, and lets PostgreSQL look at it.

    Neighbourhoods are found by label points in one statement: what is measured here is reading.
    """
    for slug, how_many in ((LARGE, number), (SMALL, 1_000)):
        envelope = geos(shapely.box(WEST - 0.1, SOUTH - 0.1, EAST + 0.1, NORTH + 0.1))
        city = City.objects.create(slug=slug, name=slug.capitalize(), envelope=envelope, crs=[32632])
        in_batches(buildings(city, how_many, seed=how_many))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL mappa.relocate = 'later'")
            territories(city, Role.PRIMARY, PartitionKind.NEIGHBOURHOOD, 10, 9)
            territories(city, Role.DISTRICT, PartitionKind.DISTRICT, 4, 2)
    streets(City.objects.get(slug=LARGE))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL mappa.relocating = 'yes'")
        cursor.execute(LOCATE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE commons_building")
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def without_search() -> Iterator[None]:
    """Makes the indexes of the search after the records: to add each record to them takes most of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'commons_building'::regclass")
        for name in [name for (name,) in cursor.fetchall() if "_found_" in name]:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        install_finding_indexes()


COPY = """
INSERT INTO commons_building (id, {columns})
SELECT (SELECT max(id) FROM commons_building) + row_number() OVER (ORDER BY k, b.id), {values}
FROM commons_building b, generate_series(1, 10) AS k WHERE b.city_id = %s ORDER BY k, b.ctid
"""


def copies(city: City) -> str:
    """The statement that puts ten copies of a city's buildings into another, each further east, with keys in the same
    order and on the disk beside the same others: a tile of a copy reads as many blocks as one of the city."""
    special = {
        "uid": "gen_random_uuid()::text", "city_id": "%s", "source_id": "k || '-' || b.source_id",
        "place": f"ST_Translate(b.place, k * {EAST_BY!r}, 0)",
    }  # fmt: skip
    fields = [field for field in Building._meta.concrete_fields if not field.generated and not field.primary_key]
    values = [special.get(field.column, f"b.{field.column}") for field in fields]
    return COPY.format(columns=", ".join(field.column for field in fields), values=", ".join(values))


def grow() -> None:
    """The cities of 10,000 and of ten times the large one; the triggers of each record are not asked."""
    envelope = geos(shapely.box(WEST - 0.1, SOUTH - 0.1, EAST + EAST_BY * 10 + 0.1, NORTH + 0.1))
    middling, huge = (
        City.objects.create(slug=slug, name=slug.capitalize(), envelope=envelope, crs=[32632])
        for slug in (MIDDLING, HUGE)
    )
    in_batches(buildings(middling, 10_000, seed=10_000))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a million records take longer than a program may wait
        cursor.execute("ALTER TABLE commons_building DISABLE TRIGGER USER")
        cursor.execute(copies(huge), [huge.pk, City.objects.get(slug=LARGE).pk])
        cursor.execute("SELECT setval(pg_get_serial_sequence('commons_building', 'id'), max(id)) FROM commons_building")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE commons_building ENABLE TRIGGER USER")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE commons_building")
