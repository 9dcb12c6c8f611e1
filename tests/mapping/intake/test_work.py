"""The background work as a process: one at a time, killed in the middle, stopped by a button, started again."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as real

from commons.models import Building
from mapping.intake import work as working
from mapping.intake.steps import keep, look_again, sweep_uploads
from mapping.intake.work import Teller, at_work, notice_killed, side_cursor, start_work, work
from mapping.models import ImportChange, ImportRun, Upload
from tests.conftest import database_of_the_test
from tests.factories import CityFactory
from tests.mapping.importing import files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return CityFactory()


def waiting(city, count=2, **values) -> Upload:
    """A file of so many buildings that waits."""
    upload = Upload(city=city, layer="buildings", file_name="edifici.geojson", **values)
    upload.path.parent.mkdir(parents=True, exist_ok=True)
    rows = [files.feature((7.6 + n % 100 / 1000, 45.05), id=str(n), nome=f"N{n}") for n in range(count)]
    upload.path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    upload.save()
    return upload


def process(media) -> subprocess.Popen:
    """`work_imports` on the database of this test, as the pages start it."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "work_imports"],
        cwd=real.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": database_of_the_test(), "MEDIA_ROOT": str(media), "SECRET_KEY": real.SECRET_KEY},
    )


def until(condition, seconds=480):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)


def state(upload) -> str:
    return Upload.objects.values_list("state", flat=True).get(pk=upload.pk)


@pytest.mark.slow
def test_work_that_is_killed_changes_nothing_is_said_and_can_be_started_again(city, settings):
    upload = waiting(city, 20_000, state="to_apply")
    child = process(settings.MEDIA_ROOT)
    until(lambda: Upload.objects.filter(pk=upload.pk, state="applying", step="write").exists())
    assert at_work()
    child.send_signal(signal.SIGKILL)
    child.wait()
    until(lambda: not at_work())
    assert not Building.objects.exists()
    assert not ImportRun.objects.exists()
    assert not ImportChange.objects.exists()
    notice_killed()
    upload.refresh_from_db()
    assert (upload.state, upload.problem["code"]) == ("failed", "work-killed")
    assert upload.path.exists()
    look_again(upload, {})
    assert work() == 1
    assert state(upload) == "ready"
    Upload.objects.filter(pk=upload.pk).update(state="to_apply")
    assert process(settings.MEDIA_ROOT).wait() == 0
    assert state(upload) == "applied"
    assert Building.objects.public().count() == 20_000
    assert ImportChange.objects.count() == 20_000


def test_two_workers_never_work_at_the_same_time(city):
    upload = waiting(city)
    with side_cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [working.WORK])
        assert at_work()
        assert work() == 0
        assert state(upload) == "to_look"
    until(lambda: not at_work())
    assert work() == 1
    assert state(upload) == "ready"
    until(lambda: not at_work())


def test_a_button_stops_the_work_and_nothing_is_changed(city, monkeypatch):
    upload = waiting(city, state="to_apply")
    monkeypatch.setattr(working, "TOLD_SECONDS", 0)
    told = Teller.__call__

    def press_stop(self, step, done=0, total=0):
        if step == "write":
            Upload.objects.filter(pk=upload.pk).update(stop_asked=True)
        told(self, step, done, total)

    monkeypatch.setattr(Teller, "__call__", press_stop)
    with side_cursor() as cursor:
        cursor.execute("SELECT 1")
        teller = Teller(upload, cursor)
        Upload.objects.filter(pk=upload.pk).update(stop_asked=True)
        with pytest.raises(working.Stopped):
            teller("read")
    Upload.objects.filter(pk=upload.pk).update(stop_asked=True)
    assert work() == 1
    upload.refresh_from_db()
    assert (upload.state, upload.problem["code"], upload.stop_asked) == ("failed", "work-stopped", False)
    assert not Building.objects.exists()


def test_a_mistake_of_our_own_is_said_and_stops_only_that_file(city, monkeypatch):
    first, second = waiting(city), waiting(city)
    real_run = working.run
    calls = []

    def breaks_once(request):
        calls.append(request)
        if len(calls) == 1:
            raise RuntimeError("a mistake")
        return real_run(request)

    monkeypatch.setattr(working, "run", breaks_once)
    assert work() == 2
    assert (state(first), state(second)) == ("failed", "ready")


def test_the_timer_puts_aside_what_nobody_touches_and_sweeps_what_belongs_to_nobody(city, settings):
    old, new = waiting(city), waiting(city)
    Upload.objects.filter(pk=old.pk).update(asked_at="2026-01-01T00:00Z", state="ready")
    lost = new.path.parent / "lost"
    lost.write_text("x")
    os.utime(lost, (0, 0))
    assert sweep_uploads() == 1
    assert (state(old), old.path.exists()) == ("discarded", False)
    assert (state(new), new.path.exists(), lost.exists()) == ("to_look", True, False)


def test_the_work_is_started_only_where_that_is_wanted(settings, monkeypatch):
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_more: started.append(command[-1]))
    settings.IMPORTS_START_WORK = False
    start_work()
    settings.IMPORTS_START_WORK = True
    start_work()
    assert started == ["work_imports"]
    assert callable(keep)


def test_the_memory_of_the_process_is_limited():
    program = "from mapping.intake.work import limit_memory, MEMORY_BYTES\nimport resource\nlimit_memory()\n"
    program += "assert resource.getrlimit(resource.RLIMIT_AS)[0] == MEMORY_BYTES"
    given = os.environ | {"DJANGO_SETTINGS_MODULE": "mapping.settings", "SECRET_KEY": real.SECRET_KEY}
    code = "import django; django.setup()\n" + program
    assert subprocess.run([sys.executable, "-c", code], cwd=real.BASE_DIR, env=given, check=False).returncode == 0
