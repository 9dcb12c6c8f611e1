"""Excel, LibreOffice, FlatGeobuf, GeoParquet and text sequences: what is read, and what is made to do harm."""

import datetime
import json
import zipfile

import numpy
import pyarrow
import pyogrio
import pytest
import shapely
import xlsxwriter
from pyarrow import parquet

from mapping.importing import child, places
from mapping.importing.readers import ACCEPTED, READERS
from tests.mapping.importing import files
from tests.mapping.importing.refusals import refusal

PLACE = shapely.to_wkb(shapely.Point(7.68, 45.07))


def excel(path, *rows, name="Foglio1", more=()):
    """A workbook whose sheet holds these rows; `more` are further sheets, (name, rows)."""
    with xlsxwriter.Workbook(path) as book:
        for title, lines in ((name, rows), *more):
            sheet = book.add_worksheet(title)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for number, row in enumerate(lines):
                for column, value in enumerate(row):
                    if isinstance(value, datetime.date):
                        sheet.write_datetime(number, column, value, day)
                    else:
                        sheet.write(number, column, value)
    return path


def geoparquet(path, geo, **columns):
    table = pyarrow.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": geo if isinstance(geo, str | bytes) else json.dumps(geo)})
    parquet.write_table(table, path)
    return path


def about(**column):
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"} | column}}


def flat(path, crs="EPSG:4326"):
    pyogrio.raw.write(
        str(path), geometry=numpy.array([PLACE], dtype=object), field_data=[numpy.array(["Uno"], dtype=object)],
        fields=["nome"], geometry_type="Point", crs=crs, driver="FlatGeobuf",
    )  # fmt: skip
    return path


def values(reading):
    return [record.properties for record in reading.records]


def test_a_sheet_is_read_as_a_table_with_numbers_days_and_places(tmp_path):
    day = datetime.datetime(2026, 3, 1)
    rows = [["cod", "nome", "dal", "mq", "attivo", "lat", "lon"], ["01", "Uno", day, 12.5, True, 45.07, 7.68], []]
    reading = child.read(excel(tmp_path / "a.xlsx", *rows))
    assert (reading.driver, reading.crs, reading.layers) == ("Spreadsheet", "CRS84", ["Foglio1"])
    assert values(reading) == [{"cod": "01", "nome": "Uno", "dal": "2026-03-01", "mq": "12.5", "attivo": "true"}]
    assert shapely.from_wkb(reading.records[0].wkb).equals(shapely.Point(7.68, 45.07))


def test_several_sheets_are_asked_about_and_empty_ones_are_not(tmp_path):
    more = [("Vuoto", []), ("Altri", [["nome"], ["Due"]])]
    path = excel(tmp_path / "a.xlsx", ["nome"], ["Uno"], more=more)
    assert refusal(path) == "layer-ambiguous"
    assert values(child.read(path, layer="Altri")) == [{"nome": "Due"}]
    assert refusal(path, layer="Vuoto") == "layer-unknown"


def test_a_formula_is_its_result_and_never_runs(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["nome", "conto"])
        sheet.write(1, 0, "Uno")
        sheet.write_formula(1, 1, '=WEBSERVICE("http://127.0.0.1:9/x")', None, 42)
    assert values(child.read(path)) == [{"nome": "Uno", "conto": "42"}]


def test_a_neutralised_cell_is_restored(tmp_path):
    reading = child.read(excel(tmp_path / "a.xlsx", ["nome", "nota"], ["'=1+1", "'\u200b=2"]))
    assert values(reading) == [{"nome": "=1+1", "nota": "\u200b=2"}]
    path = tmp_path / "a.csv"
    path.write_text("nome,nota\n'=1+1,'l'anno\n")
    assert values(child.read(path)) == [{"nome": "=1+1", "nota": "'l'anno"}]


