"""GeoJSON to the letter: what is right is read, what is not is said; nothing turns silently into nothing."""

import json

import pytest
import shapely

from mapping.importing.reader import geojson
from mapping.importing.reader.records import Refusal

POINT = {"type": "Point", "coordinates": [7.68, 45.07]}


def collection(*geometries, **members):
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": g} for n, g in enumerate(geometries)]
    return json.dumps({"type": "FeatureCollection", "features": features} | members).encode()


def only(content):
    (row,) = geojson.read(content if isinstance(content, bytes) else content.encode()).rows
    return row


def refused(content):
    with pytest.raises(Refusal) as caught:
        list(geojson.read(content if isinstance(content, bytes) else content.encode()).rows)
    return caught.value.code


def test_a_collection_gives_its_rows_in_order_with_ids_and_properties():
    source = geojson.read(
        b'{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":{"nome":"Citt\xc3\xa0"},'
        b'"geometry":{"type":"Point","coordinates":[7.5,45.5,300]}},{"type":"Feature","properties":null,"geometry":null}]}'
    )
    first, second = source.rows
    assert (source.driver, source.crs, source.crs_from, source.fields) == ("GeoJSON", "CRS84", "file", ["nome"])
    assert (first.number, first.id, first.properties) == (1, "7", {"nome": "Città"})
    assert shapely.from_wkb(first.wkb).z == 300
    assert (second.number, second.id, second.properties, second.wkb) == (2, None, {}, None)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(POINT),
        json.dumps({"type": "Feature", "properties": {}, "geometry": POINT}),
        "\ufeff" + json.dumps(POINT),
    ],
)
def test_a_bare_geometry_a_feature_and_a_byte_order_mark_are_read(content):
    assert shapely.from_wkb(only(content).wkb) == shapely.Point(7.68, 45.07)


@pytest.mark.parametrize("separator", ["\n", "\n\x1e"])
def test_a_sequence_of_features_is_read(separator):
    feature = json.dumps({"type": "Feature", "properties": {}, "geometry": POINT})
    content = ("\x1e" if "\x1e" in separator else "") + separator.join([feature, feature]) + "\n"
    source = geojson.read(content.encode())
    assert (source.driver, len(list(source.rows))) == ("GeoJSONSeq", 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"type": "FeatureCollection", "features": [', "json-invalid"),
        ('{"type": "Point", "coordinates": [NaN, 45]}', "json-constant"),
        ('{"type": "Point", "coordinates": [-Infinity, 45]}', "json-constant"),
        ('{"type": "Point", "coordinates": [%s, 45]}' % ("9" * 5000), "json-number-too-long"),
        ('{"a": ' + "[" * 100_000, "json-too-deep"),
        ('{"type": "Point", "coordinates": ' + "[" * 100_000 + "]" * 100_000 + "}", "json-too-deep"),
        ('{"type": "FeatureCollection", "type": "Feature", "features": []}', "json-doubled-name"),
        ('{"type": "FeatureCollection", "features": {}}', "geojson-shape"),
        ('{"type": "Topology"}', "geojson-shape"),
        ("[1, 2]", "geojson-shape"),
        ('"text"', "geojson-shape"),
        (b'{"nome": "Citt\xe0"}', "not-utf-8"),
        ('{"type":"Point","coordinates":[7,45],"crs":{"type":"link","properties":{"href":"http://a/"}}}', "crs-member"),
        (
            '{"type":"Point","coordinates":[7,45],"crs":{"type":"name","properties":{"name":"/etc/passwd"}}}',
            "crs-member",
        ),
        ('{"type":"Point","coordinates":[7,45],"crs":"EPSG:3003"}', "crs-member"),
    ],
)
def test_what_is_not_geojson_is_refused_with_its_reason(content, code):
    assert refused(content) == code


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "CRS84"),
        ("EPSG:4326", "CRS84"),
        ("urn:ogc:def:crs:EPSG::3003", "EPSG:3003"),
        ("EPSG:32632", "EPSG:32632"),
    ],
)
def test_the_old_crs_member_is_understood_when_it_names_a_code(name, crs):
    source = geojson.read(collection(POINT, crs={"type": "name", "properties": {"name": name}}))
    assert source.crs == crs


