"""What a body may not be: every one is refused with a problem document, and nothing is written."""

import gzip
import json
from unittest.mock import patch

import pytest
from django.http import UnreadablePostError
from django.test.client import FakePayload

from commons.models import Proposal
from tests.answers import problem
from tests.commons.api.conftest import POINT, WHOLE, draft, feature, opened, tables

pytestmark = pytest.mark.django_db

PIN = '"geometry": {"type": "Point", "coordinates": [7.68, 45.07]}'
SQUARE = [[7.68, 45.07], [7.69, 45.07], [7.69, 45.08], [7.68, 45.08], [7.68, 45.07]]


def raw(geometry=PIN, properties='{"name": "Orto"}', more=""):
    return f'{{"type": "Feature", {geometry}, "properties": {properties}{more}}}'.encode()


def shape(kind, coordinates):
    return raw(f'"geometry": {json.dumps({"type": kind, "coordinates": coordinates})}')


def at(coordinates):
    return raw(f'"geometry": {{"type": "Point", "coordinates": {coordinates}}}')


def words(**properties):
    return json.dumps(feature(POINT, **properties)).encode()


NOT_JSON = {
    "nothing": b"",
    "a blank": b" ",
    "truncated": raw()[:-10],
    "two values": raw() + raw(),
    "a comment": b"// x\n" + raw(),
    "a trailing comma": raw(more=","),
    "single quotes": raw().replace(b'"', b"'"),
    "not UTF-8": raw().replace(b"Orto", b"Ort\xf2"),
    "overlong UTF-8": raw().replace(b"Orto", b"\xc0\xaf"),
    "a surrogate in UTF-8": raw().replace(b"Orto", b"\xed\xa0\x80"),
    "UTF-16": raw().decode().encode("utf-16"),
    "UTF-32": raw().decode().encode("utf-32"),
    "a NUL byte": raw().replace(b"Orto", b"Or\0to"),
    "a key twice": raw(properties='{"name": "A", "name": "B"}'),
    "a geometry twice": raw(f"{PIN}, {PIN}"),
    "brackets 100,000 deep": b"[" * 100_000,
    "closed brackets 100,000 deep": raw(f'"geometry": {"[" * 100_000}{"]" * 100_000}'),
    "objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "brackets in an open string": b'"' + b'\\"[' * 100_000,
    "33 levels": at("[" * 33 + "1" + "]" * 33),
    "NaN": at("[NaN, 45.07]"),
    "Infinity": at("[Infinity, 45.07]"),
    "minus Infinity": at("[7.68, -Infinity]"),
    "1e400": at("[1e400, 45.07]"),
    "-1e400": at("[7.68, -1e400]"),
    "400 digits": at(f"[{'9' * 400}, 45.07]"),
    "5,000 digits": at(f"[{'9' * 5_000}, 45.07]"),
    "a lone surrogate": raw(properties='{"name": "\\ud800"}'),
    "a lone surrogate in a key": raw(properties='{"\\udc00": "a"}'),
}

NOT_A_FEATURE = {
    "null": b"null",
    "an array": b"[]",
    "a text": b'"Feature"',
    "a number": b"1",
    "a geometry alone": b'{"type": "Point", "coordinates": [7.68, 45.07]}',
    "a collection": b'{"type": "FeatureCollection", "features": []}',
    "no type": b'{"geometry": null, "properties": {"name": "Orto"}}',
    "the type in lower case": raw().replace(b'"Feature"', b'"feature"'),
    "a type that is an object": raw().replace(b'"Feature"', b"{}"),
    "properties that are an array": raw(properties="[]"),
    "properties that are null": raw(properties="null"),
    "a foreign member": raw(more=', "colour": 1'),
    "an id": raw(more=', "id": "6f1c1a3e"'),
    "a crs": raw(more=', "crs": {"type": "link", "properties": {"href": "http://127.0.0.1:9/x"}}'),
}

