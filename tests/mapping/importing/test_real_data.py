"""The boundaries that municipalities publish, in every format they come in: always the same territories."""

import json
import time

import pytest
from django.contrib.gis.db.models.functions import Area, Transform

from mapping.importing.run import Request, run
from mapping.sources import SOURCES
from neighbourhoods.models import City, Neighbourhood, Partition, Street
from tests.factories import BuildingFactory, CityFactory, NeighbourhoodFactory, PartitionFactory, point, square

pytestmark = pytest.mark.django_db

ZONES = "torino/torino_zone_statistiche.geojson"
DISTRICTS = "torino/torino_circoscrizioni.geojson"
COUNTS = ("created", "updated", "unchanged", "rejected", "repaired", "gone")


def do(layer, path, **options):
    options.setdefault("city", "torino")
    return run(Request(layer=layer, path=path, **options))


def counts(report):
    assert report.error is None, str(report.error)
    return {name: getattr(report, name) for name in COUNTS if getattr(report, name)}


def areas(**filters):
    """Code → square metres on EPSG:32632."""
    rows = Neighbourhood.objects.filter(**filters).annotate(size=Area(Transform("boundary", 32632)))
    return {row.code: row.size.sq_m for row in rows}


@pytest.fixture
def torino():
    return CityFactory()


def test_the_94_statistical_zones_are_created_once_and_then_unchanged(torino, shared_data):
    source = SOURCES["torino-statistical-zones"]
    options = {"source": source.name, "preset_mapping": dict(source.mapping), "kind": source.kind}
    first = do(source.layer, shared_data / ZONES, **options)
    again = do(source.layer, shared_data / ZONES, **options)
    assert counts(first) == {"created": 94}
    assert counts(again) == {"unchanged": 94}
    zones = Neighbourhood.objects.filter(partition__role="primary")
    assert {"01", "17bis", "92"} <= set(zones.values_list("code", flat=True))
    assert sum(areas(partition__role="primary").values()) == pytest.approx(129_994_000, rel=1e-4)
    assert zones.get(code="01").partition.kind == "statistical_zone"


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("name", "crs", "driver", "tolerance"),
    [
        ("torino_circoscrizioni_epsg3003_latin1.zip", None, "ESRI Shapefile", 0.0001),
        ("torino_circoscrizioni_epsg3003_no_prj.zip", "EPSG:3003", "ESRI Shapefile", 0.0001),
        ("torino_circoscrizioni_32632.gml", None, "GML", 0.0001),
        ("torino_circoscrizioni.kml", None, "LIBKML", 0.0001),
        ("torino_circoscrizioni_wkt_3003_latin1.csv", "EPSG:3003", "CSV", 0.003),
    ],
)
def test_the_eight_districts_are_the_same_from_every_format(torino, shared_data, name, crs, driver, tolerance, again):
    do("districts", shared_data / DISTRICTS)
    expected = areas(partition__role="district")
    assert len(expected) == 8
    if not again:  # into a city that has none yet
        CityFactory(slug="altra")
    city = "torino" if again else "altra"
    report = do("districts", shared_data / "derived_torino" / name, city=city, crs=crs)
    assert report.file["driver"] == driver
    assert report.rows_in == 8
    assert report.rejected == report.repaired == 0
    found = areas(city__slug=city, partition__role="district")
    assert found.keys() == expected.keys()
    for code, size in expected.items():
        assert found[code] == pytest.approx(size, rel=tolerance), code
    if again and tolerance == 0.0001:
        assert counts(report) == {"unchanged": 8}


def test_names_with_accents_come_through_latin_1(torino, shared_data):
    report = do(
        "districts",
        shared_data / "derived_torino/torino_circoscrizioni_epsg3003_latin1.zip",
        mapping={"name": "ETICHETTA"},
    )
    assert report.file["encoding"] == "ISO-8859-1"
    assert Neighbourhood.objects.get(code="1").name == "Circoscrizione n° 1 - Città"


def test_a_shapefile_without_prj_is_refused_with_a_sentence_until_its_crs_is_given(torino, shared_data):
    path = shared_data / "derived_torino/torino_circoscrizioni_epsg3003_no_prj.zip"
    refused = do("districts", path)
    assert refused.error.code == "crs-missing"
    assert "--crs" in str(refused.error)
    assert not Neighbourhood.objects.exists()
    report = do("districts", path, crs="EPSG:3003")
    assert counts(report) == {"created": 8}
    assert (report.file["crs"], report.file["crs_from"]) == ("EPSG:3003", "option")


def test_the_geopackage_of_the_zones_equals_the_geojson(torino, shared_data):
    do("neighbourhoods", shared_data / ZONES)
    report = do("neighbourhoods", shared_data / "derived_torino/torino_zone_32632.gpkg")
    assert counts(report) == {"unchanged": 94}


