"""What the database itself refuses, whoever writes it."""

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.db import DatabaseError, IntegrityError, connection, transaction

from commons.models import Building, House, Pact, Proposal
from neighbourhoods.constraints import MAX_VERTICES
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water
from tests import factories as make

pytestmark = pytest.mark.django_db
WKT = {
    "a bow-tie": "POLYGON((7.6 45.0,7.7 45.1,7.7 45.0,7.6 45.1,7.6 45.0))",
    "a hole outside its shell": "POLYGON((7 45,7.1 45,7.1 45.1,7 45.1,7 45),(7.5 45.5,7.6 45.5,7.6 45.6,7.5 45.5))",
    "nothing": "POLYGON EMPTY",
    "an empty point": "POINT EMPTY",
    "not a number": "POINT(NaN NaN)",
    "a latitude that is not a number": "POINT(7.6 NaN)",
    "endless": "POINT(Infinity 45)",
    "endless the other way": "POINT(7 -Infinity)",
    "beyond the globe": "POINT(200 45)",
    "beyond the pole": "POINT(7 91)",
    "latitude and longitude swapped": "POINT(45.07 7.68)",
    "outside Italy": "POINT(2.35 48.85)",
    "half outside Italy": "LINESTRING(7 45,20 45)",
    "too many vertices": "LINESTRING(" + ",".join(f"{7 + n / 1e6} 45" for n in range(MAX_VERTICES + 1)) + ")",
}
TABLES = {
    "commons_building": "place",
    "commons_house": "place",
    "commons_pact": "place",
    "commons_proposal": "place",
    "neighbourhoods_street": "place",
    "neighbourhoods_water": "place",
    "neighbourhoods_neighbourhood": "boundary",
    "neighbourhoods_city": "envelope",
}


@pytest.fixture
def records(db):
    """One record in each table that has a geometry."""
    for factory in (make.BuildingFactory, make.HouseFactory, make.PactFactory, make.ProposalFactory):
        factory()
    make.StreetFactory(), make.WaterFactory(), make.NeighbourhoodFactory()


