"""Files made to do harm, or no files at all: each is refused with a sentence, and none reaches the network."""

import json
import socket
import subprocess
import sys
import threading

import pytest

from mapping.importing import child
from mapping.importing.child import ROOT
from tests.mapping.importing import files
from tests.mapping.importing.refusals import refusal

VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>%s</SrcDataSource>
<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.fixture
def canary():
    """A listener on loopback that notes every connection."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            heard.append(connection.recv(100))
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/canary", heard
    server.close()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("vuoto.geojson", b"", "empty-file"),
        ("un-byte.csv", b" ", "empty-file"),
        ("bianco.csv", b"\xef\xbb\xbf\r\n\r\n", "empty-file"),
        ("foto.geojson", b"\x89PNG\r\n\x1a\n" + bytes(100), "format-unsupported"),
        ("atto.csv", b"%PDF-1.7\nxref", "format-unsupported"),
        ("pagina.geojson", b"<!DOCTYPE html><html></html>", "xml-definitions"),
        ("pagina.kml", b"<html><body/></html>", "format-unsupported"),
        ("vrt.geojson", VRT % b"/etc/passwd", "format-unsupported"),
        ("vrt.csv", VRT % b"/etc/passwd", "format-unsupported"),
        ("vrt.kml", VRT % b"/etc/passwd", "format-unsupported"),
        ("vrt.gpkg", VRT % b"/etc/passwd", "format-unsupported"),
        ("vrt.shp", VRT % b"/etc/passwd", "format-unsupported"),
        (
            "xxe.kml",
            b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
            "xml-definitions",
        ),
        ("nudo.dbf", files.dbf([b"Uno"]), "shapefile-loose"),
        ("finto.zip", files.dbf([b"Uno"]), "zip-broken"),
        ("mezzo.zip", b"PK\x03\x04 and no more", "zip-broken"),
        ("utf16.csv", "nome,lat,lon\n".encode("utf-16"), "utf-16"),
        ("finto.gpkg", b"SQLite format 3\x00" + bytes(2000), "geopackage-broken"),
        ("binario.csv", b"nome,lat\x00\x01\x02", "format-unsupported"),
        ("testo.md", b"hello", "format-unsupported"),
        ("rotto.kml", b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>', "xml-broken"),
        ("rotto.gml", b'<FeatureCollection xmlns:gml="http://www.opengis.net/gml"><a', "xml-broken"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert refusal(tmp_path / "niente.geojson") == "file-not-readable"
    assert refusal(tmp_path) == "file-not-readable"


@pytest.mark.parametrize(
    "name", ["CSV:/etc/passwd", "PG:host=127.0.0.1", "a;rm -rf x.geojson", "con.shp", "\U0001f4a5.geojson"]
)
def test_the_name_of_a_file_is_only_a_name(tmp_path, name):
    path = files.geojson(tmp_path / "staged", files.feature(nome="Uno"))
    if name.endswith(".shp"):
        assert child.read(path, name=name).driver == "GeoJSON"
    else:
        assert len(child.read(path, name=name).records) == 1


def test_a_file_bigger_than_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "MAX_FILE_BYTES", 1000)
    path = tmp_path / "a.csv"
    path.write_bytes(b"nome\n" + b"x" * 2000)
    assert refusal(path) == "file-too-big"


def test_no_file_makes_the_reader_open_a_connection(tmp_path, canary):
    url, heard = canary
    link = json.dumps({"type": "link", "properties": {"href": url}})
    path = tmp_path / "a.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[],"crs":{link}}}')
    assert refusal(path) == "crs-member"
    path = tmp_path / "b.kml"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{url}</href></Link></NetworkLink>'
        f"<Placemark><name>Uno</name><Style><IconStyle><Icon><href>{url}</href></Icon></IconStyle></Style>"
        f"<description>&lt;script src='{url}'&gt;&lt;/script&gt;</description>"
        f"<Point><coordinates>7.68,45.07</coordinates></Point></Placemark></Document></kml>"
    )
    (record,) = child.read(path).records
    assert "<script" in record.properties["description"], "a text stays a text"
    path = files.shapefile(tmp_path / "c.zip", [(b"Uno", (7.68, 45.07))], prj=url.encode())
    assert child.read(path).crs is None
    path = tmp_path / "d.gml"
    path.write_text(
        f'<FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink" xsi:schemaLocation="{url} {url}"><gml:featureMember><a><b>1</b>'
        f'<gml:pointProperty xlink:href="{url}"/></a></gml:featureMember></FeatureCollection>'
    )
    assert refusal(path) == "no-rows"
    path = tmp_path / "e.geojson"
    path.write_bytes(VRT % f"/vsicurl/{url}".encode())
    refusal(path)
    assert heard == []


def test_a_vrt_inside_a_zip_is_not_opened_as_one(tmp_path):
    path = files.zipped(
        tmp_path / "a.zip", roads__shp=VRT % b"/etc/passwd", roads__shx=b"x", roads__dbf=files.dbf([b"a"])
    )
    assert refusal(path) == "shapefile-damaged"
    path = files.zipped(tmp_path / "b.zip", roads__geojson=VRT % b"/etc/passwd")
    assert refusal(path) == "format-unsupported"


def test_only_one_driver_is_left_when_a_file_is_opened(tmp_path):
    program = (
        "from mapping.importing.reader import drivers; drivers.keep_only('GPKG');"
        "import pyogrio; print(list(pyogrio.list_drivers()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=child.ENVIRONMENT, check=True
    )
    assert done.stdout.strip() == "['GPKG']"
