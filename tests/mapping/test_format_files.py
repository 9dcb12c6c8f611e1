"""Files of layers: conditional requests, what is inside beside the records, and that nothing is left behind."""

import errno
import json
import sqlite3
import xml.etree.ElementTree as ElementTree
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from django.contrib.gis.geos import LineString
from django.db import connection
from hypothesis import given
from hypothesis import settings as searching
from hypothesis import strategies as st
from pyarrow import parquet

from commons.models import Building
from mapping.formats import (
    FORMATS,
    FileFormat,
    arrow,
    files,
    flatgeobuf,
    geopackage,
    geoparquet,
    look,
    ogr,
    qgis,
    shapefile,
    workbook,
)
from mapping.formats.naming import LONGEST, shortened
from mapping.formats.rows import names
from mapping.formats.tabular import neutral
from mapping.layers import LAYERS
from tests import factories as make
from tests.answers import problem
from tests.mapping.exported import read, styles
from tests.mapping.test_csv import HOSTILE
from tests.mapping.test_formats import fetch, rich  # noqa: F401

pytestmark = pytest.mark.django_db
FILES = [suffix for suffix, form in FORMATS.items() if isinstance(form, FileFormat)]


@pytest.fixture(autouse=True)
def room(settings, tmp_path) -> Path:
    settings.EXPORT_ROOT = tmp_path / "room"
    return settings.EXPORT_ROOT


@pytest.mark.parametrize("suffix", FILES)
def test_an_unchanged_file_is_304_and_head_makes_nothing(client, town, suffix, monkeypatch):
    first = client.get(f"/layers/buildings.{suffix}", {"city": "torino"})
    assert first.getvalue() and first["Cache-Control"] == "no-cache"
    assert first["Content-Disposition"] == f'attachment; filename="torino-buildings.{suffix}"'
    monkeypatch.setattr(files, "make", None)
    head = client.head(f"/layers/buildings.{suffix}", {"city": "torino"})
    assert (head.status_code, head["ETag"], head["Content-Type"]) == (200, first["ETag"], FORMATS[suffix].media_type)
    again = client.get(f"/layers/buildings.{suffix}", {"city": "torino"}, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.getvalue()) == (304, b"")
    Building.objects.filter(pk=town.buildings[0].pk).update(name="Altro nome")
    assert client.head(f"/layers/buildings.{suffix}", {"city": "torino"})["ETag"] != first["ETag"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_any_filter_of_the_map_can_be_exported(client, town, fetch, suffix):  # noqa: F811
    filters = {"q": "scuola", "use_status": "reused", "bbox": "7.6,45,7.7,45.06", "limit": "2"}
    for name, said in [*filters.items(), ("q", "nothing like it")]:
        whole = json.loads(client.get("/layers/buildings.geojson", {name: said}).getvalue())
        found = read(fetch("buildings", suffix, **{name: said}), names(LAYERS["buildings"]))
        assert sorted(found) == sorted(one["id"] for one in whole["features"]), (name, said)


@pytest.mark.parametrize("suffix", FILES)
def test_a_layer_without_records_is_a_file_without_records(client, db, tmp_path, suffix):
    make.CityFactory(slug="torino")
    body = client.get(f"/layers/pacts.{suffix}").getvalue()
    path = tmp_path / f"pacts.{suffix}"
    path.write_bytes(body)
    if suffix == "parquet":
        assert parquet.read_table(path).num_rows == 0
    elif suffix == "xlsx":
        assert openpyxl.load_workbook(path).worksheets[0].max_row == 1
    elif suffix == "zip":
        assert {"pacts.shp", "pacts.dbf", "README.txt"} <= set(zipfile.ZipFile(path).namelist())
    else:
        assert pyogrio.read_info(path, layer="pacts", force_feature_count=True)["features"] == 0


@pytest.mark.parametrize("suffix", FILES)
def test_nothing_is_left_behind(client, rich, room, suffix):  # noqa: F811
    response = client.get(f"/layers/buildings.{suffix}")
    assert response.status_code == 200
    assert list(room.iterdir()) == []
    response.close()


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("database or disk is full")]
)
def test_a_full_disk_is_said_and_leaves_nothing(client, town, room, suffix, error, monkeypatch):
    def full(*args: object, **more: object) -> None:
        raise error

    monkeypatch.setattr(arrow, "typed", full)
    problem(client.get(f"/layers/buildings.{suffix}"), 503, "unavailable")
    assert list(room.iterdir()) == []


def test_a_disk_with_too_little_room_is_not_written_to(client, town, settings):
    settings.EXPORT_FREE_BYTES = 2**62
    problem(client.get("/layers/buildings.gpkg"), 503, "unavailable")


def test_more_records_than_a_format_holds_is_said(client, town, monkeypatch):
    monkeypatch.setitem(FORMATS, "xlsx", replace(FORMATS["xlsx"], most=3))
    problem(client.get("/layers/buildings.xlsx"), 413, "too-large")


def test_short_names_are_short_and_never_the_same():
    for layer in LAYERS.values():
        found = shortened(["id", *(attribute.name for attribute in layer.attributes), "url"])
        assert len({short.casefold() for short in found.values()}) == len(found)
        assert all(len(short) <= LONGEST for short in found.values())
    assert shortened(["abcdefghijk", "abcdefghijl", "abcdefghij"]) == {
        "abcdefghijk": "abcdefgh_2", "abcdefghijl": "abcdefgh_3", "abcdefghij": "abcdefghij",
    }  # fmt: skip