NOT_A_PLACE = {
    "null": raw('"geometry": null'),
    "a text": raw('"geometry": "POINT(7.68 45.07)"'),
    "an array": raw('"geometry": [7.68, 45.07]'),
    "empty": raw('"geometry": {}'),
    "a Feature": raw('"geometry": {"type": "Feature", "geometry": null, "properties": {}}'),
    "a raster": raw('"geometry": {"srid": 4326, "width": 1, "height": 1, "bands": []}'),
    "a path": raw('"geometry": "/vsicurl/http://127.0.0.1:9/x"'),
    "no coordinates": raw('"geometry": {"type": "Point"}'),
    "null coordinates": at("null"),
    "empty coordinates": at("[]"),
    "the type in lower case": shape("point", [7.68, 45.07]),
    "the type in upper case": shape("POINT", [7.68, 45.07]),
    "a collection": raw('"geometry": {"type": "GeometryCollection", "geometries": []}'),
    "a type that is a list": raw('"geometry": {"type": ["Point"], "coordinates": [7.68, 45.07]}'),
    "a crs": raw('"geometry": {"type": "Point", "coordinates": [7.68, 45.07], "crs": {"type": "name"}}'),
    "texts": at('["7.68", "45.07"]'),
    "yes and no": at("[true, false]"),
    "nothing twice": at("[null, null]"),
    "an object": at('{"x": 7.68, "y": 45.07}'),
    "one number": at("[7.68]"),
    "a height": at("[7.68, 45.07, 240]"),
    "height and measure": at("[7.68, 45.07, 240, 1]"),
    "mixed dimensions": shape("LineString", [[7.68, 45.07], [7.69, 45.07, 3]]),
    "a line nested like an area": shape("LineString", [[[7.68, 45.07], [7.69, 45.07]]]),
    "a point nested like a line": at("[[7.68, 45.07]]"),
    "a line of one point": shape("LineString", [[7.68, 45.07]]),
    "a line of no length": shape("LineString", [[7.68, 45.07], [7.68, 45.07]]),
    "an empty ring": shape("Polygon", [[]]),
    "no ring": shape("Polygon", []),
    "an open ring": shape("Polygon", [SQUARE[:-1]]),
    "a ring of three": shape("Polygon", [[SQUARE[0], SQUARE[1], SQUARE[0]]]),
    "a bow-tie": shape("Polygon", [[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]]),
    "a hole outside": shape("Polygon", [SQUARE, [[7.7, 45.1], [7.71, 45.1], [7.71, 45.11], [7.7, 45.1]]]),
    "a spike": shape("Polygon", [[*SQUARE[:2], [7.75, 45.07], *SQUARE[1:]]]),
    "a repeated area": shape("MultiPolygon", [[SQUARE], [SQUARE]]),
    "no areas": shape("MultiPolygon", []),
    "too many points": shape("LineString", [[7.6 + n / 1e6, 45.07] for n in range(10_001)]),
    "longitude 500": at("[500, 45.07]"),
    "latitude 91": at("[7.68, 91]"),
    "a big whole number": at("[99999999999999999999, 45]"),
    "in the sea": at("[0, 0]"),
    "outside the city": at("[9.19, 45.46]"),
    "an area across the border of Italy": shape(
        "Polygon", [[[-30, 45], [7.68, 45], [7.68, 45.1], [-30, 45.1], [-30, 45]]]
    ),
}

