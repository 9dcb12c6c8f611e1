"""The commands as they are typed: options, exit codes, the report that is always written."""

import json

import pytest
from django.core.management import CommandError, call_command

from commons.models import Building
from mapping.sources import SOURCES
from neighbourhoods.models import City, Neighbourhood, Street
from tests.factories import CityFactory, PartitionFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db
KEYS = {"layer", "city", "city_created", "file", "dry_run", "applied", "mapping", "unused_columns", "identity"}
KEYS |= {"rows_in", "created", "updated", "unchanged", "rejected", "repaired", "gone", "rows", "error"}


@pytest.fixture
def torino():
    return CityFactory()


@pytest.fixture
def buildings(tmp_path):
    return files.geojson(tmp_path / "edifici.geojson", files.feature(id="a", nome="Uno", altro=1))


def typed(capsys, *arguments):
    """Exit code and what was printed; a report, if one was asked for, has the keys of the contract."""
    try:
        call_command(*map(str, arguments))
        code = 0
    except CommandError as error:
        code = error.returncode
    except SystemExit as error:
        code = error.code
    return code, capsys.readouterr().out


def test_an_import_prints_what_it_did_and_writes_its_report(torino, buildings, tmp_path, capsys):
    report = tmp_path / "report.json"
    code, printed = typed(capsys, "import_layer", "buildings", buildings, "--report", report)
    assert code == 0
    assert "altro" in printed
    written = json.loads(report.read_text())
    assert set(written) == KEYS
    assert (written["applied"], written["created"], written["unused_columns"]) == (True, 1, ["altro"])


@pytest.mark.parametrize(("arguments", "expected"), [([], 1), (["--dry-run"], 1)])
def test_a_refusal_is_exit_code_1_and_still_a_report(torino, tmp_path, capsys, arguments, expected):
    path, report = tmp_path / "rotto.geojson", tmp_path / "report.json"
    path.write_text("{")
    code, _ = typed(capsys, "import_layer", "buildings", path, "--report", report, *arguments)
    written = json.loads(report.read_text())
    assert (code, written["applied"], written["error"]["code"]) == (expected, False, "json-invalid")
    assert written["error"]["message"]
    assert set(written) == KEYS


def test_a_dry_run_that_finished_is_exit_code_0_even_when_no_row_fits(torino, tmp_path, capsys):
    path = files.geojson(tmp_path / "a.geojson", files.feature((9.19, 45.46), nome="Milano"))
    assert typed(capsys, "import_layer", "buildings", path, "--dry-run")[0] == 0
    assert typed(capsys, "import_layer", "buildings", path)[0] == 1
    assert not Building.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_layer", "nonsense", "FILE"),
        ("import_layer", "buildings", "FILE", "--city", "../x"),
        ("import_layer", "buildings", "FILE", "--kind", "nonsense"),
        ("import_source", "torino-districts"),
        ("city", "Not A Slug", "--name", "X"),
    ],
)
def test_what_is_typed_wrong_is_exit_code_2(torino, buildings, capsys, arguments):
    try:
        code, _ = typed(capsys, *(buildings if argument == "FILE" else argument for argument in arguments))
    except TypeError:
        code = 2
    assert code in {1, 2} if arguments[1] == "nonsense" else code == 2


def test_without_a_city_there_is_a_report_of_the_usage_error(buildings, tmp_path, capsys):
    report = tmp_path / "report.json"
    assert typed(capsys, "import_layer", "buildings", buildings, "--report", report)[0] == 2
    assert json.loads(report.read_text())["error"]["code"] == "usage"


def test_options_reach_the_import(torino, tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text("codice atto;titolo;x;y\nA;Uno;395000;4991000\n")
    arguments = ["--crs", "EPSG:32632", "--map", "name=codice atto", "description=titolo", "--id", "codice atto"]
    code, _ = typed(capsys, "import_layer", "buildings", path, "--city", "torino", *arguments)
    assert code == 0
    building = Building.objects.get()
    assert (building.name, building.description, building.source_id) == ("A", "Uno", "A")
    assert building.place.x == pytest.approx(7.667, abs=0.01)


@pytest.mark.parametrize("name", [source.name for source in SOURCES.values() if source.kind])
def test_a_known_source_of_boundaries_needs_only_its_file(torino, tmp_path, capsys, name):
    source = SOURCES[name]
    PartitionFactory(city=torino, role="primary", kind="neighbourhood", schematic=True)
    column = source.mapping["code"]
    path = files.geojson(tmp_path / "x.geojson", files.feature(files.square(), **{column: "1", "DENOM": "Centro"}))
    assert typed(capsys, "import_source", name, path)[0] == 0
    area = Neighbourhood.objects.get(source=name)
    assert (area.code, area.licence, area.attribution) == ("1", "CC-BY-4.0", "Città di Torino")
    assert area.partition.kind == source.kind


def test_streets_of_openstreetmap_carry_its_licence_and_its_name(torino, tmp_path, capsys):
    line = {"type": "LineString", "coordinates": [[7.68, 45.07], [7.69, 45.08]]}
    path = files.geojson(tmp_path / "x.geojson", files.feature(line, name="via Po"))
    assert typed(capsys, "import_source", "torino-streets", path)[0] == 0
    street = Street.objects.get()
    assert (street.source, street.licence) == ("torino-streets", "ODbL-1.0")
    assert street.attribution == "© OpenStreetMap contributors"


def test_a_city_can_be_made_from_its_boundary_among_many(tmp_path, capsys):
    path = files.geojson(
        tmp_path / "comuni.geojson",
        files.feature(files.square(7.68, 45.07, 0.1), name="Torino", prov="Torino"),
        files.feature(files.square(7.3, 45.3, 0.1), name="Agliè", prov="Torino"),
    )
    assert typed(capsys, "city", "torino", "--name", "Torino", "--boundary", path)[0] == 0
    city = City.objects.get(slug="torino")
    assert city.envelope.extent == pytest.approx((7.56, 44.95, 7.80, 45.19))
    assert city.national
    assert typed(capsys, "city", "torino", "--name", "Torino nuova")[0] == 0
    city.refresh_from_db()
    assert (city.name, city.envelope.extent[0]) == ("Torino nuova", pytest.approx(7.56))
    assert typed(capsys, "city", "roma", "--name", "Roma", "--boundary", path)[0] == 1
    assert not City.objects.filter(slug="roma").exists()


def test_a_city_without_a_boundary_takes_all_of_italy_and_says_so(capsys):
    code, printed = typed(capsys, "city", "latina", "--name", "Latina")
    assert code == 0
    assert "--boundary" in printed
    assert City.objects.get(slug="latina").envelope.extent == (6, 35, 19, 48)


def test_a_report_that_cannot_be_written_is_said(torino, buildings, tmp_path, capsys):
    assert typed(capsys, "import_layer", "buildings", buildings, "--report", tmp_path / "no" / "report.json")[0] == 2
    assert not Building.objects.exists(), "and nothing is imported"