def rewritten(path, change, tmp_path):
    """The same workbook with its parts passed through `change(name, content)`."""
    made = tmp_path / "changed.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for info in source.infolist():
            out.writestr(info.filename, change(info.filename, source.read(info)))
    return made


def test_a_workbook_with_entities_of_its_own_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    path = excel(tmp_path / "a.xlsx", ["nome"], ["Uno"])
    made = rewritten(path, lambda name, text: bomb + text if "sheet1" in name else text, tmp_path)
    assert refusal(made) == "xml-definitions"


def test_a_workbook_that_is_damaged_is_refused(tmp_path):
    path = excel(tmp_path / "a.xlsx", ["nome"], ["Uno"])
    for change in (
        lambda name, text: text[: len(text) // 2] if "sheet1" in name else text,
        lambda name, text: b"nonsense" if name == "xl/workbook.xml" else text,
        lambda name, text: b"" if "sharedStrings" in name else text,
    ):
        code = refusal(rewritten(path, change, tmp_path))
        assert code in {"file-unreadable", "empty-file", "reader-failed"}
    raw = path.read_bytes()
    path.write_bytes(raw[:200] + b"\x00" * 50 + raw[250:])
    assert refusal(path) in {"zip-broken", "file-unreadable"}


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    path = excel(tmp_path / "a.xlsx", ["nome"], ["Uno"])
    made = rewritten(path, lambda name, text: text + b" " * 60_000_000 if "sheet1" in name else text, tmp_path)
    assert refusal(made) == "zip-too-big"


def test_a_sheet_with_one_cell_far_away_costs_nothing(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "nome")
        sheet.write(1_048_575, 16_383, "lontano")
    assert refusal(path) in {"too-large-to-read", "too-many-columns", "reader-failed"}


def test_an_excel_file_of_the_old_kind_and_other_office_files_say_what_to_do(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path) == "spreadsheet-old"
    docx = tmp_path / "a.docx"
    with zipfile.ZipFile(docx, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(docx) == "format-unsupported"


def test_an_open_document_is_known_by_its_kind(tmp_path):
    path = tmp_path / "a.ods"
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Foglio">%s</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}</table:table-row>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content % (row % "nome" + row % "Uno"))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    assert values(child.read(path)) == [{"nome": "Uno"}]


def test_flatgeobuf_is_read_by_its_own_driver_whatever_it_is_called(tmp_path):
    for name in ("a.fgb", "a.geojson", "a.zip"):
        reading = child.read(flat(tmp_path / "a.fgb"), name=name)
        assert (reading.driver, reading.crs, values(reading)) == ("FlatGeobuf", "EPSG:4326", [{"nome": "Uno"}])
    assert child.read(flat(tmp_path / "b.fgb", crs="EPSG:3003")).crs == "EPSG:3003"


@pytest.mark.parametrize("keep", [8, 12, 60, 150, 400])
def test_flatgeobuf_that_breaks_off_or_lies_is_refused(tmp_path, keep):
    path = flat(tmp_path / "a.fgb")
    raw = path.read_bytes()
    path.write_bytes(raw[:keep])
    assert refusal(path) in {"file-unreadable", "no-rows", "reader-failed", "too-large-to-read", "reader-out-of-time"}
    path.write_bytes(raw[:8] + b"\xff\xff\xff\x7f" + raw[12:])
    assert refusal(path) in {"file-unreadable", "no-rows", "reader-failed", "too-large-to-read"}


def test_geoparquet_is_read_with_its_coordinate_system_and_types(tmp_path):
    crs = {"id": {"authority": "EPSG", "code": 32632}}
    path = geoparquet(
        tmp_path / "a.parquet", about(crs=crs), nome=["Uno", None], n=[1, None], dal=[datetime.date(2026, 3, 1), None],
        tag=[["a", "b"], None], geometry=[PLACE, None],
    )  # fmt: skip
    reading = child.read(path)
    assert (reading.driver, reading.crs) == ("Parquet", "EPSG:32632")
    assert values(reading)[0] == {"nome": "Uno", "n": 1, "dal": "2026-03-01", "tag": '["a", "b"]'}
    assert [record.wkb is None for record in reading.records] == [False, True]
    assert child.read(geoparquet(tmp_path / "b.parquet", about(), geometry=[PLACE])).crs == "CRS84"
    assert child.read(geoparquet(tmp_path / "c.parquet", about(crs=None), geometry=[PLACE])).crs is None


@pytest.mark.parametrize(
    ("geo", "code"),
    [
        (b"not json", "parquet-geo"),
        ("[]", "parquet-geo"),
        ("[" * 100_000, "parquet-geo"),
        ({"columns": {"geometry": {"encoding": "WKB"}}, "primary_column": "elsewhere"}, "parquet-geo"),
        (about(encoding="point"), "parquet-encoding"),
    ],
)
def test_geoparquet_that_says_nonsense_of_itself_is_refused(tmp_path, geo, code):
    assert refusal(geoparquet(tmp_path / "a.parquet", geo, geometry=[PLACE])) == code


def test_geoparquet_with_places_that_are_none_is_said_row_by_row(tmp_path):
    path = geoparquet(tmp_path / "a.parquet", about(), nome=["a", "b"], geometry=[PLACE, b"\x01\x02nonsense"])
    loaded = places.load(child.read(path).records, None)
    assert isinstance(loaded[1], shapely.Point)
    assert loaded[2].code == "geometry-broken"
    texts = child.read(geoparquet(tmp_path / "c.parquet", about(), geometry=["POINT (1 1)"]))
    assert texts.records[0].rejected == ("geometry-broken", {})
    plain = child.read(geoparquet(tmp_path / "b.parquet", None, nome=["a"], geometry=["POINT (1 1)"]))
    assert plain.crs is None


@pytest.mark.parametrize("keep", [4, 12, 100, 0.9])
def test_parquet_that_breaks_off_is_refused(tmp_path, keep):
    path = geoparquet(tmp_path / "a.parquet", about(), nome=["a"] * 1000, geometry=[PLACE] * 1000)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * keep) if keep < 1 else keep])
    assert refusal(path) in {"file-unreadable", "reader-failed"}


