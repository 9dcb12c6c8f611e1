"""Large files are made in the background: asked for once, told of, fetched in parts, gone when no longer true."""

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from commons.models import Building
from mapping.exporting import work
from mapping.exporting.ranges import asked_range
from mapping.exporting.work import work_off
from mapping.formats import files
from mapping.models import Export
from tests.answers import problem

pytestmark = pytest.mark.django_db
PATH = "/layers/buildings.gpkg"


@pytest.fixture(autouse=True)
def room(settings, tmp_path, monkeypatch) -> Path:
    """Everything above three records is large; no process is started."""
    settings.EXPORT_ROOT = tmp_path / "room"
    settings.EXPORT_LARGE = settings.EXPORT_LARGE_XLSX = 3
    monkeypatch.setattr(work, "start_worker", lambda: None)
    return settings.EXPORT_ROOT


@pytest.fixture
def ready(client, town) -> Export:
    client.get(PATH)
    assert work_off() == 1
    return Export.objects.get()


def test_a_program_is_told_where_to_wait_and_the_same_address_gives_the_file(client, town):
    first = client.get(PATH)
    assert first.status_code == 202
    assert first["Cache-Control"] == "no-store" and int(first["Retry-After"]) > 0
    export = Export.objects.get()
    assert first["Location"] == f"/data/exports/{export.uid}/"
    assert first.json() | {"page": ""} == {"state": "waiting", "percent": 0, "records": export.total, "page": ""}
    assert work_off() == 1
    then = client.get(PATH)
    body = then.getvalue()
    export.refresh_from_db()
    assert (then.status_code, then["Content-Type"]) == (200, "application/geopackage+sqlite3")
    assert (len(body), hashlib.sha256(body).hexdigest()) == (export.size, export.sha256)
    assert body == client.get(f"/exports/{export.uid}/file").getvalue()
    assert (export.state, export.percent) == ("ready", 100)


