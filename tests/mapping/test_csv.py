"""CSV as a spreadsheet reads it: accents, geometry as WKT, and no cell that runs."""

import csv
import io
import re
import shutil
import subprocess

import pytest
from django.contrib.gis.geos import GEOSGeometry
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from commons.models import Building
from mapping.layers import LAYERS
from tests import factories as make

pytestmark = pytest.mark.django_db
FORMULA = re.compile("[\\s\x01-\x20\u00ad\u200b-\u200f\u2060\ufeff]*[=+\\-@＝＋－＠]|[\t\r\n]")
HOSTILE = [
    "=1+1", "+39 011 1234", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", " =1", "\r=1", "\n=1+1", "＝1", "＋1",
    "－1", "＠x", "'=1", "''=1", "'", "''", "\u00a0=1", "\u3000=1", "=1", "=\"a\"", "plain", "", "a=b", "'plain",
    "|x", "\ufeff=1", "\u200b=1", "\u200e+1", "\x0b=1", "\x0c=1", "\x1f=1", "%", "'\t=1", "'\u00a0-1",
]  # fmt: skip


def table(client, **params) -> list[dict[str, str]]:
    body = client.get("/layers/buildings.csv", params).getvalue()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_it_begins_with_a_byte_order_mark_and_ends_lines_with_crlf(client, town):
    body = client.get("/layers/buildings.csv").getvalue()
    assert body.startswith(b"\xef\xbb\xbfid,name,use_status,")
    assert body.endswith(b"\r\n")
    assert body.count(b"\r\n") == 1 + len(town.buildings)
    assert b"\n" not in body.replace(b"\r\n", b"")


@pytest.mark.parametrize("slug", LAYERS)
def test_the_columns_are_the_identifier_the_allow_list_the_address_and_the_geometry(client, town, slug):
    response = client.get(f"/layers/{slug}.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{slug}.csv"'
    header, *rows = csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline=""))
    assert header == ["id", *(attribute.name for attribute in LAYERS[slug].published), "url", "WKT"]
    assert {len(row) for row in rows} == {len(header)}


def test_the_file_is_named_after_the_city_asked_for(client, town):
    name = client.get("/layers/buildings.csv", {"city": "torino"}).headers["Content-Disposition"]
    assert name == 'attachment; filename="torino-buildings.csv"'


def test_values_read_as_they_were_stored(client, town):
    building = town.buildings[1]
    building.refresh_from_db()
    row = {row["id"]: row for row in table(client)}[building.uid]
    assert row["name"] == "Ex scuola perché underused"
    assert row["use_since"] == "2011-03-31"
    assert row["floor_area"] == "100"
    assert row["example"] == "false"
    assert row["owner"] == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", row["updated_at"])
    assert row["url"] == f"http://127.0.0.1:8000/torino/buildings/{building.uid}/"


def test_the_geometry_is_wkt_in_degrees_and_empty_when_there_is_no_place(client, town):
    rows = {row["id"]: row["WKT"] for row in table(client)}
    for building in Building.objects.public():
        if building.place:
            assert GEOSGeometry(f"SRID=4326;{rows[building.uid]}").equals_exact(building.place, 1e-6)
        else:
            assert rows[building.uid] == ""


def test_another_coordinate_system_gives_metres_with_x_first(client, town):
    rows = {row["id"]: row["WKT"] for row in table(client, crs="EPSG:32632")}
    for building in Building.objects.public().filter(place__isnull=False):
        wanted = building.place.transform(32632, clone=True)
        assert GEOSGeometry(f"SRID=32632;{rows[building.uid]}").equals_exact(wanted, 0.001)
        assert 390_000 < GEOSGeometry(rows[building.uid]).extent[0] < 400_000


def test_text_with_commas_quotes_and_lines_stays_one_cell(client, town):
    name, description = 'Detta "la Bella", ex\tscuola', 'Prima riga\r\nseconda "riga"\n, fine'
    make.BuildingFactory(name=name, description=description)
    row = next(row for row in table(client, q="Bella"))
    assert (row["name"], row["description"]) == (name, description)


def as_read(client, text: str) -> str:
    """How a text comes out of the CSV file."""
    Building.objects.update(owner=text)
    return table(client)[0]["owner"]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_no_cell_is_a_formula(client, db, text):
    make.BuildingFactory(owner="x")
    cell = as_read(client, text)
    assert not FORMULA.match(cell)
    assert cell in (text, "'" + text)


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(st.sampled_from("'=+-@\t\r\n ＝|%aé0\u00a0\u200b\x0b"), max_size=6))
@example("'=1")
def test_taking_one_apostrophe_away_before_what_looks_like_a_formula_restores_every_text(client, db, text):
    if not Building.objects.exists():
        make.BuildingFactory(owner="x")
    first = as_read(client, text)
    again = as_read(client, first)
    assert first in (text, "'" + text)
    # a cell was changed exactly when it would be changed once more, so a reader can always tell
    assert (first != text) == (again != first)


@pytest.mark.parametrize(
    ("slug", "field"), [("houses", "services"), ("houses", "phone"), ("houses", "website"), ("pacts", "name")]
)
def test_every_kind_of_text_is_made_inert(client, town, slug, field):
    value = ["=1+1"] if field == "services" else "=HYPERLINK(1)"
    for record in LAYERS[slug].queryset():
        setattr(record, field, value)
        record.save()
    body = client.get(f"/layers/{slug}.csv").getvalue().decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(body, newline="")):
        assert not FORMULA.match(row[field])


def test_the_same_records_in_the_same_order_as_geojson(client, get, town):
    for params in ({}, {"q": "scuola"}, {"bbox": "7.6,45,7.7,45.06"}, {"limit": 2}, {"use_status": "reused"}):
        wanted = [feature["id"] for feature in get("buildings.geojson", **params)["features"]]
        assert [row["id"] for row in table(client, **params)] == wanted


def test_nothing_found_is_the_header_alone(client, db):
    assert client.get("/layers/buildings.csv").getvalue().count(b"\r\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_it_with_accents_and_runs_nothing(client, town, tmp_path):
    for number, text in enumerate(HOSTILE):
        make.BuildingFactory(name=f"Città {number}", owner=text)
    (tmp_path / "ours.csv").write_bytes(client.get("/layers/buildings.csv").getvalue())
    (tmp_path / "control.csv").write_text('id,name\r\n1,"=1+1"\r\n')
    utf8_commas_run_formulas = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods"]
    command += [f"--infilter={utf8_commas_run_formulas}", "--outdir", str(tmp_path)]
    files = [str(tmp_path / name) for name in ("ours.csv", "control.csv")]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=180)
    assert "table:formula" in (tmp_path / "control.fods").read_text()
    sheet = (tmp_path / "ours.fods").read_text()
    assert "table:formula" not in sheet
    assert "Ex scuola perché underused" in sheet
    assert "Città Giardino" in sheet
    assert sheet.count("<table:table-row") == 1 + Building.objects.public().count()
