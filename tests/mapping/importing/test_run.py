"""One import: what is written, what is said, and that nothing is ever half written."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commons.models import Building, House, Pact, Proposal
from mapping.importing import apply
from mapping.importing import run as running
from mapping.importing.run import Request, UsageError, run, source_name
from mapping.models import ImportRun
from neighbourhoods.models import City, Street
from neighbourhoods.records import imported_uid
from tests.factories import WORLD, BuildingFactory, CityFactory, UserFactory, box, point
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db
COUNTS = ("created", "updated", "unchanged", "rejected", "gone")


@pytest.fixture(autouse=True)
def torino():
    return CityFactory()


@pytest.fixture
def bring(tmp_path):
    """`bring(layer, *features, **options)`: write a GeoJSON file and import it."""

    def bring(layer, *features, name="registro.geojson", **options):
        return run(Request(layer=layer, path=files.geojson(tmp_path / name, *features), **options))

    return bring


def counts(report):
    assert report.error is None, str(report.error)
    return {name: getattr(report, name) for name in COUNTS if getattr(report, name)}


def codes(report):
    return [(remark.row, remark.outcome, remark.code) for remark in report.remarks]


ONE, TWO = files.feature(id="a", nome="Uno", stato="in disuso"), files.feature((7.7, 45.1), id="b", nome="Due")


def test_records_carry_their_source_and_a_permanent_identifier(bring, torino):
    assert counts(bring("buildings", ONE, TWO)) == {"created": 2}
    one = Building.objects.get(source_id="a")
    assert (one.source, one.name, one.use_status) == ("registro", "Uno", "disused")
    assert one.uid == imported_uid("torino", "registro", "a")
    assert one.place.equals_exact(point(), 1e-9)


def test_after_many_records_postgresql_looks_at_the_table_before_anybody_reads_it(bring, monkeypatch):
    def looked() -> list[str]:
        return [one["sql"] for one in queries.captured_queries if one["sql"].startswith("ANALYZE")]

    with CaptureQueriesContext(connection) as queries:
        bring("buildings", ONE)
        assert looked() == [], "a few change nothing"
        monkeypatch.setattr(apply, "MANY", 1)
        bring("buildings", ONE)
        assert looked() == [], "nothing was written"
        bring("buildings", ONE, TWO, dry_run=True)
        assert looked() == []
        bring("buildings", ONE, TWO)
        assert looked() == ["ANALYZE commons_building"]


def test_the_second_time_nothing_is_written(bring):
    bring("buildings", ONE, TWO)
    before = list(Building.objects.values_list("pk", "updated_at"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_change")
        (changes,) = cursor.fetchone()
        assert counts(bring("buildings", ONE, TWO)) == {"unchanged": 2}
        cursor.execute("SELECT count(*) FROM mapping_change")
        assert cursor.fetchone() == (changes,)
    assert list(Building.objects.values_list("pk", "updated_at")) == before


def test_what_differs_is_updated_and_keeps_its_identifier(bring):
    bring("buildings", ONE, TWO)
    uid = Building.objects.get(source_id="a").uid
    moved = files.feature((7.69, 45.08), id="a", nome="Uno")
    renamed = files.feature((7.7, 45.1), id="b", nome="Due bis")
    assert counts(bring("buildings", moved, renamed, mapping={"name": "nome"})) == {"updated": 2}
    one, two = Building.objects.get(source_id="a"), Building.objects.get(source_id="b")
    assert (one.uid, two.name) == (uid, "Due bis")
    assert one.place.equals_exact(point(7.69, 45.08), 1e-9)
    assert one.updated_at > one.created_at


def test_a_dry_run_takes_the_same_road_and_writes_nothing(bring):
    report = bring("buildings", ONE, TWO, dry_run=True)
    assert counts(report) == {"created": 2}
    assert (report.applied, report.dry_run) == (False, True)
    assert not Building.objects.exists()
    kept = ImportRun.objects.get()
    assert (kept.dry_run, kept.applied, kept.report["created"]) == (True, False, 2)


def test_a_dry_run_into_a_new_city_leaves_no_city(bring):
    report = bring("buildings", ONE, city="nuova", dry_run=True)
    assert report.city_created
    assert not City.objects.filter(slug="nuova").exists()


def test_a_new_city_is_made_round_the_data(bring):
    report = bring("buildings", ONE, TWO, city="nuova-citta")
    city = City.objects.get(slug="nuova-citta")
    assert (report.city, report.city_created, city.name, city.national) == ("nuova-citta", True, "Nuova Citta", True)
    west, south, east, north = city.envelope.extent
    assert west < 7.68 < 7.7 < east
    assert south < 45.07 < 45.1 < north
    assert not bring("buildings", ONE, TWO, city="nuova-citta").city_created


def test_a_city_outside_italy_is_possible(bring):
    bring("buildings", files.feature((-76.6, 39.3), nome="Uno"), city="baltimore")
    assert not City.objects.get(slug="baltimore").national


def test_a_new_city_without_a_place_is_refused(bring):
    report = bring("buildings", files.feature(None, nome="Uno"), city="nuova")
    assert report.error.code == "city-without-extent"
    assert not City.objects.filter(slug="nuova").exists()


def test_the_city_must_be_said_when_there_are_several(bring):
    assert bring("buildings", ONE).city == "torino"
    CityFactory(slug="altra")
    with pytest.raises(UsageError):
        bring("buildings", ONE)
    with pytest.raises(UsageError):
        bring("buildings", ONE, city="../etc")
    with pytest.raises(UsageError):
        bring("nonsense", ONE, city="torino")


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((9.19, 45.46), "outside-city"),
        ((45.07, 7.68), "outside-city-swapped"),
        ((500, 91), "off-globe"),
        ({"type": "LineString", "coordinates": [[7.68, 45.07], [7.69, 45.08]]}, "geometry-wrong-type"),
        ({"type": "Polygon", "coordinates": [[[7.68, 45.07]] * 4]}, "geometry-nothing-left"),
    ],
)
def test_a_place_that_cannot_be_right_is_rejected_and_the_others_come_in(bring, place, code):
    report = bring("buildings", files.feature(place, id="x", nome="Fuori"), TWO)
    assert counts(report) == {"created": 1, "rejected": 1}
    assert codes(report) == [(1, "rejected", code)]


def test_a_city_in_italy_takes_nothing_outside_it(bring, torino):
    City.objects.update(envelope=box(*WORLD))
    report = bring("buildings", files.feature((2.35, 48.85), nome="Parigi"), TWO)
    assert codes(report) == [(1, "rejected", "outside-italy")]


def test_every_change_to_a_geometry_is_said(bring):
    bow_tie = {"type": "Polygon", "coordinates": [[[7.6, 45.0], [7.7, 45.1], [7.7, 45.0], [7.6, 45.1], [7.6, 45.0]]]}
    mixed = {
        "type": "GeometryCollection",
        "geometries": [files.square(), {"type": "Point", "coordinates": [7.68, 45.07]}],
    }
    clockwise = files.square()
    clockwise["coordinates"][0].reverse()
    report = bring(
        "buildings",
        files.feature(bow_tie, nome="Farfalla"),
        files.feature(mixed, nome="Misto"),
        files.feature((7.68, 45.07, 240), nome="Alto"),
        files.feature(None, nome="Senza luogo"),
        files.feature(clockwise, nome="Orario"),
    )
    assert codes(report) == [
        (1, "repaired", "geometry-repaired"),
        (2, "repaired", "parts-dropped"),
        (3, "repaired", "z-dropped"),
        (4, "repaired", "geometry-absent"),
    ]
    assert (report.created, report.repaired) == (5, 4)
    assert Building.objects.get(name="Orario").place.exterior_ring.is_counterclockwise
    without = Building.objects.get(name="Senza luogo")
    assert (without.place, without.placement, without.precision) == (None, "unlocated", "none")


def test_an_identifier_that_stands_twice_rejects_the_later_row(bring):
    report = bring("buildings", ONE, files.feature((7.7, 45.1), id="a", nome="Un altro"))
    assert codes(report) == [(2, "rejected", "id-duplicate")]
    assert Building.objects.get().name == "Uno"


def test_what_is_no_longer_in_the_file_is_counted_and_only_withdrawn_when_asked(bring):
    bring("buildings", ONE, TWO)
    assert bring("buildings", ONE).gone == 1
    assert Building.objects.public().count() == 2
    assert bring("buildings", ONE, close_missing=True).gone == 1
    assert [building.name for building in Building.objects.public()] == ["Uno"]
    assert Building.objects.count() == 2, "nothing published is deleted"
    back = bring("buildings", ONE, TWO)
    assert (back.updated, back.unchanged, back.gone) == (1, 1, 0)
    assert Building.objects.public().count() == 2


def test_a_row_that_is_rejected_is_not_gone(bring):
    bring("buildings", ONE, TWO)
    outside = files.feature((9.19, 45.46), id="b", nome="Due")
    report = bring("buildings", ONE, outside, close_missing=True)
    assert (report.rejected, report.gone) == (1, 0)
    assert Building.objects.public().count() == 2


def test_another_source_is_never_touched(bring):
    bring("buildings", ONE, name="primo.geojson")
    BuildingFactory(name="Scritto qui")
    report = bring("buildings", TWO, name="secondo.geojson", close_missing=True)
    assert report.gone == 0
    assert Building.objects.public().count() == 3


def test_when_no_row_can_be_used_nothing_is_applied(bring):
    report = bring("buildings", files.feature((9.19, 45.46), nome="Milano"), city="torino")
    assert (report.error.code, report.applied, report.rejected, report.rows_in) == ("nothing-applied", False, 1, 1)
    empty = bring("buildings")
    assert (empty.error.code, empty.rows_in) == ("no-rows", 0)


def test_an_error_in_the_middle_leaves_everything_as_it_was(bring, monkeypatch):
    bring("buildings", ONE)

    def fail(*args, **kwargs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(running.apply.Store, "gone", fail)
    report = bring("buildings", files.feature(id="a", nome="Cambiato"), TWO)
    assert (report.error.code, report.created, report.updated) == ("database-refused", 0, 0)
    assert [building.name for building in Building.objects.all()] == ["Uno"]
    assert ImportRun.objects.filter(applied=False).count() == 1


def test_a_lock_that_is_not_given_is_a_sentence_and_no_traceback(bring, monkeypatch):
    def busy(*args, **kwargs):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE lock_not_available; END $$")

    monkeypatch.setattr(running.places, "load", busy)
    assert bring("buildings", ONE).error.code == "import-running"


def test_who_imported_what_and_when_is_kept(bring):
    user = UserFactory()
    report = bring("buildings", ONE, user=user)
    kept = ImportRun.objects.get()
    assert (kept.user, kept.layer, kept.file_name, kept.applied) == (user, "buildings", "registro.geojson", True)
    assert kept.sha256 == report.file["sha256"]
    assert kept.report == report.as_json()


def test_a_state_nobody_knows_rejects_the_row_and_a_missing_one_is_said(bring):
    report = bring(
        "pacts", files.feature(nome="A", stato="attivo"), files.feature(nome="B", stato="Respinta"), city="torino"
    )
    assert codes(report) == [(2, "rejected", "value-not-known")]
    assert Pact.objects.get().state == "active"
    report = bring("proposals", files.feature(nome="C"))
    assert Proposal.objects.get().state == "under_review"
    assert "state-default" in [code for code, _ in report.notices]


def test_dates_lists_addresses_and_links_are_read_as_people_write_them(bring):
    bring("pacts", files.feature(nome="A", dal="1/3/2021", al="2024", data_firma="2021-02-28T10:00:00Z"))
    pact = Pact.objects.get()
    assert pact.signed_on == datetime.date(2021, 2, 28)
    assert (pact.starts_on, pact.ends_on) == (datetime.date(2021, 3, 1), datetime.date(2024, 1, 1))
    report = bring(
        "houses", files.feature(nome="Casa", servizi="bar; cortile", sito="javascript:alert(1)", email="a@b.it")
    )
    house = House.objects.get()
    assert (house.services, house.website, house.email) == (["bar", "cortile"], "", "a@b.it")
    assert codes(report) == [(1, "repaired", "value-unreadable")]


def test_streets_need_a_line_and_a_place(bring):
    line = {"type": "LineString", "coordinates": [[7.68, 45.07], [7.69, 45.08]]}
    point = files.feature(name="Piazza")
    report = bring("streets", files.feature(line, name="Via Po"), point, files.feature(None, name="Via Nulla"))
    assert [code for _, _, code in codes(report)] == ["geometry-wrong-type", "geometry-missing"]
    assert Street.objects.get().name == "Via Po"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("palermo_patti_2025-08-18.csv", "palermo-patti"),
        ("Edifici Dismessi v2 (1).geojson", "edifici-dismessi"),
        ("zone_20240131.zip", "zone"),
        ("patti 31-12-2024.csv", "patti"),
        ("2024.csv", "2024"),
        ("limits_P_1_municipalities.geojson", "limits-p-1-municipalities"),
        ("§§§.csv", "file"),
    ],
)
def test_a_source_is_the_name_of_the_file_without_dates_and_versions(tmp_path, name, source):
    assert source_name(tmp_path / name) == source