@searching(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.lists(st.text("aAbB_1", min_size=1, max_size=14), unique_by=str.casefold, max_size=40))
def test_short_names_never_clash(long):
    found = shortened(long)
    assert len({short.casefold() for short in found.values()}) == len(long)
    assert all(len(short) <= LONGEST for short in found.values())


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_a_cell_is_made_inert_just_as_postgresql_does(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT mc_csv(%s)", [text])
        assert cursor.fetchone()[0] == '"' + neutral(text).replace('"', '""') + '"'


def test_a_geopackage_carries_its_look_and_its_metadata(rich, fetch):  # noqa: F811
    path = fetch("buildings", "gpkg")
    looks = styles(path)
    assert [table for table, *_ in looks] == ["buildings"] * len(looks)
    assert [default for *_, default in looks] == [1, *[0] * (len(looks) - 1)]
    for _table, qml, sld, _default in looks:
        drawn = ElementTree.fromstring(qml)
        values = [one.get("value") for one in drawn.iter("category")]
        assert values == list(LAYERS["buildings"].legend.marks)
        assert len(list(drawn.iter("symbol"))) == len(values)
        assert ElementTree.fromstring(sld).tag.endswith("StyledLayerDescriptor")
    with closing(sqlite3.connect(path)) as database:
        texts = dict(database.execute("SELECT mime_type, metadata FROM gpkg_metadata").fetchall())
        assert database.execute("SELECT count(*) FROM gpkg_metadata_reference").fetchone() == (2,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
        described = database.execute("SELECT identifier, description FROM gpkg_contents").fetchone()
    assert "CC-BY-4.0" in ElementTree.fromstring(texts["text/xml"]).findtext("license")
    assert json.loads(texts["application/json"])["dct:license"].startswith("https://creativecommons.org/")
    assert described[0] and described[1]


@pytest.mark.parametrize("slug", LAYERS)
def test_every_layer_has_a_look_for_every_family(slug):
    for family in ("points", "lines", "areas"):
        assert ElementTree.fromstring(qgis.qml(LAYERS[slug], family)).find("renderer-v2") is not None
        assert ElementTree.fromstring(qgis.sld(LAYERS[slug], family)) is not None
    for fill in ("hollow", "half", "full", "dashed"):
        drawn = look.mark(LAYERS[slug].legend.kind, fill)
        assert "var(" not in drawn and ElementTree.fromstring(drawn) is not None


def test_every_file_names_licence_and_attribution_of_its_records(client, town, fetch, tmp_path):  # noqa: F811
    Building.objects.filter(pk=town.buildings[0].pk).update(licence="ODbL-1.0", attribution="© Ognuno & <Altri>")
    said = "© Ognuno & <Altri>"
    book = openpyxl.load_workbook(fetch("buildings", "xlsx"))
    assert book.sheetnames == ["buildings", "metadata"]
    assert any(said in str(cell.value) for row in book["metadata"].iter_rows() for cell in row)
    with zipfile.ZipFile(fetch("buildings", "zip")) as archive:
        readme = archive.read("README.txt").decode()
    assert said in readme and "neighbourh  neighbourhood" in readme
    assert said in parquet.read_schema(fetch("buildings", "parquet")).metadata[b"attribution"].decode()
    assert said in pyogrio.read_info(fetch("buildings", "fgb"))["layer_metadata"]["attribution"]
    kml = ElementTree.fromstring(fetch("buildings", "kml").read_bytes())
    space = {"k": "http://www.opengis.net/kml/2.2"}
    assert "CC-BY-4.0" in kml.findtext("k:Document/k:description", namespaces=space)
    placemarks = kml.findall("k:Document/k:Placemark", space)
    whose = {one.get("id"): [d.text for d in one.iter(f"{{{space['k']}}}SimpleData") if d.get("name") == "attribution"]
             for one in placemarks}  # fmt: skip
    assert whose[town.buildings[0].uid] == [said]


def test_geoparquet_says_its_coordinates_as_the_standard_wants(rich, fetch):  # noqa: F811
    geo = json.loads(parquet.read_schema(fetch("buildings", "parquet")).metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert (geo["version"], column["encoding"]) == ("1.1.0", "WKB")
    assert "crs" not in column and len(column["bbox"]) == 4
    assert set(column["geometry_types"]) == {"Point", "Polygon", "LineString", "MultiPoint"}
    there = json.loads(parquet.read_schema(fetch("buildings", "parquet", crs="EPSG:3003")).metadata[b"geo"])
    assert there["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 3003}


def test_a_long_place_goes_on_in_the_next_columns_of_a_spreadsheet(town, fetch):  # noqa: F811
    long = LineString([(7.6 + n / 100_000, 45.05 + (n % 7) / 10_000) for n in range(4000)], srid=4326)
    one = make.BuildingFactory(name="Lunga", place=long)
    path = fetch("buildings", "xlsx")
    header = next(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert header[-3:] == ("WKT", "WKT_2", "WKT_3")
    place = read(path, [])[one.uid][1]
    assert len(place.coords) == 4000


def test_the_parts_of_the_making_are_there():
    """What is loaded only when a file is asked for."""
    assert all(module.write for module in (geopackage, flatgeobuf, geoparquet, shapefile, workbook))
    assert ogr.geometry_type(["POINT", ""]) == "Point" and ogr.geometry_type(["POINT", "POLYGON"]) == "Unknown"