@pytest.mark.parametrize(
    ("slug", "name", "count", "crs", "encoding"),
    [
        ("milano", "milano/milano_nil.geojson", 88, "CRS84", "UTF-8"),
        ("bologna", "bologna/03.00.02_aree_statistiche_bologna.zip", 90, "EPSG:23032", "ISO-8859-1"),
    ],
)
def test_other_cities_come_in_beside_torino(torino, shared_data, slug, name, count, crs, encoding):
    report = do("neighbourhoods", shared_data / name, city=slug)
    assert counts(report) == {"created": count}
    assert report.city_created
    assert (report.file["crs"], report.file["encoding"]) == (crs, encoding)
    assert counts(do("neighbourhoods", shared_data / name, city=slug)) == {"unchanged": count}
    city = City.objects.get(slug=slug)
    assert city.national
    for area in Neighbourhood.objects.filter(city=city):
        assert city.envelope.contains(area.boundary)
    assert not Neighbourhood.objects.filter(city=torino).exists()


def test_the_datum_of_bologna_is_shifted(shared_data):
    """ED50 is some 200 m off: a town hall area imported without the shift would lie beside itself."""
    do("neighbourhoods", shared_data / "bologna/03.00.02_aree_statistiche_bologna.zip", city="bologna")
    towers = point(11.34665, 44.49426)
    assert Neighbourhood.objects.containing(towers).count() == 1
    west, south, east, north = City.objects.get(slug="bologna").envelope.extent
    assert (11.1 < west < east < 11.5) and (44.3 < south < north < 44.7)


def test_official_zones_close_the_schematic_ones_and_every_record_finds_its_new_place(torino, shared_data):
    schematic = PartitionFactory(city=torino, role="primary", kind="neighbourhood", schematic=True)
    NeighbourhoodFactory(city=torino, partition=schematic, code="A", boundary=square(half=0.2))
    building = BuildingFactory(city=torino, place=point())
    report = do("neighbourhoods", shared_data / ZONES)
    schematic.refresh_from_db()
    building.refresh_from_db()
    assert (schematic.current, schematic.valid_to is not None) == (False, True)
    assert {"partition-closed", "partition-created"} <= {code for code, _ in report.notices}
    assert building.neighbourhood.partition == Partition.objects.get(role="primary", current=True)
    assert not building.neighbourhood.partition.schematic


@pytest.mark.slow
def test_two_and_a_half_thousand_streets_come_in_and_are_no_buildings(torino, shared_data):
    path = shared_data / "scale/torino_streets_osm.geojson"
    assert counts(do("streets", path)) == {"created": 2551}
    assert counts(do("streets", path)) == {"unchanged": 2551}
    assert Street.objects.filter(city=torino, source="torino-streets-osm").count() == 2551
    wrong = do("buildings", path)
    assert (wrong.error.code, wrong.rejected, wrong.applied) == ("nothing-applied", 2551, False)
    assert {remark.code for remark in wrong.remarks} == {"geometry-wrong-type"}


@pytest.mark.slow
def test_sixteen_thousand_buildings_come_in_within_seconds(shared_data):
    path = shared_data / "scale/baltimore_vacant_buildings.csv"
    begun = time.process_time()
    report = do("buildings", path, city="baltimore")
    assert counts(report) == {"created": 16747}
    assert time.process_time() - begun < 30, "our own work; the machine may be busy with others"
    assert not City.objects.get(slug="baltimore").national
    assert counts(do("buildings", path, city="baltimore", dry_run=True)) == {"unchanged": 16747}


def test_the_register_of_palermo_gives_pacts_and_leaves_out_what_is_none(shared_data):
    path = shared_data / "palermo/palermo_patti_2025-08-18.csv"
    report = do("pacts", path, city="palermo")
    assert (report.identity, report.mapping["name"], report.rows_in) == ("column:Id", "Titolo proposta", 51)
    assert report.created == 9
    assert {remark.code for remark in report.remarks if remark.outcome == "rejected"} == {"value-not-known"}
    assert report.created + report.rejected == 51
    assert "Rappresentante" in report.unused_columns
    assert not set(report.unused_columns) & {"Lat.", "Long."}
    proposals = do("proposals", path, city="palermo")
    assert (proposals.created, proposals.rejected) == (48, 3)


def test_houses_come_in_from_geojson_and_from_csv_as_the_same(torino, shared_data):
    first = do("houses", shared_data / "facts/torino_case_del_quartiere.geojson")
    again = do("houses", shared_data / "facts/torino_case_del_quartiere.csv")
    assert counts(first) == {"created": 9}
    assert counts(again) == {"unchanged": 9}


def test_the_report_is_plain_json_with_the_keys_of_the_contract(torino, shared_data):
    report = json.loads(json.dumps(do("neighbourhoods", shared_data / ZONES).as_json()))
    keys = (
        "layer city city_created file dry_run applied mapping unused_columns identity rows_in created updated unchanged"
    )
    assert list(report) == [*keys.split(), "rejected", "repaired", "gone", "rows", "error"]
    assert list(report["file"]) == ["name", "sha256", "driver", "encoding", "crs", "crs_from"]
    assert report["rows_in"] == report["created"] + report["updated"] + report["unchanged"] + report["rejected"]
