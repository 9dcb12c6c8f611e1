"""Every messy file, and what must come of it: a right import or a clear report, never half of one.

Each line of the table: file, layer, options, then either the code of the refusal or the counts, and for each row that
was rejected or changed its codes.
"""

import pytest

from mapping.importing.messages import SENTENCES
from mapping.importing.run import Request, run
from mapping.importing.targets import TARGETS
from neighbourhoods.models import Neighbourhood, Street
from tests.factories import WORLD, CityFactory, box

pytestmark = pytest.mark.django_db

NO_NAME, FLAT = {"name-missing"}, {"z-dropped"}
MESSY = [
    ("codepage_1250.zip", "buildings", {"mapping": {"name": "field"}}, {"created": 2}, {}),
    ("codepage_1250.zip", "buildings", {}, {"created": 2}, {1: NO_NAME, 2: NO_NAME}),
    ("empty_point_no_prj.zip", "buildings", {}, {"created": 1}, {1: NO_NAME | {"geometry-absent"}}),
    ("empty_point_no_prj.zip", "neighbourhoods", {}, "nothing-applied", {1: {"geometry-missing"}}),
    ("not_a_zip.zip", "buildings", {}, "zip-broken", {}),
    ("no_prj_9_invalid_counties.zip", "neighbourhoods", {}, "crs-missing", {}),
    (
        "no_prj_9_invalid_counties.zip",
        "neighbourhoods",
        {"crs": "EPSG:4326"},
        {"created": 14},
        {row: {"geometry-repaired"} for row in (1, 4, 5, 7, 9, 11, 12, 13, 14)},
    ),
    ("no_prj_9_invalid_counties.zip", "neighbourhoods", {"crs": "EPSG:999999"}, "crs-unknown", {}),
    ("zip_with_folder_polygonz.zip", "neighbourhoods", {}, {"created": 1}, {1: FLAT}),
    ("curvepolygon.gpkg", "neighbourhoods", {}, {"created": 1}, {1: {"curve-linearised"}}),
    ("latin1_no_cpg.zip", "buildings", {}, {"created": 1}, {}),
    (
        "zero_length_line.zip",
        "streets",
        {},
        {"created": 2, "rejected": 1},
        {1: NO_NAME, 2: {"geometry-missing"}, 3: NO_NAME},
    ),
    (
        "zero_length_line.zip",
        "pacts",
        {"mapping": {"state": ""}},
        {"created": 3},
        {1: NO_NAME, 2: NO_NAME | {"geometry-absent"}, 3: NO_NAME},
    ),
    ("zero_length_line.zip", "pacts", {}, "nothing-applied", {row: {"value-not-known"} for row in (1, 2, 3)}),
    (
        "null_geometries.zip",
        "buildings",
        {},
        {"created": 9},
        {row: NO_NAME | ({"geometry-absent"} if row in {2, 4, 5, 8} else set()) for row in range(1, 10)},
    ),
    ("kml/cdata.kml", "buildings", {}, {"created": 1}, {1: NO_NAME | FLAT}),
    ("kml/extended_data.kml", "buildings", {}, {"created": 1}, {1: FLAT}),
    ("kml/multigeometry.kml", "buildings", {}, "nothing-applied", {1: {"geometry-wrong-type"}}),
    ("kml/multigeometry.kml", "pacts", {}, {"created": 1}, {1: FLAT}),
    ("kml/nogeomplacemark.kml", "buildings", {}, {"created": 1}, {1: {"geometry-absent"}}),
    ("kml/nogeomplacemark.kml", "districts", {}, "nothing-applied", {1: {"geometry-missing"}}),
    ("kml/polygon.kml", "buildings", {}, {"created": 1}, {1: FLAT}),
]


@pytest.fixture(autouse=True)
def world():
    return CityFactory(slug="mondo", envelope=box(*WORLD), national=False)


def bring_in(shared_data, name, layer, options, **more):
    return run(Request(layer=layer, path=shared_data / "messy" / name, city="mondo", **options, **more))


@pytest.mark.parametrize(("name", "layer", "options", "outcome", "rows"), MESSY)
def test_a_messy_file_ends_as_expected(shared_data, name, layer, options, outcome, rows):
    report = bring_in(shared_data, name, layer, options)
    said = {}
    for remark in report.remarks:
        said.setdefault(remark.row, set()).add(remark.code)
    if isinstance(outcome, str):
        assert report.error.code == outcome
        assert (report.applied, report.created, report.updated) == (False, 0, 0)
        assert not TARGETS[layer].model.objects.exists(), "nothing is half written"
    else:
        assert report.error is None, str(report.error)
        expected = dict.fromkeys(("created", "updated", "unchanged", "rejected", "gone"), 0) | outcome
        assert {key: getattr(report, key) for key in expected} == expected
        assert TARGETS[layer].model.objects.count() == outcome["created"]
    assert said == rows
    assert report.rows_in == report.created + report.updated + report.unchanged + report.rejected
    for row in report.as_json()["rows"]:
        assert row["code"] in SENTENCES
        assert row["message"] != row["code"]
        assert "%(" not in row["message"]


@pytest.mark.parametrize(
    ("name", "layer", "options", "outcome", "rows"), [line for line in MESSY if not isinstance(line[3], str)]
)
def test_importing_a_messy_file_again_changes_nothing(shared_data, name, layer, options, outcome, rows):
    first = bring_in(shared_data, name, layer, options)
    again = bring_in(shared_data, name, layer, options)
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)
    assert again.rejected == first.rejected


def test_the_table_names_every_messy_file(shared_data):
    folder = shared_data / "messy"
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {line[0] for line in MESSY}


def test_letters_of_other_alphabets_arrive_whole(shared_data):
    report = bring_in(shared_data, "codepage_1250.zip", "buildings", {"mapping": {"name": "field"}})
    assert report.file["encoding"] == "cp1250"
    assert set(TARGETS["buildings"].model.objects.values_list("name", flat=True)) == {"??", "Hněvošický háj"}
    report = bring_in(shared_data, "latin1_no_cpg.zip", "buildings", {})
    assert report.file["encoding"] == "ISO-8859-1"
    assert TARGETS["buildings"].model.objects.filter(name="México").exists()


def test_arcs_become_many_short_lines(shared_data):
    bring_in(shared_data, "curvepolygon.gpkg", "neighbourhoods", {})
    assert Neighbourhood.objects.get().boundary.geom_type == "MultiPolygon"


def test_a_polygon_in_metres_arrives_in_austria(shared_data):
    bring_in(shared_data, "zip_with_folder_polygonz.zip", "neighbourhoods", {})
    area = Neighbourhood.objects.get()
    assert not area.boundary.hasz
    assert 9 < area.boundary.centroid.x < 17
    assert 46 < area.boundary.centroid.y < 49


def test_lines_keep_their_vertices(shared_data):
    bring_in(shared_data, "zero_length_line.zip", "streets", {})
    assert sorted(len(street.place.coords) for street in Street.objects.all()) == [2, 4]
