"""The rounds of the timer: remembered sources with an address are asked again, and what changed comes in by itself.

A file that would change much waits for a person, like one that cannot be read: an empty or broken edition of a register
must not empty the map.
"""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from commons.texts import clean_text
from mapping.importing.messages import ImportRefused
from mapping.intake.fetching import Fetched, fetch
from mapping.models import SavedSource, Upload

MUCH = 0.2  # of the records that are there: gone
MUCH_REJECTED = 0.2  # of the rows of the file
MUCH_CHANGED = 0.5  # of the records that are there


def due() -> list[SavedSource]:
    """The sources whose time has come, and of which no file is on its way."""
    now = timezone.now()
    asked = SavedSource.objects.exclude(url="").filter(every__gt=0).select_related("city").order_by("asked_at", "pk")
    on_its_way = set(Upload.objects.open().filter(saved__isnull=False).values_list("saved", flat=True))
    return [
        one for one in asked
        if one.pk not in on_its_way and (one.asked_at is None or one.asked_at + timedelta(hours=one.every) <= now)
    ]  # fmt: skip


def ask(source: SavedSource) -> Upload | None:
    """Asks one source; the file on its way in when it has changed. What came of it is kept with the source."""
    upload = Upload(city=source.city, saved=source, layer=source.layer, choices={"fetched": True})
    upload.file_name = clean_text(unquote(PurePosixPath(urlsplit(source.url).path).name))[:300] or source.name
    upload.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        found = fetch(source.url, upload.path, source.etag, source.last_modified)
    except ImportRefused as refused:
        params = {name: str(value) for name, value in refused.params.items()}
        _note(source, outcome={"code": refused.code, "params": params})
        return None
    if not found.changed or found.sha256 == source.sha256:
        upload.path.unlink(missing_ok=True)
        _note(source, outcome={"code": "fetch-same", "params": {}}, **_words(found))
        return None
    upload.size, upload.sha256 = found.size, found.sha256
    upload.save()
    _note(source, outcome={"code": "fetch-new", "params": {}}, sha256=found.sha256, **_words(found))
    return upload


def ask_due() -> int:
    """Asks every source whose time has come; how many sent something new."""
    return sum(ask(source) is not None for source in due())


def goes_by_itself(upload: Upload) -> bool:
    """Whether a fetched file may come in without a person: it can be read, changes something, and not much."""
    look = upload.look
    if not upload.choices.get("fetched") or upload.problem or not look.get("rows_in"):
        return False
    there = look["unchanged"] + look["updated"] + look["gone"]
    much = look["gone"] > MUCH * there or look["updated"] > MUCH_CHANGED * there
    return not (there and much) and look["rejected"] <= MUCH_REJECTED * look["rows_in"]


def _words(found: Fetched) -> dict[str, str]:
    return {"etag": found.etag, "last_modified": found.last_modified}


def _note(source: SavedSource, outcome: dict[str, Any], **values: str) -> None:
    SavedSource.objects.filter(pk=source.pk).update(asked_at=timezone.now(), outcome=outcome, **values)
