"""Official boundaries: which partition takes them, which one they close, and who notices."""

import datetime

import pytest
from django.db import connection

from mapping.importing.run import Request, UsageError, run
from neighbourhoods.models import Neighbourhood, Partition
from tests.factories import BuildingFactory, CityFactory, NeighbourhoodFactory, PartitionFactory, point, square
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db

WEST = files.feature(files.square(7.66, 45.07, 0.01), cod="01", nome="Ovest")
EAST = files.feature(files.square(7.68, 45.07, 0.01), cod="17bis", nome="Est")
DAY = datetime.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def torino():
    return CityFactory()


@pytest.fixture
def bring(tmp_path):
    def bring(*features, layer="neighbourhoods", name="zone.geojson", **options):
        report = run(Request(layer=layer, path=files.geojson(tmp_path / name, *features), **options))
        assert report.error is None, str(report.error)
        return report

    return bring


def current(role="primary"):
    return Partition.objects.get(role=role, current=True)


def test_the_first_official_boundaries_make_a_partition(bring):
    report = bring(WEST, EAST)
    assert (report.created, current().kind, current().schematic) == (2, "neighbourhood", False)
    assert [code for code, _ in report.notices] == ["partition-created"]
    assert {area.code: area.boundary.geom_type for area in Neighbourhood.objects.all()} == {
        "01": "MultiPolygon",
        "17bis": "MultiPolygon",
    }


def test_codes_are_the_identity_whatever_the_file_is_called(bring):
    bring(WEST, EAST)
    report = bring(EAST, WEST, name="altro_nome.geojson")
    assert (report.unchanged, report.created, Neighbourhood.objects.count()) == (2, 0, 2)


def test_neighbourhoods_and_districts_from_one_file_are_two_partitions(bring):
    bring(WEST, EAST)
    bring(WEST, EAST, layer="districts")
    assert Neighbourhood.objects.values("uid").distinct().count() == 4
    assert current("district").kind == "district"


def test_a_kind_can_be_said_and_another_kind_replaces_the_one_in_force(bring):
    bring(WEST, EAST)
    bring(WEST, EAST, kind="statistical_zone")
    assert current().kind == "statistical_zone"
    assert Partition.objects.filter(role="primary", current=False).count() == 1
    with pytest.raises(UsageError):
        bring(WEST, kind="barrio")


def test_official_boundaries_close_the_schematic_ones_and_take_their_kind(bring):
    schematic = PartitionFactory(city=CityFactory(), role="primary", kind="area", schematic=True)
    NeighbourhoodFactory(city=schematic.city, partition=schematic, code="01")
    bring(WEST, EAST)
    schematic.refresh_from_db()
    assert (schematic.current, schematic.valid_to) == (False, datetime.date.today())
    assert current().kind == "area"
    assert schematic.territories.count() == 1, "nothing is deleted"


def test_a_new_edition_starts_on_its_day_and_the_old_one_ends_there(bring):
    bring(WEST, EAST)
    first = current()
    report = bring(WEST, valid_from=DAY)
    first.refresh_from_db()
    assert (report.created, current().valid_from, first.valid_to, first.current) == (1, DAY, DAY, False)
    assert bring(WEST, valid_from=DAY).unchanged == 1, "the same edition again"
    assert Neighbourhood.objects.count() == 3


def test_an_edition_of_the_future_waits(bring):
    bring(WEST, EAST)
    tomorrow = datetime.date.today() + datetime.timedelta(days=30)
    report = bring(WEST, valid_from=tomorrow)
    assert current().valid_to == tomorrow
    assert Partition.objects.get(valid_from=tomorrow).current is False
    assert "partition-future" in [code for code, _ in report.notices]
    assert bring(WEST, valid_from=tomorrow).unchanged == 1


def test_records_find_their_neighbourhood_when_boundaries_come_and_change(bring):
    building = BuildingFactory(place=point(7.68, 45.07))
    bring(WEST, EAST)
    building.refresh_from_db()
    assert building.neighbourhood.code == "17bis"
    wider = files.feature(files.square(7.66, 45.07, 0.025), cod="01", nome="Ovest")
    away = files.feature(files.square(7.70, 45.07, 0.01), cod="17bis", nome="Est")
    assert bring(wider, away).updated == 2
    building.refresh_from_db()
    assert building.neighbourhood.code == "01"


def test_unchanged_boundaries_write_nothing_at_all(bring):
    BuildingFactory(place=point(7.68, 45.07))
    bring(WEST, EAST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_change")
        before = cursor.fetchone()
        bring(WEST, EAST)
        cursor.execute("SELECT count(*) FROM mapping_change")
        assert cursor.fetchone() == before


def test_boundaries_drawn_by_hand_afterwards_still_move_the_records(bring):
    """The import asks the database to wait with looking for neighbourhoods; it must not go on waiting."""
    bring(WEST, EAST)
    bring(WEST, EAST)
    building = BuildingFactory(place=point(7.74, 45.07))
    NeighbourhoodFactory(city=building.city, partition=current(), code="99", boundary=square(7.74, 45.07))
    building.refresh_from_db()
    assert building.neighbourhood.code == "99"


def test_a_territory_that_is_gone_is_withdrawn_only_when_asked(bring):
    bring(WEST, EAST)
    assert bring(WEST).gone == 1
    assert Neighbourhood.objects.public().count() == 2
    assert bring(WEST, close_missing=True).gone == 1
    assert [area.code for area in Neighbourhood.objects.public()] == ["01"]


def test_territories_without_names_are_called_by_kind_and_code(bring):
    bring(files.feature(files.square(), ZONASTAT="01"), kind="statistical_zone")
    area = Neighbourhood.objects.get()
    assert area.code == "01"
    assert area.name.endswith(" 01")


def test_a_territory_needs_an_area(bring):
    report = bring(WEST, files.feature(None, cod="2", nome="Nulla"), files.feature(cod="3", nome="Punto"))
    assert [remark.code for remark in report.remarks] == ["geometry-missing", "geometry-wrong-type"]
