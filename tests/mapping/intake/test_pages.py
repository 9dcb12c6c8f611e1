"""The import pages: a file comes in, is looked at, is brought in, and is undone."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commons.models import Building
from mapping.intake import steps
from mapping.intake.forms import ChoicesForm
from mapping.intake.work import Teller, one_file
from mapping.models import ImportRun, SavedSource, Upload
from people.models import Grant
from people.roles import Role
from tests.factories import CityFactory, UserFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db


class Nowhere:
    """The cursor of the second connection, in tests whose rows no other connection sees."""

    def execute(self, *_args):
        pass

    def fetchone(self):
        return (False,)


def work():
    while upload := Upload.objects.waiting().first():
        one_file(upload, Teller(upload, Nowhere()))


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


ONE = files.feature(id="a", nome="Uno", uso="in disuso")
TWO = files.feature((7.7, 45.1), id="b", nome="Due")


def send(office, content, name="edifici.geojson", holds="buildings"):
    """Uploads a file and does the work that waits; the upload and its page."""
    answer = office.client.post(office.address, {"file": SimpleUploadedFile(name, content), "holds": holds})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    work()
    return Upload.objects.latest("pk"), answer["Location"]


def press(office, where, do, **typed):
    """Presses a button of a file's page, with its form as it stands and what is typed over it."""
    form = ChoicesForm(Upload.objects.get(uid=where.split("/")[-2]))
    stands = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    answer = office.client.post(where, {"do": do} | stands | typed)
    work()
    return answer


def counts(page):
    return {name: int(count) for name, count in re.findall(r'data-count="(\w+)">(\d+)<', page.content.decode())}


def test_a_file_is_looked_at_brought_in_and_undone(office):
    upload, where = send(office, collection(ONE, TWO))
    assert upload.state == "ready"
    assert not Building.objects.exists(), "a look changes nothing"
    page = office.client.get(where)
    assert page.status_code == 200
    assert page["Cache-Control"] == "private, no-store"
    assert counts(page)["created"] == 2
    assert "Uno" in page.content.decode()
    assert press(office, where, "apply").status_code == 302
    assert Building.objects.public().count() == 2
    run = ImportRun.objects.get()
    assert (run.user, run.source, run.file_name) == (office.staff, "edifici", "edifici.geojson")
    assert len(run.sha256) == 64
    assert not upload.path.exists(), "the file is not kept longer than it is needed"
    there = office.client.get(where)["Location"]
    assert office.client.post(there).status_code == 302
    assert not Building.objects.public().exists()
    assert office.client.post(there).status_code == 409, "once"
    report = office.client.get(f"{there}report.json").json()
    assert (report["created"], report["file"]["driver"]) == (2, "GeoJSON")
    assert run.uid in office.client.get(office.address).content.decode()


def test_changed_values_are_shown_old_and_new_with_words_for_codes(office):
    _upload, where = send(office, collection(ONE, TWO))
    press(office, where, "apply", **{"column-use_status": "uso"})
    press(office, where, "apply")
    assert Building.objects.get(source_id="a").use_status == "disused"
    moved = files.feature((7.69, 45.08), id="a", nome="Uno bis", uso="riusato")
    _upload, where = send(office, collection(moved))
    page = office.client.get(where)
    assert counts(page) == {"created": 0, "updated": 1, "unchanged": 0, "gone": 1, "rejected": 0, "repaired": 0}
    text = page.content.decode()
    for words in ("Disused", "In use again", "Uno bis", "45.07000, 7.68000", "45.08000, 7.69000", 'class="moves"'):
        assert words in text, words
    assert "reused" not in text


def test_columns_are_guessed_and_can_be_changed_and_the_change_is_shown_before_it_is_made(office):
    rows = "codice,nome,altro\n1,Uno,Primo\n2,Due,Secondo\n"
    upload, where = send(office, rows.encode(), "elenco.csv")
    page = office.client.get(where).content.decode()
    assert re.search(r'<select name="column-name"[^>]*>.*?<option value="nome" selected>', page, re.S)
    assert "Primo" in page, "a column is shown with what stands in it"
    press(office, where, "apply", **{"column-name": "altro", "id_column": "codice"})
    assert not Building.objects.exists(), "a changed decision is shown first"
    upload.refresh_from_db()
    assert [row["name"] for row in upload.look["changes"]["new"]] == ["Primo", "Secondo"]
    press(office, where, "apply", **{"column-name": "altro", "id_column": "codice"})
    assert set(Building.objects.values_list("name", "source_id")) == {("Primo", "1"), ("Secondo", "2")}