NOT_THE_WORDS = {
    "a NUL": words(name="Or\0to"),
    "a NUL in a long text": words(description="a\0b"),
    "a bell": words(name="Or\x07to"),
    "500 combining marks": words(name="o" + "\u0301" * 500),
    "nothing": words(name=""),
    "only blanks": words(name=" \u200b "),
    "201 characters": words(name="x" * 201),
    "10,001 characters": words(description="x" * 10_001),
    "1 MB": words(aims="x" * 1_000_000),
    "a number for a text": words(name=5),
    "an object for a text": words(name={"it": "Orto"}),
    "null for a text": words(name=None),
    "a text for a number": words(duration_months="24"),
    "a broken number": words(duration_months=2.5),
    "less than nothing": words(duration_months=-1),
    "more than a smallint": words(duration_months=40_000),
    "yes for a number": words(duration_months=True),
    "a text for yes": words(no_place="true"),
    "one for yes": words(consent=1),
    "a day that is none": words(wanted_from="2026-02-31"),
    "a year that is none": words(wanted_from="99999-01-01"),
    "a number for a day": words(wanted_from=20260101),
    "an address that is none": words(contact_email="alice at example"),
    "two lines in an address": words(contact_email="a@example.org\nBcc: b@example.org"),
    "a quality that is none": words(qualities=["fast"]),
    "qualities that are a text": words(qualities="green"),
    "a building that is none": words(building="6f1c1a3e"),
    "a building that is a list": words(building=[1]),
    "a call that is none": words(call="x"),
    "a stranger's group": words(proposers=["x"]),
    "a city that is none": words(city="atlantide"),
    "a resource that is none": words(resources=[{"side": "held"}]),
    "a foreign member in a resource": words(resources=[{"side": "held", "kind": "hours", "proposal": 1}]),
    "resources that are an object": words(resources={"side": "held"}),
    "too much money": words(resources=[{"side": "held", "kind": "money", "quantity": "99999999999.00"}]),
    "no money": words(resources=[{"side": "held", "kind": "money", "quantity": "NaN"}]),
    "101 resources": words(resources=[{"side": "held", "kind": "hours"}] * 101),
    "a place and none": words(no_place=True),
    **{
        f"the member {name}": words(**{name: "x"})
        for name in (
            "id", "uid", "author", "state", "created_at", "receipt", "revision", "visibility", "source", "public_since",
            "text_public", "pact", "reviewer", "entered_by", "protocol_number", "edit_key", "__class__",
        )
    },
}  # fmt: skip


FAMILIES = {"json": NOT_JSON, "features": NOT_A_FEATURE, "places": NOT_A_PLACE, "words": NOT_THE_WORDS}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_bad_body_is_refused_and_nothing_is_written(cast, api, family):
    proposal = draft(cast)
    before = tables()
    for name, body in FAMILIES[family].items():
        answer = api(cast.alice_key, "POST", "proposals/", raw=body)
        assert answer.status_code == 400, (name, answer.content[:300])
        said = problem(answer, 400, "invalid-input")
        assert said["detail"] and "Traceback" not in said["detail"], name
        answer = api(cast.alice_key, "PATCH", f"proposals/{proposal.uid}/", raw=body, If_Match="*")
        assert answer.status_code == 400, (name, answer.content[:300])
    assert tables() == before


def test_the_refusal_names_the_member_and_the_reason(cast, api):
    def errors(body):
        return {
            one["field"]: one["detail"] for one in api(cast.alice_key, "POST", "proposals/", raw=body).json()["errors"]
        }

    assert set(errors(words(author="x", state="approved"))) == {"properties.author", "properties.state"}
    assert set(errors(words(name="x" * 201, duration_months="x"))) == {"properties.name", "properties.duration_months"}
    assert "swapped" in errors(at("[45.07, 7.68]"))["geometry.coordinates"]
    assert "swapped" not in errors(at("[9.19, 45.46]"))["geometry.coordinates"]
    assert "Self-intersection" in errors(NOT_A_PLACE["a bow-tie"])["geometry.coordinates"]
    assert set(errors(words(resources=[{"side": "x", "kind": "hours"}]))) == {"properties.resources.0.side"}