def write(table: str, geometry: str) -> None:
    """Puts a geometry, as EWKT, in every row of a table, past all our own code."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {TABLES[table]} = ST_GeomFromEWKT(%s)", [geometry])


@pytest.mark.parametrize("kind", WKT)
def test_a_building_can_be_written_nowhere_that_is(records, kind):
    with pytest.raises(DatabaseError):
        write("commons_building", f"SRID=4326;{WKT[kind]}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["a bow-tie", "nothing", "not a number", "beyond the globe", "too many vertices"])
def test_no_table_takes(records, table, kind):
    with pytest.raises(DatabaseError):
        write(table, f"SRID=4326;{WKT[kind]}")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "wrong",
    [
        "SRID=3857;POINT(850000 5630000)", "SRID=4326;POINT Z (7.6 45 100)",
        "SRID=4326;GEOMETRYCOLLECTION(POINT(7.6 45))",
        "SRID=4326;GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(7.6 45)))",
        "SRID=4326;CIRCULARSTRING(7 45,7.1 45.1,7.2 45)", "SRID=4326;TIN(((7 45,7.1 45,7.1 45.1,7 45)))",
        "SRID=4326;CURVEPOLYGON(CIRCULARSTRING(7 45,7.1 45.1,7.2 45,7.1 44.9,7 45))",
    ],
)  # fmt: skip
def test_no_table_takes_another_srid_a_height_or_an_unusual_type(records, table, wrong):
    with pytest.raises(DatabaseError):
        write(table, wrong)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("neighbourhoods_street", "POINT(7.6 45)"),
        ("neighbourhoods_street", "POLYGON((7.6 45,7.7 45,7.7 45.1,7.6 45))"),
        ("neighbourhoods_water", "POINT(7.6 45)"),
        ("neighbourhoods_neighbourhood", "POINT(7.6 45)"),
        ("neighbourhoods_neighbourhood", "LINESTRING(7.6 45,7.7 45)"),
        ("neighbourhoods_city", "MULTIPOLYGON(((7.6 45,7.7 45,7.7 45.1,7.6 45)))"),
    ],
)
def test_a_table_takes_only_its_own_types(records, table, wrong):
    with pytest.raises(DatabaseError):
        write(table, f"SRID=4326;{wrong}")


@pytest.mark.parametrize("table", [table for table in TABLES if table != "neighbourhoods_city"])
def test_nothing_of_an_italian_city_is_outside_italy(records, table):
    paris = "MULTIPOLYGON(((2 48,2.1 48,2.1 48.1,2 48)))"
    lines = "LINESTRING(2 48,2.1 48.1)" if table == "neighbourhoods_street" else paris
    with pytest.raises(DatabaseError, match="outside Italy"):
        write(table, f"SRID=4326;{lines}")
    City.objects.update(national=False)
    write(table, f"SRID=4326;{lines}")


@pytest.mark.parametrize("table", [table for table in TABLES if table != "neighbourhoods_city"])
def test_areas_are_stored_counter_clockwise_and_lines_as_they_were_drawn(records, table):
    column = TABLES[table]
    clockwise = "MULTIPOLYGON(((7.6 45,7.6 45.1,7.7 45.1,7.7 45,7.6 45)))"
    if table != "neighbourhoods_street":
        write(table, f"SRID=4326;{clockwise}")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT bool_and(ST_IsPolygonCCW({column})) FROM {table}")
            assert cursor.fetchone() == (True,)
    if table != "neighbourhoods_neighbourhood":
        write(table, "SRID=4326;LINESTRING(7.6 45,7.7 45.1,7.65 45.2)")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ST_AsText({column}) FROM {table}")
            assert cursor.fetchone() == ("LINESTRING(7.6 45,7.7 45.1,7.65 45.2)",)


def test_a_label_lies_on_its_shape(records):
    write("commons_building", "SRID=4326;POLYGON((7.6 45,7.7 45,7.7 45.1,7.69 45.1,7.69 45.01,7.6 45.01,7.6 45))")
    building = Building.objects.get()
    assert building.place.contains(building.label_point)


@pytest.mark.parametrize(
    ("model", "first", "last"), [(Pact, "starts_on", "ends_on"), (Partition, "valid_from", "valid_to")], ids=str
)
def test_dates_are_in_order(records, model, first, last):
    for dates in (
        {first: "2020-01-01", last: "2020-01-01"},
        {first: "2020-01-01", last: None},
        {first: None, last: None},
    ):
        model.objects.update(**dates)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{first: "2020-01-02", last: "2020-01-01"})


def test_a_city_has_one_partition_in_force_for_each_part_it_plays(db):
    one = make.PartitionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.PartitionFactory(name="Other")
    make.PartitionFactory(name="Old", current=False)
    make.PartitionFactory(city=make.CityFactory(slug="latina"))
    for name in ("Free", "Free too"):
        make.PartitionFactory(city=one.city, name=name, role="")


@pytest.mark.parametrize("model", [Building, House, Pact, Proposal, Street, Water], ids=lambda m: m.__name__)
def test_a_record_of_a_source_is_there_once(records, model):
    values = {"city": City.objects.get(), "source": "list", "source_id": "1", "place": model.objects.first().place}
    model.objects.create(name="one", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(name="two", **values)
    for _ in range(2):
        model.objects.create(name="own", **values | {"source_id": ""})


def test_a_code_is_there_once_in_a_partition(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.NeighbourhoodFactory(city=town.city, partition=town.west.partition, code=town.west.code)


def test_an_identifier_is_never_given_twice(records):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.BuildingFactory(uid=Building.objects.get().uid)


def test_a_territory_stores_a_place_to_write_its_name(records):
    territory = Neighbourhood.objects.get()
    assert territory.boundary.contains(GEOSGeometry(territory.label_point.ewkt))
