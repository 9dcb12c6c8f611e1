"""Pure geometry: examples with an answer known by hand, and properties that must hold for anything."""

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon

from neighbourhoods import geometry

BOW_TIE = Polygon([(7.0, 45.0), (7.2, 45.2), (7.2, 45.0), (7.0, 45.2)])
SQUARE = shapely.box(7.0, 45.0, 7.2, 45.2)
degrees = st.floats(min_value=6.0, max_value=19.0, allow_nan=False)
rings = st.lists(st.tuples(degrees, degrees), min_size=4, max_size=12)


def test_a_bow_tie_becomes_its_two_triangles_and_says_so():
    repaired, changed = geometry.repair(BOW_TIE)
    assert changed
    assert shapely.is_valid(repaired)
    assert repaired.geom_type == "MultiPolygon"
    assert repaired.area == pytest.approx(SQUARE.area / 2)


def test_a_valid_geometry_is_left_alone():
    repaired, changed = geometry.repair(SQUARE)
    assert repaired is SQUARE
    assert not changed


def test_a_line_without_length_leaves_nothing():
    repaired, changed = geometry.repair(LineString([(7, 45), (7, 45)]))
    assert changed
    assert shapely.is_empty(repaired)


@settings(max_examples=400, deadline=None)
@given(rings)
def test_whatever_ring_comes_in_the_repaired_area_is_valid(ring):
    repaired, _ = geometry.repair(Polygon(ring))
    assert shapely.is_valid(repaired)


@given(rings)
def test_outer_rings_run_counter_clockwise(ring):
    repaired, _ = geometry.keep_kind(geometry.repair(Polygon(ring))[0])
    for part in shapely.get_parts(geometry.orient(repaired)):
        if part.geom_type == "Polygon" and not part.is_empty:
            assert part.exterior.is_ccw
            assert not any(hole.is_ccw for hole in part.interiors)


def test_heights_and_measures_are_dropped_and_said():
    assert geometry.force_2d(Point(7, 45, 300)) == (Point(7, 45), True)
    assert geometry.force_2d(shapely.from_wkt("POINT M (7 45 3)"))[1]
    assert geometry.force_2d(Point(7, 45)) == (Point(7, 45), False)


def test_only_the_parts_of_the_highest_dimension_are_kept():
    mixed = GeometryCollection([Point(7, 45), SQUARE, GeometryCollection([LineString([(7, 45), (8, 46)])])])
    assert geometry.keep_kind(mixed) == (SQUARE, True)
    points = GeometryCollection([Point(7, 45), Point(8, 46)])
    assert geometry.keep_kind(points) == (MultiPoint([(7, 45), (8, 46)]), False)
    assert geometry.keep_kind(SQUARE) == (SQUARE, False)


def test_collections_nested_too_deep_are_not_followed():
    nested = GeometryCollection([Point(7, 45)])
    for _ in range(geometry.NESTED_AT_MOST + 2):
        nested = GeometryCollection([nested])
    assert all(part.geom_type == "GeometryCollection" for part in geometry.parts(nested))


@pytest.mark.parametrize(
    ("shape", "kind"),
    [(Point(7, 45), "point"), (LineString([(7, 45), (8, 45)]), "line"), (MultiPolygon([SQUARE]), "area")],
)
def test_the_kind_of_a_geometry_is_that_of_its_dimension(shape, kind):
    assert geometry.kind_of(shape) == kind


def test_plain_geometries_become_multi_and_multi_ones_stay():
    assert geometry.to_multi(SQUARE) == MultiPolygon([SQUARE])
    assert geometry.to_multi(MultiPolygon([SQUARE])) == MultiPolygon([SQUARE])


def test_what_six_decimals_cannot_tell_apart_is_the_same_place():
    assert geometry.same(Point(7.12345678, 45.0), Point(7.123457, 45.0))
    assert not geometry.same(Point(7.123456, 45.0), Point(7.123458, 45.0))
    assert geometry.same(None, None)
    assert not geometry.same(Point(7, 45), None)