def test_other_media_types_and_packed_bodies_are_415(cast, api):
    before = tables()
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/html", ""):
        problem(api(cast.alice_key, "POST", "proposals/", raw=raw(), content_type=kind), 415, "unsupported-media")
    for coding in ("gzip", "deflate", "br"):
        packed = gzip.compress(b" " * 1_000_000 + raw())
        said = api(cast.alice_key, "POST", "proposals/", raw=packed, Content_Encoding=coding)
        problem(said, 415, "unsupported-media")
    assert tables() == before


def test_three_megabytes_are_read_and_thirty_are_too_large(cast, api):
    long = b" " * 3_000_000 + json.dumps(feature(**WHOLE)).encode()
    assert api(cast.alice_key, "POST", "proposals/", raw=long).status_code == 201
    many = [[7.6 + n / 1e6, 45.07 + (n % 2) / 1e6] for n in range(10_000)]
    wide = json.dumps(feature({"type": "LineString", "coordinates": many}), indent=20).encode()
    assert len(wide) > 2_000_000
    assert api(cast.alice_key, "POST", "proposals/", raw=wide).status_code == 201
    before = tables()
    problem(api(cast.alice_key, "POST", "proposals/", raw=b" " * 30_000_000 + raw()), 413, "too-large")
    assert tables() == before


@pytest.mark.parametrize("kind", ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"])
def test_every_kind_of_place_is_stored_as_it_was_sent(cast, api, kind):
    line = SQUARE[:3]
    coordinates = {
        "Point": SQUARE[0], "MultiPoint": line, "LineString": line, "MultiLineString": [line], "Polygon": [SQUARE],
        "MultiPolygon": [[SQUARE]],
    }[kind]  # fmt: skip
    place = {"type": kind, "coordinates": coordinates}
    made = api(cast.alice_key, "POST", "proposals/", raw=b"\xef\xbb\xbf" + json.dumps(feature(place)).encode())
    assert made.status_code == 201 and made.json()["geometry"] == place


def test_text_is_stored_in_one_way_of_writing_it(cast, api):
    odd = feature(name="  Cafe\u0301\u202e \n  {{7*7}} %s\u200b ", description="Uno\r\ndue {event.__init__}")
    made = api(cast.alice_key, "POST", "proposals/", odd).json()
    proposal = Proposal.objects.get(uid=made["id"])
    assert proposal.name == "Café {{7*7}} %s"
    assert proposal.description == "Uno\ndue {event.__init__}"


def test_bad_words_of_comments_and_requests_are_refused(cast, api):
    proposal = opened(cast)
    before = tables()
    for path, field in (("comments", "text"), ("join", "message")):
        for body in ({field: "x" * 5_001}, {field: "a\0"}, {field: 5}, {"author": "x", field: "Ciao"}, [], None, "x"):
            sent = api(cast.carlo_key, "POST", f"proposals/{proposal.uid}/{path}/", raw=json.dumps(body).encode())
            problem(sent, 400, "invalid-input")
    problem(api(cast.carlo_key, "POST", f"proposals/{proposal.uid}/comments/", {"text": "  "}), 400, "invalid-input")
    said = api(cast.carlo_key, "POST", f"proposals/{proposal.uid}/join/", {"organisation": "x"})
    problem(said, 400, "invalid-input")
    assert tables() == before


def test_a_body_that_ends_early_or_comes_in_chunks_is_refused(cast, api):
    before = tables()
    problem(api(cast.alice_key, "POST", "proposals/", raw=raw(), Transfer_Encoding="chunked"), 400, "invalid-input")
    with patch.object(FakePayload, "read", side_effect=UnreadablePostError):
        problem(api(cast.alice_key, "POST", "proposals/", raw=raw()), 400, "invalid-input")
    with patch.object(FakePayload, "read", return_value=raw()[:-1]):
        said = problem(api(cast.alice_key, "POST", "proposals/", raw=raw()), 400, "invalid-input")
    assert said["detail"] == "The body ends before its length."
    assert tables() == before
