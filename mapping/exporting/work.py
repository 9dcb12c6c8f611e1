"""Large files, made in the background: asked for once for all who want the same, made by one process at a time, kept
as long as they hold what is public now, and never longer than a day."""

import hashlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mapping.errors import Problem
from mapping.formats import FORMATS, FileFormat
from mapping.formats.files import WRITING, Making, make, workspace
from mapping.formats.rows import snapshot
from mapping.layers import LAYERS
from mapping.models import Export
from mapping.query import Query
from mapping.versions import version

logger = logging.getLogger(__name__)

LOCK = 7_308_202_642  # one worker at a time in one database; any fixed number does
LEFT_OVER = 6 * 3600  # seconds after which a folder of a file in the making is nobody's
State = Export.State
_workers: list[subprocess.Popen] = []


class Given(Exception):
    """The export that is being made was taken away meanwhile."""


def ask(query: Query, form: FileFormat, seen: str, total: int, came_from: str) -> Export:
    """The export of this query in this format at this version: the one there is, or a new one that waits its turn.

    Raises Problem: 413 for more than the format can hold, 429 where one visitor waits for too many.
    """
    if form.most is not None and total > form.most:
        raise Problem("too-large", f"{form.suffix} holds at most {form.most} records; narrow the query.")
    address = query.address(form.suffix, query.after)
    same = Export.objects.kept().filter(layer=query.layer.slug, suffix=form.suffix, version=seen, query=address)
    if found := same.first():
        return found
    visitor = salted_hmac("mapping.exports", came_from).hexdigest()[:64]
    if Export.objects.under_way().filter(visitor=visitor).count() >= settings.EXPORT_LIMIT:
        raise Problem("too-many", "Wait until the files that you asked for are made.")
    export = Export.objects.create(
        layer=query.layer.slug, suffix=form.suffix, query=address, version=seen, total=total, visitor=visitor,
        expires_at=timezone.now() + timedelta(hours=settings.EXPORT_HOURS),
    )  # fmt: skip
    transaction.on_commit(start_worker)
    return export


def query_of(export: Export) -> Query:
    """What an export asks, read again from its address."""
    return Query.parse(LAYERS[export.layer], QueryDict(urlsplit(export.query).query))


def is_current(export: Export) -> bool:
    """Whether its file still holds what is public: nothing of the layer has changed since."""
    return version(LAYERS[export.layer].tables) == export.version


def start_worker() -> None:
    """A process of its own that makes what waits; where it cannot start, the next tick tries again."""
    _workers[:] = [one for one in _workers if one.poll() is None]
    try:
        _workers.append(
            subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "exports"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                start_new_session=True,
            )
        )
    except OSError:
        logger.warning("No process for exports could be started.", exc_info=True)


def work_off() -> int:
    """Makes everything that waits, one after the other; how many. Nought where another process is at it."""
    made = 0
    with lock() as mine:
        while mine and (export := next_in_turn()):
            produce(export)
            made += 1
    return made


@contextmanager
def lock() -> Iterator[bool]:
    """Whether this process is the one that works now."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def next_in_turn() -> Export | None:
    """The one that waits longest, or whose maker is gone. Who holds the lock is the only maker."""
    return Export.objects.under_way().order_by("asked_at", "pk").first()


def produce(export: Export) -> None:
    """Makes one export; what goes wrong is kept with it in words, and does not keep the others from their turn."""
    Export.objects.filter(pk=export.pk).update(state=State.WORKING, done=0, touched_at=timezone.now())
    try:
        write(export)
    except Given:
        export.path.unlink(missing_ok=True)
    except Problem as problem:
        end(export, why=problem.detail[:300])
    except Exception:
        logger.exception("The export %s could not be made.", export.uid)
        end(export, why="")


def write(export: Export) -> None:
    """Makes the file aside and moves it to its place when it is whole and on the disk."""
    query, form = query_of(export), FORMATS[export.suffix]
    with snapshot() as cursor, workspace() as folder:
        seen = version(query.layer.tables)
        path = make(form, Making.begin(query, cursor, told(export)), folder)
        size, digest = kept_safe(path)
        os.replace(path, export.path)
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(
        state=State.READY, size=size, sha256=digest, version=seen, done=export.total, touched_at=now
    )


def told(export: Export) -> Callable[[int], None]:
    """Writes down how far it is, once a second. Raises Given when nobody wants it any more."""
    last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last < 1:
            return
        last = time.monotonic()
        if not Export.objects.filter(pk=export.pk).update(done=done, touched_at=timezone.now()):
            raise Given

    return progress


def kept_safe(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file, which is on the disk from now on."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()


def end(export: Export, why: str) -> None:
    Export.objects.filter(pk=export.pk).update(
        state=State.FAILED, why=why, touched_at=timezone.now(), expires_at=timezone.now() + timedelta(hours=1)
    )


def sweep_exports() -> int:
    """Removes files that are too old or hold what may not be public any more, and what a crash left; starts a worker
    where something waits. For `tick`. Returns how many were removed."""
    removed = 0
    for export in Export.objects.all():
        stale = export.state == State.READY and not export.reserved and not is_current(export)
        if stale or export.expires_at <= timezone.now():
            export.path.unlink(missing_ok=True)
            export.delete()
            removed += 1
    removed += sweep_folder()
    if Export.objects.under_way().exists():
        start_worker()
    return removed


def sweep_folder() -> int:
    """Removes files without an export, and folders that nobody writes in any more."""
    known = set(Export.objects.values_list("uid", flat=True))
    removed, root = 0, Path(settings.EXPORT_ROOT)
    for path in root.iterdir() if root.is_dir() else ():
        old = time.time() - path.stat().st_mtime
        if path.is_dir() and path.name.startswith(WRITING) and old > LEFT_OVER:
            for part in path.iterdir():
                part.unlink()
            path.rmdir()
            removed += 1
        elif path.is_file() and path.name.partition(".")[0] not in known and old > 3600:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
