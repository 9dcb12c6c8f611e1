"""The database finds the neighbourhood of a thing: the largest share wins, ties go to the lower code."""

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPoint, MultiPolygon, Point
from django.db import connection, transaction

from commons.models import Building, House, Pact, Proposal
from neighbourhoods.models import Neighbourhood, Partition
from neighbourhoods.vocabulary import Placement, Role
from tests import factories as make
from tests.town import territory

pytestmark = pytest.mark.django_db
MODELS = [Building, House, Pact, Proposal]


def placed(place, **more) -> Building:
    record = make.BuildingFactory(place=place, **more)
    record.refresh_from_db()
    return record


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_kind_of_record_gets_its_neighbourhood_and_district(town, model):
    record = model.objects.create(city=town.city, name="x", place=make.point(7.67, 45.05))
    record.refresh_from_db()
    assert (record.neighbourhood, record.district) == (town.west, town.lower)
    assert record.placement == Placement.INSIDE
    assert record.shares == {"primary": [[town.west.pk, 1]], "district": [[town.lower.pk, 1]]}


@pytest.mark.parametrize(
    ("place", "code", "placement"),
    [
        (Point(7.67, 45.05), "01", Placement.INSIDE),
        (Point(7.68, 45.05), "01", Placement.BORDER),
        (Point(7.68, 45.06), "01", Placement.BORDER),
        (Point(7.66, 45.05), "01", Placement.BORDER),
        (Point(7.66, 45.04), "01", Placement.BORDER),
        (Point(7.70, 45.10), None, Placement.OUTSIDE),
        (Point(12.5, 41.9), None, Placement.OUTSIDE),
        (make.box(7.662, 45.042, 7.664, 45.044), "01", Placement.INSIDE),
        (make.box(7.675, 45.05, 7.684, 45.055), "01", Placement.BORDER),
        (make.box(7.676, 45.05, 7.685, 45.055), "02", Placement.BORDER),
        (make.box(7.675, 45.05, 7.685, 45.055), "01", Placement.BORDER),
        (make.box(7.65, 45.05, 7.665, 45.055), "01", Placement.PARTLY_OUTSIDE),
        (make.box(7.60, 45.00, 7.80, 45.20), "03", Placement.PARTLY_OUTSIDE),
        (make.box(7.66, 45.04, 7.70, 45.08), "03", Placement.BORDER),
        (make.line((7.675, 45.05), (7.69, 45.05)), "02", Placement.BORDER),
        (make.line((7.68, 45.05), (7.68, 45.07)), "01", Placement.BORDER),
        (make.line((7.68, 45.045), (7.68, 45.055)), "01", Placement.BORDER),
        (make.line((7.65, 45.05), (7.67, 45.05)), "01", Placement.PARTLY_OUTSIDE),
        (MultiPoint(Point(7.67, 45.05), Point(7.69, 45.05), Point(7.69, 45.045)), "02", Placement.BORDER),
        (MultiPoint(Point(7.67, 45.05), Point(7.0, 45.0)), "01", Placement.PARTLY_OUTSIDE),
        (None, None, Placement.UNLOCATED),
    ],
    ids=str,
)
def test_a_place_is_in_the_territory_that_holds_most_of_it(town, place, code, placement):
    if place:
        place.srid = 4326
    record = placed(place)
    assert (record.neighbourhood and record.neighbourhood.code, record.placement) == (code, placement)


def test_shares_of_an_area_say_how_much_of_it_is_where(town):
    record = placed(make.box(7.675, 45.055, 7.695, 45.065))
    shares = dict(record.shares["primary"])
    assert set(shares) == {town.west.pk, town.east.pk, town.north.pk}
    assert shares[town.north.pk] == pytest.approx(0.5, abs=0.001)
    assert shares[town.east.pk] == pytest.approx(0.375, abs=0.001)
    assert shares[town.west.pk] == pytest.approx(0.125, abs=0.001)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_a_tie_goes_to_the_lower_code_whatever_was_loaded_first(db):
    quarters = make.PartitionFactory()
    for code, x in [("17bis", 7.68), ("02", 7.66), ("10", 7.70)]:
        territory(quarters, code, code, (x, 45.04, x + 0.02, 45.06))
    assert placed(make.point(7.70, 45.05)).neighbourhood.code == "10"
    assert placed(make.point(7.68, 45.05)).neighbourhood.code == "02"


def test_where_neighbourhoods_overlap_it_says_so(town):
    territory(town.west.partition, "09", "Sovrapposto", (7.66, 45.04, 7.67, 45.05))
    inside, area = placed(make.point(7.665, 45.045)), placed(make.box(7.66, 45.04, 7.67, 45.05))
    for record in (inside, area):
        assert (record.neighbourhood.code, record.placement) == ("01", Placement.OVERLAP)


def test_without_boundaries_it_says_that_there_are_none(db):
    record = placed(make.point())
    assert (record.neighbourhood, record.district, record.placement) == (None, None, Placement.NO_BOUNDARIES)


def test_only_the_boundaries_of_its_own_city_count(town):
    record = placed(make.point(7.67, 45.05), city=make.CityFactory(slug="latina"))
    assert (record.neighbourhood, record.placement) == (None, Placement.NO_BOUNDARIES)


def test_a_hole_is_outside(db):
    ring = MultiPolygon(make.box(7.6, 45.0, 7.8, 45.2) - make.box(7.66, 45.06, 7.70, 45.08), srid=4326)
    make.NeighbourhoodFactory(boundary=ring)
    assert placed(make.point(7.68, 45.07)).placement == Placement.OUTSIDE
    assert placed(make.point(7.61, 45.07)).placement == Placement.INSIDE


