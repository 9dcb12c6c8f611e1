"""Files made to do harm, sent to the page as an office would: each ends with a sentence on a page, nothing of the map
changes, nothing is left in the store, and no file reaches another host, the file system or half of a table."""

import json
import socket
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from mapping.models import Upload
from tests.factories import BuildingFactory
from tests.mapping.importing import files
from tests.mapping.importing.test_hostile import VRT
from tests.mapping.intake.test_pages import ONE, collection, press, send

pytestmark = pytest.mark.django_db
TABLES = (
    "commons_building", "commons_pact", "neighbourhoods_neighbourhood", "neighbourhoods_partition", "commons_step",
    "mapping_importrun", "mapping_importchange", "people_message",
)  # fmt: skip
MARKER = "the-text-that-must-stay-where-it-is"


@pytest.fixture
def canary(tmp_path):
    """A listener on loopback, and a file beside the store whose text must never appear."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def listen():
        while True:
            try:
                caller, _address = server.accept()
            except OSError:
                return
            heard.append(caller.recv(100))
            caller.close()

    threading.Thread(target=listen, daemon=True).start()
    marker = tmp_path / "marker.csv"
    marker.write_text(f"nome\n{MARKER}\n")
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x", marker, heard
    server.close()


def digests():
    """One fingerprint of each table."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY id), '')) FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


HARM = {
    "a VRT by the name of a map": ("edifici.geojson", lambda url, marker: VRT % str(marker).encode()),
    "a VRT that asks the network": ("edifici.kml", lambda url, marker: VRT % f"/vsicurl/{url}".encode()),
    "a link as its coordinate system": (
        "a.geojson",
        lambda url, marker: json.dumps(
            {"type": "FeatureCollection", "features": [ONE], "crs": {"type": "link", "properties": {"href": url}}}
        ).encode(),
    ),
    "entities that read a file": (
        "a.kml",
        lambda url, marker: f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{marker}">]><kml>&x;</kml>'.encode(),
    ),
    "a schema that is elsewhere": (
        "a.gml",
        lambda url, marker: (
            '<FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/'
            f'XMLSchema-instance" xsi:schemaLocation="{url} {url}"></FeatureCollection>'
        ).encode(),
    ),
    "half a file": ("a.geojson", lambda url, marker: collection(ONE)[:-30]),
    "another kind of file": ("a.csv", lambda url, marker: b"%PDF-1.7\nxref"),
    "a picture": ("a.xlsx", lambda url, marker: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "numbers that are none": ("a.geojson", lambda url, marker: collection(ONE).replace(b"7.68", b"NaN")),
    "nested without end": ("a.json", lambda url, marker: b"[" * 200_000),
    "places nowhere near": ("a.geojson", lambda url, marker: collection(files.feature((500.0, 91.0), nome="X"))),
    "a row of nothing": ("a.csv", lambda url, marker: b"nome,lat,lon\n"),
    "ten thousand columns": (
        "a.csv",
        lambda url, marker: (",".join(f"c{n}" for n in range(10_000)) + "\n1\n").encode(),
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_file_that_hurts_ends_as_a_sentence(office, canary, harm):
    url, marker, heard = canary
    BuildingFactory(city=office.city, name="Già qui")
    name, content = HARM[harm]
    before = digests()
    upload, where = send(office, content(url, marker), name)
    page = office.client.get(where)
    text = page.content.decode()
    assert page.status_code == 200
    assert upload.state == "ready"
    assert upload.problem or upload.look["rejected"], "it says why"
    assert MARKER not in text
    assert "Traceback" not in text
    assert str(upload.path.parent) not in text, "no path of ours is told"
    assert press(office, where, "apply").status_code in {302, 409}
    press(office, where, "discard")
    assert digests() == before or upload.look.get("rejected"), harm
    assert {one: digest for one, digest in digests().items() if one != "mapping_importrun"} == {
        one: digest for one, digest in before.items() if one != "mapping_importrun"
    }
    assert heard == []
    assert not list(upload.path.parent.iterdir()), "nothing is left in the store"


NAMES = (
    "CSV:/etc/passwd", "/vsicurl/http://127.0.0.1:9/a", "PG:host=127.0.0.1", "../../../etc/passwd", "con.geojson",
    "a;rm -rf x.geojson", "\U0001f4a5.geojson", "n" * 300 + ".geojson", '"><script>alert(1)</script>.geojson',
    "%s{0}.geojson",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_only_a_word(office, name):
    upload, where = send(office, collection(ONE), name)
    page = office.client.get(where)
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert (upload.state, upload.look["created"]) == ("ready", 1)
    assert [path.name for path in upload.path.parent.iterdir()] == [upload.uid]
    assert "<script>alert" not in office.client.get(office.address).content.decode()


def test_columns_named_like_attacks_are_only_names(office):
    rows = 'id,"""; drop table x",select,,"{{7*7}}","<b>"\n1,Uno,Due,Tre,Quattro,Cinque\n'
    upload, where = send(office, rows.encode(), "a.csv")
    text = office.client.get(where).content.decode()
    assert "{{7*7}}" in text
    assert "<b>" not in text
    assert press(office, where, "look", **{"column-name": '"; drop table x'}).status_code == 302
    upload.refresh_from_db()
    assert [row["name"] for row in upload.look["changes"]["new"]] == ["Uno"]
    assert press(office, where, "look", **{"column-name": "not there"}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"nonsense", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\n"])
def test_a_body_that_is_no_form_is_refused_and_leaves_nothing(office, body):
    answer = office.client.generic(
        "POST", office.address, body, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(len(body))
    )
    assert answer.status_code in {400, 413}
    for length in ("-1", "nonsense", str(3 * 1024**3)):
        answer = office.client.post(office.address, {"holds": "buildings"}, CONTENT_LENGTH=length)
        assert answer.status_code in {400, 413}, length
    assert not Upload.objects.exists()


def test_a_text_where_a_file_should_be_and_two_files_are_handled(office):
    assert office.client.post(office.address, {"file": "/etc/passwd", "holds": "buildings"}).status_code == 400
    two = [SimpleUploadedFile("a.geojson", collection(ONE)), SimpleUploadedFile("b.geojson", b"x")]
    assert office.client.post(office.address, {"file": two, "holds": "buildings"}).status_code == 302
    assert Upload.objects.count() == 1