def test_a_ring_that_starts_elsewhere_is_the_same_place():
    turned = Polygon([(7.2, 45.0), (7.2, 45.2), (7.0, 45.2), (7.0, 45.0)])
    assert geometry.same(SQUARE, turned)


def test_coordinates_can_be_exchanged():
    assert geometry.swapped(Point(45, 7)) == Point(7, 45)


@pytest.mark.parametrize("wkt", ["POINT (181 0)", "POINT (0 91)", "POINT (nan nan)", "LINESTRING (0 0, inf 1)"])
def test_what_is_off_the_globe_or_not_finite_is_found(wkt):
    assert not geometry.on_globe(shapely.from_wkt(wkt))


def test_the_edge_of_the_globe_is_on_it():
    assert geometry.on_globe(shapely.box(-180, -90, 180, 90))


def test_shares_of_points_lines_and_areas():
    west = shapely.box(7.0, 45.0, 7.1, 45.2)
    assert geometry.share(MultiPoint([(7.05, 45.1), (7.15, 45.1)]), west) == 0.5
    assert geometry.share(LineString([(7.05, 45.1), (7.25, 45.1)]), west) == pytest.approx(0.25)
    assert geometry.share(SQUARE, west) == pytest.approx(0.5)
    assert geometry.share(Point(8, 46), west) == 0.0
    assert geometry.share(Point(7.1, 45.1), west) == 1.0  # the border belongs


def test_a_diagonal_line_is_measured_on_the_ground_not_in_degrees():
    """East-west degrees are shorter than north-south ones: 0.1° each way at 60° north is one third and two thirds."""
    corner = LineString([(7.0, 60.0), (7.1, 60.0), (7.1, 60.1)])
    assert geometry.share(corner, shapely.box(6.9, 59.9, 7.1, 60.00001)) == pytest.approx(1 / 3, abs=0.01)


def test_the_largest_share_comes_first_and_ties_go_to_the_lower_code():
    west, east = shapely.box(7.0, 45.0, 7.1, 45.2), shapely.box(7.1, 45.0, 7.2, 45.2)
    assert [code for code, _ in geometry.cover(SQUARE, {"2": west, "1": east})] == ["1", "2"]
    mostly_west = shapely.box(7.02, 45.05, 7.12, 45.1)
    assert geometry.cover(mostly_west, {"1": east, "2": west}) == [("2", 0.8), ("1", 0.2)]
    assert geometry.cover(Point(9, 46), {"1": east}) == []


@given(st.lists(st.tuples(degrees, degrees), min_size=1, max_size=6))
def test_the_label_of_points_is_one_of_them(points):
    assert geometry.label_point(MultiPoint(points)) in [Point(point) for point in points]


def test_the_label_of_a_horseshoe_lies_inside_it():
    horseshoe = Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
    assert horseshoe.contains(geometry.label_point(horseshoe))


def test_the_label_of_lines_is_the_middle_of_the_longest():
    lines = shapely.MultiLineString([[(0, 0), (1, 0)], [(0, 5), (4, 5)]])
    assert geometry.label_point(lines) == Point(2, 5)


def test_an_extent_is_wider_than_its_content_and_stays_on_the_globe():
    box = geometry.extent([shapely.box(7, 45, 8, 46)])
    assert shapely.bounds(box) == pytest.approx((6.9, 44.9, 8.1, 46.1))
    assert shapely.bounds(geometry.extent([shapely.box(-179, -89, 179, 89)])) == pytest.approx((-180, -90, 180, 90))
    west, south, east, north = shapely.bounds(geometry.extent([Point(7, 45)]))
    assert west < 7 < east
    assert south < 45 < north


def test_an_extent_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        geometry.extent([])


def test_flattened_longitudes_shrink_with_the_latitude():
    assert geometry.flattened(LineString([(10, 60), (11, 60)])).length == pytest.approx(math.cos(math.radians(60)))