def test_parquet_that_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    writer = parquet.ParquetWriter(path, pyarrow.schema([("nome", pyarrow.large_string())]), use_dictionary=False,
                                   compression="zstd")  # fmt: skip
    for _ in range(10):
        writer.write_table(pyarrow.table({"nome": pyarrow.array(["x" * 100_000_000], pyarrow.large_string())}))
    writer.close()
    assert path.stat().st_size < 1_000_000
    assert refusal(path) == "too-large-to-read"


def test_a_text_sequence_is_read_with_or_without_its_marks(tmp_path):
    lines = [json.dumps(files.feature(id=str(n), nome=f"N{n}")) for n in range(3)]
    for name, text in (("a.geojsonl", "".join(f"\x1e{line}\n" for line in lines)), ("b.json", "\n".join(lines))):
        path = tmp_path / name
        path.write_text(text)
        reading = child.read(path)
        assert (reading.driver, len(reading.records), reading.records[2].id) == ("GeoJSONSeq", 3, "2")
    broken = tmp_path / "c.geojsonl"
    broken.write_text("".join(f"\x1e{line}\n" for line in lines)[:-20])
    assert refusal(broken) == "json-invalid"


def test_every_format_of_the_table_is_one_that_the_reader_knows():
    kinds = {"geojson", "csv", "spreadsheet", "shapefile", "gpkg", "kml", "gml", "fgb", "parquet"}
    assert set(READERS) == kinds
    assert all(reader.kind == kind and reader.suffixes for kind, reader in READERS.items())
    assert ".parquet" in ACCEPTED
    guide = (child.ROOT / "docs" / "importing.md").read_text()
    assert all(reader.title.split(",")[0] in guide for reader in READERS.values())