TYPED = ["neighbourhood_id", "district_id", "placement", "shares"]


def test_a_neighbourhood_that_is_typed_is_overwritten_when_the_record_is_made(town):
    wrong = {"neighbourhood": town.north, "district": town.upper, "placement": "outside", "shares": {"a": 1}}
    record = placed(make.point(7.67, 45.05), **wrong)
    assert (record.neighbourhood, record.district, record.placement) == (town.west, town.lower, Placement.INSIDE)


@pytest.mark.parametrize(
    "wrong", [{"neighbourhood": None}, {"district": None}, {"placement": "outside"}, {"shares": {"a": 1}}], ids=str
)
def test_a_neighbourhood_that_is_typed_later_is_overwritten_too(town, wrong):
    record = placed(make.point(7.67, 45.05))
    right = Building.objects.values(*TYPED).get(pk=record.pk)
    Building.objects.filter(pk=record.pk).update(**wrong)
    assert Building.objects.values(*TYPED).get(pk=record.pk) == right


def test_moving_a_record_finds_its_new_neighbourhood_and_taking_its_place_away_forgets_it(town):
    record = placed(make.point(7.67, 45.05))
    record.place = make.point(7.67, 45.07)
    record.save()
    record.refresh_from_db()
    assert (record.neighbourhood, record.district) == (town.north, town.upper)
    record.place = None
    record.save()
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement, record.shares) == (None, Placement.UNLOCATED, {})


# Boundaries that change


def test_a_new_boundary_moves_the_records_inside_it(town):
    record = placed(make.point(7.67, 45.05))
    Neighbourhood.objects.filter(pk=town.west.pk).update(boundary=make.square(7.0, 45.0))
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement) == (None, Placement.OUTSIDE)
    Neighbourhood.objects.filter(pk=town.north.pk).update(boundary=make.square(7.67, 45.05))
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement) == (town.north, Placement.INSIDE)


@pytest.mark.parametrize("change", [{"visibility": "hidden"}, {"code": "99"}], ids=str)
def test_hiding_or_recoding_a_territory_counts_too(town, change):
    record = placed(make.point(7.68, 45.05))
    assert record.neighbourhood == town.west
    Neighbourhood.objects.filter(pk=town.west.pk).update(**change)
    record.refresh_from_db()
    assert record.neighbourhood == town.east


def test_deleting_a_territory_frees_its_records(town):
    record = placed(make.point(7.67, 45.05))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM neighbourhoods_neighbourhood WHERE id = %s", [town.west.pk])
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement) == (None, Placement.OUTSIDE)


def test_closing_a_partition_and_opening_another_moves_everything(town):
    record = placed(make.point(7.67, 45.05))
    official = Partition.objects.create(
        city=town.city, kind="statistical_zone", role=Role.PRIMARY, name="Z", current=False
    )
    zone = territory(official, "5", "Zona 5", (7.6, 45.0, 7.8, 45.2))
    record.refresh_from_db()
    assert record.neighbourhood == town.west
    Partition.objects.filter(pk=town.west.partition_id).update(current=False)
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement) == (None, Placement.NO_BOUNDARIES)
    Partition.objects.filter(pk=official.pk).update(current=True)
    record.refresh_from_db()
    assert (record.neighbourhood, record.placement, record.district) == (zone, Placement.INSIDE, town.lower)


def test_boundaries_of_another_role_move_nothing(town):
    record = placed(make.point(7.67, 45.05))
    other = make.PartitionFactory(city=town.city, role=Role.OTHER, name="Aree")
    territory(other, "0", "Area", (7.6, 45.0, 7.8, 45.2))
    record.refresh_from_db()
    assert (record.neighbourhood, record.district) == (town.west, town.lower)


def test_a_writer_of_many_boundaries_may_relocate_once_at_the_end(town):
    record = placed(make.point(7.67, 45.05))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL mappa.relocate = 'later'")
        Neighbourhood.objects.filter(pk=town.west.pk).update(boundary=make.square(7.0, 45.0))
        record.refresh_from_db()
        assert record.neighbourhood == town.west
        cursor.execute("SELECT mc_relocate(ARRAY[%s]::bigint[])", [town.city.pk])
        cursor.execute("SET LOCAL mappa.relocate = ''")
    record.refresh_from_db()
    assert record.neighbourhood is None


def test_relocating_again_changes_no_row(town):
    make.BuildingFactory.create_batch(5)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mapping_change")
        cursor.execute("SELECT mc_relocate(ARRAY[%s]::bigint[])", [town.city.pk])
        cursor.execute("SELECT relation FROM mapping_change")
        assert cursor.fetchall() == []


def test_a_record_is_relocated_as_it_is_located(town):
    """The trigger of one row and the statement for all find the same for every kind of shape."""
    shapes = [
        "POINT(7.68 45.05)",
        "LINESTRING(7.675 45.05,7.69 45.05)",
        "POLYGON((7.67 45.05,7.69 45.05,7.69 45.07,7.67 45.05))",
    ]
    records = [placed(GEOSGeometry(f"SRID=4326;{shape}")) for shape in shapes]
    found = list(Building.objects.order_by("pk").values("pk", *TYPED))
    Neighbourhood.objects.update(visibility="hidden")
    assert not Building.objects.filter(neighbourhood__isnull=False).exists()
    Neighbourhood.objects.update(visibility="public")
    assert list(Building.objects.order_by("pk").values("pk", *TYPED)) == found
    assert len(records) == 3
