"""What may be done with a file on its way in: it is kept, looked at, brought in, stopped, put aside."""

import hashlib
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.refusals import NotPossible
from commons.texts import clean_text
from mapping.intake.work import start_work
from mapping.models import Upload

State = Upload.State
KEPT_DAYS = 14
A_DAY = 86_400


def keep(upload: Upload, file: UploadedFile) -> Upload:
    """Writes the file where only its own name leads, and asks for a look at it."""
    upload.file_name = clean_text(Path(file.name or "").name)[:300] or _("file")
    upload.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    try:
        with upload.path.open("xb") as out:
            for piece in file.chunks(1 << 20):
                digest.update(piece)
                out.write(piece)
        upload.size, upload.sha256 = file.size, digest.hexdigest()
        upload.save()
    except BaseException:
        upload.path.unlink(missing_ok=True)
        raise
    transaction.on_commit(start_work)
    return upload


def look_again(upload: Upload, choices: dict[str, Any]) -> None:
    """Reads the file anew with these decisions."""
    _ask(upload, (State.READY, State.FAILED), State.TO_LOOK, choices=upload.choices | choices)


def bring_in(upload: Upload) -> None:
    """Brings the file in as it was last looked at. Raises NotPossible when nothing can come of it."""
    look = upload.look
    if upload.problem or not look.get("rows_in"):
        raise NotPossible(_("The file cannot be brought in as it is."))
    _ask(upload, (State.READY,), State.TO_APPLY)


def stop(upload: Upload) -> None:
    """Asks the work to stop; what waits stops at once."""
    if upload.state in Upload.TO_DO:
        problem = {"code": "work-stopped", "params": {}}
        Upload.objects.filter(pk=upload.pk, state__in=Upload.TO_DO).update(state=State.FAILED, problem=problem)
    else:
        Upload.objects.filter(pk=upload.pk, state__in=Upload.AT_WORK).update(stop_asked=True)


def discard(upload: Upload) -> None:
    """Puts a file aside: it goes, with everything that was found in it. Raises NotPossible while it is worked on."""
    rows = Upload.objects.filter(pk=upload.pk).exclude(state__in=(*Upload.AT_WORK, State.APPLIED))
    if not rows.update(state=State.DISCARDED, look={}, choices={}):
        raise NotPossible(_("The file is being worked on. Stop it first."))
    upload.path.unlink(missing_ok=True)


def _ask(upload: Upload, from_: tuple[str, ...], to: str, **values: Any) -> None:
    rows = Upload.objects.filter(pk=upload.pk, state__in=from_)
    if not rows.update(state=to, asked_at=timezone.now(), stop_asked=False, **values):
        raise NotPossible(_("Somebody else is at this file already."))
    transaction.on_commit(start_work)


def sweep_uploads() -> int:
    """Puts aside what nobody has touched for two weeks, and removes files that belong to no row. For `tick`."""
    old = Upload.objects.open().filter(asked_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    for upload in old.exclude(state__in=Upload.AT_WORK):
        discard(upload)
    kept = set(Upload.objects.open().values_list("uid", flat=True))
    gone = 0
    for path in (Path(settings.MEDIA_ROOT) / "imports").glob("*"):
        if path.name not in kept and path.stat().st_mtime < time.time() - A_DAY:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