def test_a_browser_gets_a_page_that_tells_how_far_it_is(client, town):
    response = client.get(PATH, headers={"accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 302
    page = client.get(response["Location"])
    text = page.getvalue().decode()
    assert '<meta http-equiv="refresh"' in text and "<progress" in text
    assert "no-store" in page["Cache-Control"]
    work_off()
    text = client.get(response["Location"]).getvalue().decode()
    assert '<meta http-equiv="refresh"' not in text and f"/exports/{Export.objects.get().uid}/file" in text


def test_small_files_and_texts_are_never_put_off(client, town):
    assert client.get(PATH, {"limit": 3}).status_code == 200
    assert client.get("/layers/buildings.csv").status_code == 200
    assert not Export.objects.exists()


def test_all_who_ask_for_the_same_wait_for_the_same(client, town):
    for _ in range(3):
        client.get(PATH)
        Client(REMOTE_ADDR="10.9.8.7").get(PATH)
    assert Export.objects.count() == 1
    client.get(PATH, {"q": "scuola"})
    assert Export.objects.count() == 2


def test_one_visitor_waits_for_a_few_only_and_is_not_known_by_address(client, town, settings):
    settings.EXPORT_LIMIT = 2
    for state in ("xlsx", "gpkg"):
        assert client.get(f"/layers/buildings.{state}").status_code == 202
    problem(client.get("/layers/buildings.zip"), 429, "too-many")
    assert Client(REMOTE_ADDR="10.9.8.7").get("/layers/buildings.zip").status_code == 202
    assert not any("10.9.8.7" in str(value) for row in Export.objects.values_list() for value in row)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=5-999999999", 5, None)],
)
def test_a_broken_download_goes_on_where_it_ended(client, ready, header, first, last):
    whole = client.get(PATH).getvalue()
    start = first if first >= 0 else len(whole) + first
    end = len(whole) - 1 if last is None else last
    response = client.get(f"/exports/{ready.uid}/file", headers={"range": header})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert response.getvalue() == whole[start : end + 1]
    assert int(response["Content-Length"]) == end + 1 - start


def test_a_range_outside_is_416_and_one_that_is_not_understood_is_all(client, ready):
    path = f"/exports/{ready.uid}/file"
    outside = client.get(path, headers={"range": "bytes=999999999-"})
    assert (outside.status_code, outside["Content-Range"]) == (416, f"bytes */{ready.size}")
    for header in ("bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"):
        assert client.get(path, headers={"range": header}).status_code == 200
    with pytest.raises(ValueError):
        asked_range("bytes=-0", 10)


def test_a_part_is_sent_only_of_the_file_that_the_client_has_begun(client, ready):
    path = f"/exports/{ready.uid}/file"
    tag = client.get(path)["ETag"]
    assert not tag.startswith("W/")
    begun = {"range": "bytes=10-", "if-range": tag}
    assert client.get(path, headers=begun).status_code == 206
    assert client.get(path, headers=begun | {"if-range": '"other"'}).status_code == 200
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    head = client.head(path)
    assert (head.status_code, head["Content-Length"], head["Accept-Ranges"]) == (200, str(ready.size), "bytes")


def test_a_file_is_gone_as_soon_as_what_it_holds_may_not_be_public(client, ready, town):
    path = f"/exports/{ready.uid}/file"
    assert client.get(path).status_code == 200
    Building.objects.filter(pk=town.buildings[0].pk).update(visibility="hidden")
    problem(client.get(path), 410, "gone")
    problem(client.get(path, headers={"range": "bytes=0-9"}), 410, "gone")
    assert client.get(PATH).status_code == 202
    assert b"/layers/buildings.gpkg" in client.get(f"/data/exports/{ready.uid}/").getvalue()
    call_command("tick")
    assert not ready.path.exists() and not Export.objects.filter(pk=ready.pk).exists()


def test_what_is_old_or_left_over_is_swept(client, ready, room):
    left = room / f"{files.WRITING}crashed"
    left.mkdir()
    (left / "half.gpkg").write_bytes(b"x")
    (room / "nobody.gpkg").write_bytes(b"x")
    long_ago = time.time() - 7 * 3600
    for path in (left, room / "nobody.gpkg"):
        os.utime(path, (long_ago, long_ago))
    assert ready.path.exists()
    assert work.sweep_exports() == 2
    assert [path.name for path in room.iterdir()] == [ready.path.name]
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert work.sweep_exports() == 1
    assert list(room.iterdir()) == []


def test_a_worker_that_died_is_replaced_and_the_file_made_all_the_same(client, town, room):
    client.get(PATH)
    Export.objects.update(state=Export.State.WORKING, done=5)
    assert work_off() == 1
    assert Export.objects.get().state == "ready"


@pytest.mark.parametrize(("error", "why"), [(OSError(28, "No space left on device"), True), (RuntimeError("x"), False)])
def test_what_cannot_be_made_is_said_and_keeps_no_other_from_its_turn(client, town, room, monkeypatch, error, why):
    client.get(PATH)
    client.get("/layers/pacts.gpkg")

    real = files.make

    def fail(form, making, folder):
        if making.name == "buildings":
            raise error
        return real(form, making, folder)

    monkeypatch.setattr(work, "make", fail)
    assert work_off() == 2
    failed, made = Export.objects.order_by("pk")
    assert (failed.state, bool(failed.why), made.state) == ("failed", why, "ready")
    assert client.get(f"/data/exports/{failed.uid}/").status_code == 200
    assert client.get(PATH).status_code == 202, "it can be asked for again"
    assert [path.name for path in room.iterdir()] == [made.path.name]


def test_progress_is_written_and_an_export_taken_away_is_not_made(client, town, room, monkeypatch):
    client.get(PATH)
    seen = []
    monkeypatch.setattr(work.time, "monotonic", lambda: len(seen) * 10.0)
    told = work.told(Export.objects.get())
    seen.append(1)
    told(4)
    export = Export.objects.get()
    assert (export.done, export.percent) == (4, 100 * 4 // export.total)
    export.delete()
    seen.append(1)
    with pytest.raises(work.Given):
        told(5)


def test_the_command_makes_what_waits(client, town, capsys):
    client.get(PATH)
    call_command("exports")
    assert "1" in capsys.readouterr().out
    assert Export.objects.get().state == "ready"


def test_an_unknown_or_unfinished_file_is_said(client, town):
    problem(client.get("/exports/none/file"), 404, "not-found")
    assert client.get("/data/exports/none/").status_code == 404
    client.get(PATH)
    problem(client.get(f"/exports/{Export.objects.get().uid}/file"), 409, "conflict")


def test_a_lost_database_is_503_not_a_half_file(client, town, settings, room, monkeypatch):
    settings.EXPORT_LARGE = 10**6

    def lost(*args: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("mapping.formats.arrow.chunk", lost)
    problem(client.get(PATH), 503, "unavailable")
    assert list(room.iterdir()) == []
