"""Zip archives, Shapefiles and GeoPackages: what may be unpacked, and what GDAL would not have said."""

import sqlite3
import struct
import zipfile

import pytest
import shapely

from mapping.importing import child
from tests.mapping.importing import files
from tests.mapping.importing.refusals import refusal


def archive(path, *members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("name", ["../../dati.shp", "/etc/dati.shp", "a\\..\\dati.shp", "C:/dati.shp"])
def test_an_archive_that_reaches_outside_itself_is_refused(tmp_path, name):
    assert refusal(archive(tmp_path / "a.zip", (name, b"x"))) == "zip-unsafe-name"


def test_an_archive_with_a_link_is_refused(tmp_path):
    info = zipfile.ZipInfo("dati.csv")
    info.external_attr = 0o120777 << 16
    assert refusal(archive(tmp_path / "a.zip", (info, b"/etc/passwd"))) == "zip-unsafe-name"


def test_an_archive_that_unpacks_to_far_more_is_refused(tmp_path):
    assert refusal(archive(tmp_path / "a.zip", ("dati.csv", bytes(30_000_000)))) == "zip-too-big"


def test_an_archive_that_lies_about_the_size_of_its_content_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", ("dati.csv", b"nome\n" + bytes(100_000)))
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 100)
    path.write_bytes(data)
    assert refusal(path) in {"zip-broken", "zip-too-big"}


def test_an_encrypted_archive_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", ("dati.csv", b"nome\nUno\n"))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path) == "zip-encrypted"


def test_an_archive_whose_checksum_is_wrong_is_refused(tmp_path):
    path = files.shapefile(tmp_path / "a.zip", [(b"Uno", (7.68, 45.07))])
    data = bytearray(path.read_bytes())
    data[data.index(b"Uno")] ^= 1
    path.write_bytes(data)
    assert refusal(path) == "zip-broken"


def test_an_archive_with_two_files_of_one_name_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive(tmp_path / "a.zip", ("dati.csv", b"nome\n"), ("dati.csv", b"name\n"))
    assert refusal(path) == "zip-doubled-name"


def test_an_archive_without_anything_to_read_is_refused(tmp_path):
    assert refusal(archive(tmp_path / "a.zip", ("leggimi.txt", b"ciao"))) == "zip-nothing-readable"
    assert refusal(archive(tmp_path / "b.zip", ("[Content_Types].xml", b"<a/>"))) == "format-unsupported"
    inner = archive(tmp_path / "inner.zip", ("dati.csv", b"nome\n")).read_bytes()
    assert refusal(archive(tmp_path / "c.zip", ("dati.csv", inner))) == "zip-nothing-readable"


def test_one_readable_file_in_an_archive_is_read(tmp_path):
    path = archive(
        tmp_path / "a.zip", ("cartella/dati.csv", b"nome,lat,lon\nUno,45,7\n"), ("__MACOSX/._dati.csv", b"x")
    )
    reading = child.read(path)
    assert (reading.driver, reading.layers, len(reading.records)) == ("CSV", ["cartella/dati"], 1)


def test_several_layers_ask_which(tmp_path):
    path = archive(tmp_path / "a.zip", ("uno.csv", b"nome\nUno\n"), ("due.csv", b"nome\nDue\n"))
    assert refusal(path) == "layer-ambiguous"
    assert child.read(path, layer="due").records[0].properties == {"nome": "Due"}
    assert refusal(path, layer="tre") == "layer-unknown"


def geopackage(path, *statements):
    """A file with the tables of a GeoPackage and one layer, `luoghi`, of one point."""
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<BIdd", 1, 1, 7.68, 45.07)
    with sqlite3.connect(path) as database:
        database.executescript(
            "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,"
            " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,"
            " description TEXT);"
            "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\"]', '');"
            "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT,"
            " description TEXT, last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,"
            " srs_id INTEGER);"
            "INSERT INTO gpkg_contents VALUES"
            " ('luoghi', 'features', 'luoghi', '', '2026-01-01T00:00:00Z', 7, 45, 8, 46, 4326);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,"
            " srs_id INTEGER, z TINYINT, m TINYINT);"
            "INSERT INTO gpkg_geometry_columns VALUES ('luoghi', 'geom', 'POINT', 4326, 0, 0);"
            "CREATE TABLE luoghi (fid INTEGER PRIMARY KEY, geom POINT, nome TEXT);"
        )
        database.execute("INSERT INTO luoghi (geom, nome) VALUES (?, 'Uno')", [blob])
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


