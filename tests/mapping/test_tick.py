"""`tick` writes what time changes, on the day of each city."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from mapping.versions import Change
from neighbourhoods import models
from neighbourhoods.models import Partition
from neighbourhoods.vocabulary import Placement, Role
from tests import factories as make
from tests.town import territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """`at(moment)`: what `tick` prints at a moment of UTC."""

    def run(moment: str) -> str:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return now.astimezone(tz)

        monkeypatch.setattr(models, "datetime", Clock)
        out = StringIO()
        call_command("tick", stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def editions(town) -> tuple[Partition, Partition]:
    """The neighbourhoods of the town, and official ones that follow them on the first of June 2030."""
    old = town.west.partition
    old.valid_to, old.schematic = date(2030, 6, 1), True
    old.save()
    new = make.PartitionFactory(city=town.city, name="Nuovi", current=False, valid_from=date(2030, 6, 1))
    territory(new, "N", "Nuovo", (7.6, 45.0, 7.8, 45.2))
    return old, new


def in_force(*partitions: Partition) -> list[bool]:
    current = set(Partition.objects.filter(current=True).values_list("pk", flat=True))
    return [partition.pk in current for partition in partitions]


def test_on_its_last_day_a_partition_is_in_force_and_the_next_day_its_successor_is(editions, town, at):
    at("2030-05-31T12:00")
    assert in_force(*editions) == [True, False]
    said = at("2030-06-01T12:00")
    assert in_force(*editions) == [False, True]
    assert "Torino: Quartieri" in said and "Torino: Nuovi" in said


def test_the_records_move_to_the_neighbourhoods_that_begin(editions, town, at):
    building = town.buildings[0]
    at("2030-06-01T12:00")
    building.refresh_from_db()
    assert (building.neighbourhood.name, building.district, building.placement) == (
        "Nuovo",
        town.lower,
        Placement.INSIDE,
    )


def test_running_it_again_changes_nothing(editions, at):
    at("2030-06-01T12:00")
    at("2030-06-01T12:01")
    assert in_force(*editions) == [False, True]
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("zone", "moment", "begun"),
    [
        ("Europe/Rome", "2030-05-31T21:59:59", False),
        ("Europe/Rome", "2030-05-31T22:00:00", True),
        ("UTC", "2030-05-31T23:59:59", False),
        ("Pacific/Kiritimati", "2030-05-31T10:00:00", True),
        ("Pacific/Kiritimati", "2030-05-31T09:59:59", False),
        ("Pacific/Pago_Pago", "2030-06-01T10:59:59", False),
        ("Pacific/Pago_Pago", "2030-06-01T11:00:00", True),
    ],
)
def test_a_day_begins_at_midnight_of_the_city(editions, town, at, zone, moment, begun):
    models.City.objects.update(time_zone=zone)
    at(moment)
    assert in_force(*editions) == [not begun, begun]


@pytest.mark.parametrize(
    ("moment", "begun"),
    [
        ("2030-03-30T22:59:59", False), ("2030-03-30T23:00:00", True),  # winter time until 2 o'clock of that night
        ("2030-10-26T21:59:59", False), ("2030-10-26T22:00:00", True),  # summer time until 3 o'clock of that night
    ],
)  # fmt: skip
def test_the_nights_on_which_the_clocks_change_begin_at_midnight_too(editions, at, moment, begun):
    day = date(2030, 3, 31) if moment < "2030-05" else date(2030, 10, 27)
    old, new = editions
    Partition.objects.filter(pk=old.pk).update(valid_to=day)
    Partition.objects.filter(pk=new.pk).update(valid_from=day)
    at(moment)
    assert in_force(old, new) == [not begun, begun]


def test_of_two_that_could_be_in_force_the_official_one_is_then_the_later_one(town, at):
    drawn = town.west.partition
    Partition.objects.filter(pk=drawn.pk).update(schematic=True)
    early = make.PartitionFactory(city=town.city, name="1979", current=False, valid_from=date(1979, 1, 1))
    late = make.PartitionFactory(city=town.city, name="2016", current=False, valid_from=date(2016, 1, 1))
    at("2030-01-01T12:00")
    assert in_force(drawn, early, late) == [False, False, True]
    Partition.objects.filter(pk=late.pk).update(valid_to=date(2020, 1, 1))
    at("2030-01-01T12:00")
    assert in_force(drawn, early, late) == [False, True, False]
    Partition.objects.filter(pk=early.pk).update(valid_to=date(2020, 1, 1))
    at("2030-01-01T12:00")
    assert in_force(drawn, early, late) == [True, False, False]


def test_partitions_without_a_role_may_be_in_force_together(town, at):
    first = make.PartitionFactory(city=town.city, name="Aree", role=Role.OTHER, current=False)
    second = make.PartitionFactory(city=town.city, name="Altre", role=Role.OTHER, valid_to=date(2031, 1, 1))
    at("2030-01-01T12:00")
    assert in_force(first, second) == [True, True]
    at("2031-01-01T12:00")
    assert in_force(first, second) == [True, False]


def test_a_city_whose_time_zone_is_not_known_stops_no_other(editions, at):
    make.CityFactory(slug="atlantide", name="Atlantide", time_zone="Mare/Atlantide")
    make.CityFactory(slug="traversal", time_zone="../../etc/passwd")
    with pytest.raises(CommandError, match="Mare/Atlantide"):
        at("2030-06-01T12:00")
    assert in_force(*editions) == [False, True]
    assert not Change.objects.exists()


def test_it_folds_the_versions_and_says_how_many(town, at):
    number = Change.objects.count()
    assert number > 0
    assert str(number) in at("2024-01-01T12:00")
    assert not Change.objects.exists()


def test_a_table_that_a_layer_newly_reads_counts_its_changes_from_then_on(town, at):
    with connections["default"].cursor() as cursor:
        for event in ("insert", "update", "delete", "truncate"):
            cursor.execute(f"DROP TRIGGER mc_changed_{event} ON neighbourhoods_street")
    at("2024-01-01T12:00")
    make.StreetFactory()
    assert list(Change.objects.values_list("relation", flat=True)) == ["neighbourhoods_street"]
