"""CSV as it is found: delimiters, encodings, decimal commas, and the many ways to write where something is."""

import pytest
import shapely

from mapping.importing.reader import tabular
from mapping.importing.reader.records import Refusal


def rows(text, encoding="utf-8"):
    return list(tabular.read(text.encode(encoding)).rows)


def places(text):
    return [shapely.from_wkb(row.wkb).wkt if row.wkb else None for row in rows(text)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter):
    text = "nome,lat,lon\nUno,45.1,7.6\nDue,45.2,7.7\n".replace(",", delimiter)
    assert places(text) == ["POINT (7.6 45.1)", "POINT (7.7 45.2)"]


def test_decimal_commas_between_semicolons_are_not_delimiters():
    assert places("nome;lat;lon\nUno, due;45,1;7,6\nTre;45,2;7,7\n") == ["POINT (7.6 45.1)", "POINT (7.7 45.2)"]


@pytest.mark.parametrize(
    ("encoding", "label"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("latin-1", "ISO-8859-1"), ("cp1252", "cp1252")]
)
def test_the_encoding_is_found_out_and_named(encoding, label):
    text = "nome,via\nCittà,“Po”\n" if encoding == "cp1252" else "nome,via\nCittà,è\n"
    source = tabular.read(text.encode(encoding))
    assert source.encoding == label
    assert next(iter(source.rows)).properties["nome"] == "Città"


@pytest.mark.parametrize(
    ("header", "crs_from"),
    [
        ("Lat.,Long.", "columns"),
        ("LATITUDINE,LONGITUDINE", "columns"),
        ("latitude,lng", "columns"),
        ("Y_WGS84,X_WGS84", "columns"),
        ("coord_y,coord_x", None),
        ("Y,X", None),
    ],
)
def test_coordinates_are_found_by_the_names_of_their_columns(header, crs_from):
    source = tabular.read(f"nome,{header}\nUno,45.1,7.6\n".encode())
    (row,) = source.rows
    assert shapely.from_wkb(row.wkb) == shapely.Point(7.6, 45.1)
    assert (source.crs_from, source.crs) == (crs_from, "CRS84" if crs_from else None)
    assert row.properties == {"nome": "Uno"}


@pytest.mark.parametrize("pair", ['"(45.1, 7.6)"', '"45.1, 7.6"', "45.1 7.6"])
def test_one_column_may_hold_latitude_and_longitude(pair):
    source = tabular.read(f"nome,location\nUno,{pair}\n".encode())
    assert [shapely.from_wkb(row.wkb) for row in source.rows] == [shapely.Point(7.6, 45.1)]
    assert source.place_columns == ["location"]


def test_a_column_called_coordinates_that_holds_none_is_an_ordinary_column():
    (row,) = rows("nome,coordinate\nUno,none\n")
    assert (row.wkb, row.properties) == (None, {"nome": "Uno", "coordinate": "none"})


def test_latitude_and_longitude_win_over_a_text_with_both():
    source = tabular.read(b'Lat.,Long.,Coordinate\n45.1,7.6,"38.1, 13.3"\n')
    assert source.place_columns == ["Long.", "Lat."]


def test_wkt_is_found_by_name_and_content():
    source = tabular.read(b'nome;WKT\nUno;"POLYGON ((7 45, 8 45, 8 46, 7 45))"\n')
    (row,) = source.rows
    assert shapely.from_wkb(row.wkb).geom_type == "Polygon"
    assert source.crs is None


def test_wkt_may_say_its_own_coordinate_system():
    assert tabular.read(b'nome;geom\nUno;"SRID=3003;POINT (1394020 4989395)"\n').crs == "EPSG:3003"


def test_an_open_ring_in_wkt_is_closed_and_said():
    (row,) = rows('nome;WKT\nUno;"POLYGON ((7 45, 8 45, 8 46, 7 46))"\n')
    assert [code for code, _ in row.notes] == ["ring-closed"]
    assert shapely.from_wkb(row.wkb).area == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Uno,quarantacinque,7.6", "coordinate-not-a-number"),
        ("Uno,45.1,", "coordinate-missing"),
        ("Uno,45.1,7.6,in più", "csv-too-many-values"),
    ],
)
def test_a_row_that_cannot_be_placed_is_rejected_and_the_next_is_read(line, code):
    wrong, right = rows(f"nome,lat,lon\n{line}\nDue,45.2,7.7\n")
    assert wrong.rejected[0] == code
    assert right.rejected is None


def test_a_geometry_that_is_no_wkt_rejects_its_row():
    _, wrong = rows("nome;WKT\nUno;POINT (7 45)\nDue;POINT (7\n")
    assert wrong.rejected[0] == "wkt-invalid"


def test_collections_nested_without_end_reject_their_row():
    nested = "GEOMETRYCOLLECTION (" * 50_000 + "POINT (7 45)" + ")" * 50_000
    _, wrong = rows(f"nome;WKT\nUno;POINT (7 45)\nDue;{nested}\n")
    assert wrong.rejected[0] == "wkt-invalid"


def test_a_short_row_is_filled_and_said():
    _, short = rows("nome,via,note\nUno,a,b\nDue,c\n")
    assert short.properties == {"nome": "Due", "via": "c", "note": None}
    assert short.notes == [("csv-too-few-values", {"count": 2, "expected": 3})]


def test_columns_without_a_name_or_with_the_same_are_renamed_and_said():
    source = tabular.read(b"nome,,nome,googlemaps \na,b,c,d\n")
    assert source.fields == ["nome", "column_2", "nome_2", "googlemaps"]
    assert [params["renamed"] for code, params in source.notices if code == "column-renamed"] == ["column_2", "nome_2"]


def test_empty_columns_at_the_end_of_every_line_are_no_columns():
    assert tabular.read(b"nome;via;;\na;b;;\nc;d;;\n").fields == ["nome", "via"]


def test_quotes_line_breaks_and_empty_lines_are_read():
    first, second = rows('nome,note\n"Casa, ""Rossa""","due\nrighe"\n\n,\nUltima,x\n')
    assert first.properties == {"nome": 'Casa, "Rossa"', "note": "due\nrighe"}
    assert second.properties["nome"] == "Ultima"


def test_the_apostrophe_of_our_own_export_is_taken_away():
    (row,) = rows("nome,note\n'=SUM(A1),'anni 60\n")
    assert row.properties == {"nome": "=SUM(A1)", "note": "'anni 60"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("1,2,3\n4,5,6\n", "csv-no-header"), (",".join(f"c{n}" for n in range(2000)) + "\n", "too-many-columns")],
)
def test_what_is_no_table_is_refused(text, code):
    with pytest.raises(Refusal) as caught:
        tabular.read(text.encode())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "value"), [("45,07", 45.07), ("1.394.020,66", 1394020.66), (" 7 ", 7.0), ("-0.5", -0.5), ("4e1", 40.0)]
)
def test_numbers_as_people_write_them(text, value):
    assert tabular.number(text) == value
