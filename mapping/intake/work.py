"""The background work of the import pages: reads and brings in what waits, one file after the other.

One process works in a database at a time: it holds a lock of its session while it lives. Whoever finds a file marked as
being worked on while nobody holds the lock knows that the work was killed; its transaction was rolled back, so nothing
was changed, and the file is marked as stopped and can be started again.
"""

import contextlib
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from mapping.importing.messages import ImportRefused
from mapping.importing.report import Report
from mapping.importing.request import UsageError
from mapping.importing.run import run
from mapping.intake.asking import look_of, remember, request_of
from mapping.intake.rounds import ask_due, goes_by_itself
from mapping.models import Upload

logger = logging.getLogger(__name__)

WORK = 7_308_202_642  # the lock of the one who works; any fixed number does
TOLD_SECONDS = 0.5
MEMORY_BYTES = 3 * 1024**3
State = Upload.State


class Stopped(Exception):
    """Somebody asked to stop."""


class Teller:
    """Writes how far the work is through a connection of its own, because the work's transaction is not visible yet;
    hears in the same statement whether somebody asked to stop."""

    def __init__(self, upload: Upload, cursor: Any) -> None:
        self.upload, self.cursor = upload, cursor
        self.step, self.last = "", 0.0

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        if step == self.step and time.monotonic() - self.last < TOLD_SECONDS:
            return
        self.step, self.last = step, time.monotonic()
        self.cursor.execute(
            "UPDATE mapping_upload SET step = %s, done = %s, total = %s WHERE id = %s RETURNING stop_asked",
            [step, done, total, self.upload.pk],
        )
        row = self.cursor.fetchone()
        if row and row[0]:
            raise Stopped


@contextlib.contextmanager
def side_cursor() -> Iterator[Any]:
    """A cursor on a second connection to the same database, each statement for itself."""
    side = connections.create_connection("default")
    try:
        with side.cursor() as cursor:
            yield cursor
    finally:
        side.close()


def start_work() -> None:
    """Starts a process for what waits, and does not wait for it. It ends with the web server that it belongs to."""
    if not settings.IMPORTS_START_WORK:
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work_imports"]
    with contextlib.suppress(OSError):  # then the timer does it within the minute
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=settings.BASE_DIR)


def work() -> int:
    """Does everything that waits, unless somebody is at it already; how many files."""
    done = 0
    with side_cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORK])
        if not cursor.fetchone()[0]:
            return 0
        mark_stopped()
        ask_due()
        while upload := Upload.objects.waiting().select_related("city", "user", "saved").first():
            one_file(upload, Teller(upload, cursor))
            done += 1
    return done


def limit_memory() -> None:
    """For a process that does nothing else: more than this is refused with a sentence, not taken from others."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def at_work() -> bool:
    """Whether somebody holds the lock of the work in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
            "AND ((classid::bigint << 32) | objid::bigint) = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [WORK],
        )
        return cursor.fetchone()[0]


def mark_stopped() -> int:
    """Marks as stopped what was being worked on by somebody who is gone; only for who holds the lock, or knows that
    nobody does."""
    problem = {"code": "work-killed", "params": {}}
    return Upload.objects.filter(state__in=Upload.AT_WORK).update(state=State.FAILED, problem=problem)


def notice_killed() -> None:
    """For a page about a file that is being worked on: says so when its work was killed."""
    if Upload.objects.filter(state__in=Upload.AT_WORK).exists() and not at_work():
        mark_stopped()


def one_file(upload: Upload, tell: Callable[..., None]) -> None:
    """Looks at a file or brings it in, and keeps what came of it. Never raises for what a file can do."""
    applying = upload.state == State.TO_APPLY
    changed = {"state": State.APPLYING if applying else State.LOOKING, "step": "read", "done": 0, "total": 0}
    if not Upload.objects.filter(pk=upload.pk, state=upload.state).update(**changed):
        return
    try:
        request = request_of(upload, applying)
        request.tell = tell
        report = run(request)
    except Stopped:
        _end(upload, state=State.FAILED, problem={"code": "work-stopped", "params": {}})
    except UsageError as error:
        _end(upload, state=State.FAILED, problem={"code": "usage", "params": {"detail": str(error)}})
    except MemoryError:
        _end(upload, state=State.FAILED, problem={"code": "too-large-to-read", "params": {}})
    except Exception:
        _end(upload, state=State.FAILED, problem={"code": "work-killed", "params": {}})
        logger.exception("The import of upload %s failed.", upload.uid)
    else:
        _keep(upload, report, applying)


def _keep(upload: Upload, report: Report, applying: bool) -> None:
    found = {"sha256": report.file.get("sha256") or upload.sha256}
    refused = report.error
    if applying and report.applied:
        remember(upload, report)
        upload.path.unlink(missing_ok=True)
        _end(upload, state=State.APPLIED, run=report.run, problem={}, **found)
    elif refused:
        problem = {"code": refused.code, "params": _plain(refused)}
        _end(upload, state=State.READY, look=look_of(report), problem=problem, **found)
    else:
        upload.look, upload.problem = look_of(report), {}
        state = State.TO_APPLY if goes_by_itself(upload) else State.READY
        _end(upload, state=state, look=upload.look, problem={}, **found)


def _plain(refused: ImportRefused) -> dict[str, Any]:
    return {name: value if isinstance(value, list | int) else str(value) for name, value in refused.params.items()}


def _end(upload: Upload, **values: Any) -> None:
    ended = Upload.objects.filter(pk=upload.pk)
    ended.update(**values, stop_asked=False, step="", done=0, total=0, asked_at=timezone.now())
