"""The private store of files, and the two ways in and out of it: `attach()` and `remove()`.

A file is written aside, made safe on disk, named by a row in the transaction, and moved to its place after commit. If
the machine stops in between, either there is no row and `sweep_files()` removes what was left, or there is a row and
the file is found aside until the sweep moves it: a row never points to nothing.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.models import Attachment, Building, Event, Pact, Proposal
from commons.papers import NotADocument, is_picture, media_type
from commons.photos import NotAPhoto, Photo, develop
from commons.refusals import Missing, Refused
from commons.texts import clean_text
from commons.traces import leave_trace

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 10
MOST_PAPERS = 40
# What the office puts to a record takes no room from what its proposers bring.
PAPERS = (Attachment.Kind.ACT, Attachment.Kind.PACT_TEXT, Attachment.Kind.MINUTES)
A_DAY = 86_400
KEPT_AFTER_REMOVAL = timedelta(days=30)
Parent = Proposal | Pact | Building | Event


def shelf(key: str) -> Path:
    """Where a file lies once its row is committed."""
    return Path(settings.MEDIA_ROOT) / "files" / key[:2] / key


def aside(key: str) -> Path:
    """Where a file waits for its row."""
    return Path(settings.MEDIA_ROOT) / "waiting" / key


def attach(
    parent: Parent, upload: UploadedFile, kind: str, user: Any, title: str = "", public: bool = True
) -> Attachment:
    """Keeps an upload with what it belongs to. Raises Refused with words for the field `file`."""
    if not upload.size:
        raise refusal(_("“%(name)s” is empty."), upload)
    if upload.size > MOST_BYTES:
        raise refusal(_("“%(name)s” is larger than 20 MB. Make it smaller and try again."), upload)
    photo, media = read(upload, kind)
    key = secrets.token_hex(20)
    bodies = {key: iter([photo.large]), f"{key}.small": iter([photo.small])} if photo else {key: upload.chunks()}
    made = {name: keep_aside(name, body) for name, body in bodies.items()}
    try:
        return name_it(parent, upload, kind, user, title, public, photo, media, key, made[key])
    except BaseException:
        for name in bodies:
            aside(name).unlink(missing_ok=True)
        raise


def read(upload: UploadedFile, kind: str) -> tuple[Photo | None, str]:
    """The picture written anew, or None, and the media type of what will be kept."""
    try:
        if kind == Attachment.Kind.PHOTO or is_picture(upload.file):
            upload.seek(0)
            return develop(upload.file), "image/jpeg"
        return None, media_type(upload.file)
    except (NotAPhoto, NotADocument) as error:
        raise refusal("“%(name)s”: " + str(error).replace("%", "%%"), upload) from error


@transaction.atomic
def name_it(
    parent: Parent,
    upload: UploadedFile,
    kind: str,
    user: Any,
    title: str,
    public: bool,
    photo: Photo | None,
    media: str,
    key: str,
    made: tuple[str, int],
) -> Attachment:
    """Writes the row and, after commit, moves the file to its place. The lock keeps the count honest."""
    type(parent).objects.select_for_update(of=("self",)).get(pk=parent.pk)
    most = MOST_PAPERS if kind in PAPERS else MOST_FILES
    if shelved(parent, kind).count() >= most:
        said = _("“%(name)s” was not kept: there are %(most)s files already. Remove one first.")
        raise refusal(said, upload, most)
    attachment = parent.attachments.create(
        kind=kind, title=clean_text(title)[:200], storage_key=key,
        original_name=clean_text(Path(upload.name or "").name)[:200],
        sha256=made[0], size=made[1], media_type=media, width=photo.width if photo else None,
        height=photo.height if photo else None, public=public,
        uploaded_by=user if getattr(user, "is_authenticated", False) else None,
    )  # fmt: skip
    leave_trace(parent, user, f"attach {attachment.uid}")
    transaction.on_commit(lambda: promote(key))
    return attachment


def shelved(parent: Parent, kind: str = Attachment.Kind.DOCUMENT) -> QuerySet:
    """What lies with a record on the same shelf as this kind: the papers of the office, or the files of the others."""
    there = parent.attachments.filter(removed_at__isnull=True)
    return there.filter(kind__in=PAPERS) if kind in PAPERS else there.exclude(kind__in=PAPERS)


def remove(attachment: Attachment, user: Any) -> None:
    """Takes a file away from every page now; its bytes go thirty days later, with the sweep."""
    with transaction.atomic():
        attachment.removed_at = timezone.now()
        attachment.save(update_fields=["removed_at"])
        leave_trace(parent_of(attachment), user, f"remove {attachment.uid}")


def parent_of(attachment: Attachment) -> Parent:
    """The record that a file belongs to."""
    return attachment.proposal or attachment.pact or attachment.building or attachment.event


def open_file(attachment: Attachment, variant: str = "") -> IO[bytes]:
    """The bytes of a file, wherever they are; `variant` is empty or `small`. Raises FileNotFoundError."""
    name = f"{attachment.storage_key}.{variant}" if variant else attachment.storage_key
    try:
        return shelf(name).open("rb")
    except FileNotFoundError:
        return aside(name).open("rb")


def keep_aside(name: str, body: Iterable[bytes]) -> tuple[str, int]:
    """Writes bytes where they wait, down to the disk; their SHA-256 and how many they are."""
    path, digest, size = aside(name), hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as out:
        for piece in body:
            digest.update(piece)
            size += len(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    sync(path.parent)
    return digest.hexdigest(), size


def promote(key: str) -> None:
    """Moves a file and its small one from aside to their place. Doing it twice does no harm."""
    for name in (key, f"{key}.small"):
        shelf(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            aside(name).rename(shelf(name))
        except FileNotFoundError:
            continue
    sync(shelf(key).parent)


def sync(folder: Path) -> None:
    """Makes the names in a folder as safe as the bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_files() -> dict[str, int]:
    """Moves what waits and has a row; deletes what is older than a day and has none, or was removed long ago.

    For the program's start and for `tick`. Returns how many files were `moved` and `deleted`.
    """
    long_gone = Attachment.objects.filter(removed_at__lt=timezone.now() - KEPT_AFTER_REMOVAL)
    kept = set(Attachment.objects.difference(long_gone).values_list("storage_key", flat=True))
    root, before = Path(settings.MEDIA_ROOT), time.time() - A_DAY
    done = {"moved": 0, "deleted": 0}
    for path in [*root.glob("waiting/*"), *root.glob("files/*/*")]:
        key = path.name.partition(".")[0]
        if key in kept:
            if path.parent.name == "waiting":
                promote(key)
                done["moved"] += 1
        elif path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            done["deleted"] += 1
    return done


def refusal(words: str, upload: UploadedFile, most: int = MOST_FILES) -> Refused:
    """Says what is wrong with a file, by the name that the person knows it by."""
    said = {"name": clean_text(Path(upload.name or "").name)[:80] or _("file"), "most": most}
    return Refused([Missing("file", words % said)])