def test_a_geopackage_is_read(tmp_path):
    reading = child.read(geopackage(tmp_path / "a.gpkg"))
    assert (reading.driver, reading.crs, reading.layers) == ("GPKG", "EPSG:4326", ["luoghi"])
    assert reading.records[0].properties == {"nome": "Uno"}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            "geopackage-view",
        ),
        ("CREATE TRIGGER t AFTER INSERT ON luoghi BEGIN DELETE FROM luoghi; END", "geopackage-trigger"),
        ("CREATE VIRTUAL TABLE f USING fts5(a)", "geopackage-view"),
        ("DELETE FROM gpkg_contents", "geopackage-no-layer"),
    ],
)
def test_a_geopackage_that_holds_programs_is_refused(tmp_path, statement, code):
    assert refusal(geopackage(tmp_path / "a.gpkg", statement)) == code


def test_another_database_is_no_geopackage(tmp_path):
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    assert refusal(tmp_path / "a.gpkg") == "geopackage-broken"


def names(path, **options):
    return [record.properties["nome"] for record in child.read(path, **options).records]


POINT = (7.68, 45.07)


@pytest.mark.parametrize(
    ("stored", "cpg", "name", "label"),
    [
        ("Città".encode("latin-1"), None, "Città", "ISO-8859-1"),
        ("Città".encode(), None, "Città", "UTF-8"),
        ("Città".encode(), b"UTF-8", "Città", "UTF-8"),
        ("Città “Po”".encode("cp1252"), None, "Città “Po”", "cp1252"),
        ("Hněvošický".encode("cp1250"), b"ANSI 1250", "Hněvošický", "cp1250"),
        ("Città".encode("latin-1"), b"88591", "Città", "ISO-8859-1"),
        ("Città".encode("latin-1"), b"UTF-8", "Città", "ISO-8859-1"),
        ("Città".encode(), b"ISO-8859-1", "Città", "UTF-8"),
        ("Città".encode("latin-1"), b"/etc/passwd", "Città", "ISO-8859-1"),
        (b"Centro", None, "Centro", "ISO-8859-1"),
    ],
)
def test_the_encoding_of_a_table_is_found_whatever_its_label_says(tmp_path, stored, cpg, name, label):
    path = files.shapefile(tmp_path / "a.zip", [(stored, POINT)], cpg=cpg)
    reading = child.read(path)
    assert (reading.records[0].properties["nome"], reading.encoding) == (name, label)


@pytest.mark.parametrize("cpg", [b"UTF-8", b"nonsense"])
def test_a_label_that_is_wrong_is_said(tmp_path, cpg):
    path = files.shapefile(tmp_path / "a.zip", [("Città".encode("latin-1"), POINT)], cpg=cpg)
    assert {code for code, _ in child.read(path).notices} & {"encoding-label-wrong", "encoding-label-unknown"}


def test_an_accent_cut_off_by_the_width_of_its_field_is_still_utf_8(tmp_path):
    stored = ("a" * 19 + "à").encode()[:20]
    path = files.shapefile(tmp_path / "a.zip", [(stored, POINT), ("Città".encode(), POINT)])
    assert child.read(path).encoding == "UTF-8"
    assert names(path)[1] == "Città"


@pytest.mark.parametrize("part", ["shx", "dbf", "shp"])
def test_a_shapefile_without_one_of_its_parts_is_refused(tmp_path, part):
    path = files.shapefile(tmp_path / "a.zip", [(b"Uno", POINT)], **{part: None})
    assert refusal(path) == "shapefile-incomplete"


def test_a_shapefile_cut_off_is_refused_and_not_read_as_empty_places(tmp_path):
    shp, _ = files.points_shp([POINT, POINT])
    path = files.shapefile(tmp_path / "a.zip", [(b"Uno", POINT), (b"Due", POINT)], shp=shp[:-10])
    assert refusal(path) == "shapefile-damaged"


def test_a_table_with_fewer_rows_than_shapes_is_refused(tmp_path):
    path = files.shapefile(tmp_path / "a.zip", [(b"Uno", POINT), (b"Due", POINT)], dbf=files.dbf([b"Uno"]))
    assert refusal(path) == "shapefile-damaged"


def test_a_shapefile_in_a_folder_with_endings_in_capitals_is_read(tmp_path):
    shp, shx = files.points_shp([POINT, None])
    parts = [("Dati/A.SHP", shp), ("Dati/A.SHX", shx), ("Dati/a.dbf", files.dbf([b"Uno", b"Due"]))]
    reading = child.read(archive(tmp_path / "a.zip", *parts))
    first, second = reading.records
    assert (reading.crs, shapely.from_wkb(first.wkb), second.wkb) == (None, shapely.Point(*POINT), None)


@pytest.mark.parametrize("prj", [b"", b"nonsense", b"http://127.0.0.1/", b'LOCAL_CS["mio",UNIT["m",1]]'])
def test_a_coordinate_system_that_cannot_be_identified_is_not_guessed(tmp_path, prj):
    path = files.shapefile(tmp_path / "a.zip", [(b"Uno", POINT)], prj=prj)
    assert child.read(path).crs is None