def test_a_file_without_a_coordinate_system_asks_for_it_and_never_guesses(office):
    rows = "codice,nome,x,y\n1,Uno,396000,4991000\n"
    upload, where = send(office, rows.encode(), "punti.csv")
    assert (upload.state, upload.problem["code"]) == ("ready", "crs-missing")
    page = office.client.get(where).content.decode()
    assert 'name="crs"' in page
    assert 'value="apply"' not in page
    assert press(office, where, "apply").status_code == 302
    assert press(office, where, "look", crs="nonsense").status_code == 400
    press(office, where, "look", crs="32632")
    upload.refresh_from_db()
    assert (upload.problem, upload.look["file"]["crs"]) == ({}, "EPSG:32632")
    assert upload.look["created"] == 1


def test_a_file_with_several_layers_asks_which(office, tmp_path):
    import numpy
    import pyogrio
    import shapely

    path = tmp_path / "due.gpkg"
    place = numpy.array([shapely.to_wkb(shapely.Point(7.68, 45.07))], dtype=object)
    for name in ("edifici", "case"):
        values = [numpy.array([name.title()], dtype=object)]
        pyogrio.raw.write(
            str(path), geometry=place, field_data=values, fields=["nome"], geometry_type="Point", crs="EPSG:4326",
            driver="GPKG", layer=name, append=path.exists(),
        )  # fmt: skip
    upload, where = send(office, path.read_bytes(), "due.gpkg")
    assert upload.problem["code"] == "layer-ambiguous"
    assert 'name="sublayer"' in office.client.get(where).content.decode()
    press(office, where, "look", sublayer="case")
    upload.refresh_from_db()
    assert [row["name"] for row in upload.look["changes"]["new"]] == ["Case"]


def test_choices_are_remembered_as_a_source_and_used_the_next_time(office):
    rows = "codice,nome,altro\n1,Uno,Primo\n"
    _upload, where = send(office, rows.encode(), "elenco.csv")
    typed = {"column-name": "altro", "id_column": "codice", "missing": "close", "remember": "Elenco dell'ufficio"}
    press(office, where, "look", **typed)
    press(office, where, "apply", **typed)
    saved = SavedSource.objects.get()
    assert (saved.title, saved.name, saved.layer) == ("Elenco dell'ufficio", "elenco", "buildings")
    upload, where = send(office, b"codice,nome,altro,nuova\n2,Due,Secondo,x\n", "altro nome.csv", "saved:elenco")
    assert upload.problem == {}
    assert [row["name"] for row in upload.look["changes"]["new"]] == ["Secondo"]
    assert [row["name"] for row in upload.look["changes"]["gone"]] == ["Primo"]
    press(office, where, "apply")
    assert list(Building.objects.public().values_list("name", flat=True)) == ["Secondo"]
    assert Building.objects.get(name="Primo").visibility == "withdrawn"


def test_rejected_and_repaired_rows_stand_there_with_their_reasons(office):
    bowtie = {"type": "Polygon", "coordinates": [[[7.6, 45], [7.7, 45.1], [7.7, 45], [7.6, 45.1], [7.6, 45]]]}
    away = files.feature((12.5, 41.9), id="r", nome="Roma")
    upload, where = send(office, collection(files.feature(bowtie, id="x", nome="Nodo"), away))
    page = office.client.get(where)
    assert (counts(page)["rejected"], counts(page)["repaired"]) == (1, 1)
    assert "outside the city" in page.content.decode()
    press(office, where, "apply")
    assert Building.objects.count() == 1
    assert ImportRun.objects.get().report["rejected"] == 1
    upload.refresh_from_db()
    assert upload.state == "applied"