def test_a_crs_member_that_is_null_means_unknown():
    assert geojson.read(collection(POINT, crs=None)).crs is None


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ({"type": "Point", "coordinates": ["7.68", "45.07"]}, "coordinate-not-a-number"),
        ({"type": "Point", "coordinates": [True, 45.07]}, "coordinate-not-a-number"),
        ({"type": "Point", "coordinates": [None, 45.07]}, "coordinate-not-a-number"),
        ({"type": "Point", "coordinates": [7.68]}, "wrong-nesting"),
        ({"type": "Point", "coordinates": [[7.68, 45.07]]}, "wrong-nesting"),
        ({"type": "Point", "coordinates": "7.68,45.07"}, "wrong-nesting"),
        ({"type": "Point"}, "wrong-nesting"),
        ({"type": "Point", "coordinates": [10**400, 45]}, "coordinate-not-finite"),
        ({"type": "LineString", "coordinates": [[7, 45]]}, "too-few-positions"),
        ({"type": "LineString", "coordinates": [7, 45]}, "wrong-nesting"),
        ({"type": "Polygon", "coordinates": [[[7, 45], [8, 45]]]}, "too-few-positions"),
        ({"type": "Polygon", "coordinates": [[[7, 45], [8, 45], [7, 45]]]}, "ring-too-short"),
        ({"type": "Polygon", "coordinates": [[[[7, 45], [8, 45], [8, 46], [7, 45]]]]}, "wrong-nesting"),
        ({"type": "MultiPolygon", "coordinates": [[[7, 45], [8, 45], [8, 46], [7, 45]]]}, "wrong-nesting"),
        ({"type": "polygon", "coordinates": []}, "geometry-type-unknown"),
        ({"type": "Circle", "coordinates": [7, 45]}, "geometry-type-unknown"),
        ({"type": "GeometryCollection", "geometries": "none"}, "wrong-nesting"),
        ([7, 45], "geometry-type-unknown"),
    ],
)
def test_a_geometry_that_is_wrong_rejects_its_row_only(geometry, code):
    wrong, right = geojson.read(collection(geometry, POINT)).rows
    assert wrong.rejected[0] == code
    assert wrong.wkb is None
    assert (right.rejected, right.properties) == (None, {"n": 1})


def test_an_overflowing_number_rejects_its_row():
    assert only('{"type":"Point","coordinates":[1e400,45]}').rejected[0] == "coordinate-not-finite"


@pytest.mark.parametrize("feature", [17, {"type": "Point"}, {"type": "Feature", "properties": 3, "geometry": None}])
def test_what_is_no_feature_is_a_rejected_row(feature):
    row = only(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert row.rejected[0] in {"not-a-feature", "properties-shape"}


def test_a_name_that_stands_twice_rejects_its_row():
    row = only('{"type":"Feature","properties":{"stato":"a","stato":"b"},"geometry":null}')
    assert row.rejected[0] == "json-doubled-name"


def test_an_open_ring_is_closed_and_said():
    row = only(collection({"type": "Polygon", "coordinates": [[[7, 45], [8, 45], [8, 46], [7, 46]]]}))
    assert [code for code, _ in row.notes] == ["ring-closed"]
    assert shapely.from_wkb(row.wkb).area == 1


def test_positions_of_different_lengths_keep_what_they_share_and_say_so():
    row = only(collection({"type": "LineString", "coordinates": [[7, 45], [8, 46, 300]]}))
    assert [code for code, _ in row.notes] == ["dimensions-dropped"]
    assert shapely.from_wkb(row.wkb) == shapely.LineString([(7, 45), (8, 46)])


def test_an_empty_geometry_is_no_place_and_said():
    row = only(collection({"type": "MultiPolygon", "coordinates": []}))
    assert (row.wkb, [code for code, _ in row.notes]) == (None, ["geometry-empty"])


def test_collections_are_read_but_not_without_end():
    nested = {"type": "GeometryCollection", "geometries": [POINT]}
    assert shapely.from_wkb(only(collection(nested)).wkb) == shapely.GeometryCollection([shapely.Point(7.68, 45.07)])
    for _ in range(6):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    assert only(collection(nested)).rejected[0] == "wrong-nesting"


def test_characters_that_no_database_stores_are_taken_out_and_said():
    row = only('{"type":"Feature","properties":{"a":"x\\u0000y","b":"\\ud800","c":{"d":1}},"geometry":null}')
    assert row.properties == {"a": "xy", "b": "", "c": '{"d": 1}'}
    assert [params["column"] for code, params in row.notes if code == "text-cleaned"] == ["a", "b"]


def test_a_number_that_is_not_finite_is_dropped_and_said():
    row = only('{"type":"Feature","properties":{"a":1e999},"geometry":null}')
    assert row.properties == {"a": None}
    assert row.notes == [("number-not-finite", {"column": "a"})]