@pytest.mark.parametrize(
    ("name", "content"),
    [("foto.png", b"\x89PNG\r\n\x1a\n" + bytes(50)), ("a.zip", b"PK\x03\x04nothing"), ("../../etc/passwd", b"%PDF")],
)
def test_what_cannot_be_read_says_why_and_changes_nothing(office, name, content):
    upload, where = send(office, content, name)
    page = office.client.get(where)
    assert page.status_code == 200
    assert upload.problem["code"] in {"format-unsupported", "zip-broken"}
    assert 'role="alert"' in page.content.decode()
    assert upload.path.parent.name == "imports"
    assert upload.path.name == upload.uid, "a file lies under a name of our own"


def test_an_empty_file_or_a_missing_choice_comes_back_to_the_form(office):
    for typed in ({"file": SimpleUploadedFile("a.csv", b""), "holds": "buildings"}, {"holds": "buildings"},
                  {"file": SimpleUploadedFile("a.csv", b"nome\nUno\n"), "holds": "nonsense"}):  # fmt: skip
        answer = office.client.post(office.address, typed)
        assert answer.status_code == 400
        assert 'id="errors"' in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_file_that_is_too_big_is_refused_before_it_is_read(office, settings):
    settings.IMPORT_MOST_BYTES = 1000
    answer = office.client.post(
        office.address, {"file": SimpleUploadedFile("a.csv", b"x" * 100_000), "holds": "buildings"}
    )
    assert answer.status_code == 413
    answer = office.client.post(
        office.address, {"file": SimpleUploadedFile("a.csv", b"x" * 2000), "holds": "buildings"}
    )
    assert answer.status_code == 400
    assert not Upload.objects.exists()


def test_a_form_without_its_token_is_refused(office):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.staff)
    answer = strict.post(office.address, {"file": SimpleUploadedFile("a.csv", b"nome\nUno\n"), "holds": "buildings"})
    assert answer.status_code == 403
    assert not Upload.objects.exists()


def test_only_the_office_of_the_city_comes_in(office):
    upload, where = send(office, collection(ONE))
    press(office, where, "apply")
    run = ImportRun.objects.get()
    pages = [office.address, where, f"{office.address}files/{upload.uid}/progress"]
    pages += [f"{office.address}runs/{run.uid}/", f"{office.address}runs/{run.uid}/report.json"]
    visitor = Client()
    assert {visitor.get(page).status_code for page in pages} == {302}
    assert {visitor.post(page).status_code for page in pages} <= {302, 405}
    for role in (None, Role.REVIEWER, Role.RECORDER):
        person = UserFactory()
        if role:
            Grant.objects.create(user=person, role=role, city=office.city)
        other = Client()
        other.force_login(person)
        assert {other.get(page).status_code for page in pages} == {403}
    elsewhere = UserFactory()
    Grant.objects.create(user=elsewhere, role=Role.STAFF, city=CityFactory(slug="latina"))
    other = Client()
    other.force_login(elsewhere)
    assert {other.get(page).status_code for page in pages} == {403}
    there = [page.replace("/torino/", "/latina/") for page in pages[1:]]
    assert {other.get(page).status_code for page in there} == {404}, "another city's files are not there"
    assert {other.post(page).status_code for page in there} <= {404, 405}
    assert Building.objects.public().count() == 1


def test_a_file_can_be_put_aside_and_stopped(office):
    upload, where = send(office, collection(ONE))
    assert press(office, where, "discard").status_code == 302
    upload.refresh_from_db()
    assert upload.state == "discarded"
    assert not upload.path.exists()
    assert office.client.get(where).status_code == 200
    assert press(office, where, "apply").status_code == 409
    other = Upload.objects.create(city=office.city, layer="buildings", file_name="a")
    steps.stop(other)
    other.refresh_from_db()
    assert (other.state, other.problem["code"]) == ("failed", "work-stopped")
    assert office.client.get(f"{office.address}files/{other.uid}/progress").json()["busy"] is False


def test_the_desk_leads_to_it(office):
    assert "/en/torino/desk/import/" in office.client.get("/en/torino/desk/").content.decode()
