"""Loads an edition into an empty database: all of it or nothing, and what is refused is said in a sentence."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from commons.models.moving import Moving, record_states
from mapping.edition.records import Kind, kinds, read
from mapping.edition.release import FORM, MANIFEST, PARTS
from neighbourhoods.models import City

AT_ONCE = 500
MOST_BYTES = 4 * 1024**3  # unpacked; an archive that says more is no edition
UNSOURCED = "edition"  # for the moment in which a state is recorded, which asks for a source


class EditionRefused(Exception):
    """The file is not loaded; the words say why."""


def load_edition(path: Path) -> dict[str, int]:
    """Loads the file; how many rows of each table. Raises EditionRefused, and then nothing was written."""
    if City.objects.exists():
        raise EditionRefused(_("There is a city in this database already: an edition is loaded into an empty one."))
    rows = checked(path)
    try:
        with transaction.atomic():
            counts = load(rows)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return counts
    except DatabaseError as error:
        words = _("The file does not fit together: %(why)s Nothing was loaded.")
        raise EditionRefused(words % {"why": str(error).splitlines()[0]}) from error


def checked(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, in order. Raises EditionRefused for a file that is cut off, changed, or another's."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise EditionRefused(_("The file is too large to be an edition."))
            said = json.loads(archive.read(MANIFEST))
            if said["form"] != FORM:
                raise EditionRefused(_("This edition has a form that this program does not know."))
            whole(archive, said["files"])
            return {name: rows_of(archive, name) for name in kinds()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        words = _("The file is not whole, or it is no edition. Get it again. Nothing was loaded.")
        raise EditionRefused(words) from error
    except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
        words = _("The file is no edition: its list of files cannot be read. Nothing was loaded.")
        raise EditionRefused(words) from error


def whole(archive: zipfile.ZipFile, files: dict[str, dict[str, Any]]) -> None:
    """Every file that the list names is there as it was made, and no other."""
    there = set(archive.namelist()) - {MANIFEST}
    if there != set(files):
        raise EditionRefused(_("Files are missing or were added since the edition was made. Nothing was loaded."))
    for name, said in files.items():
        with archive.open(name) as body:
            if hashlib.file_digest(body, "sha256").hexdigest() != said["sha256"]:
                words = _("“%(name)s” is not as it was when the edition was made. Nothing was loaded.")
                raise EditionRefused(words % {"name": name})


def rows_of(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    """The rows of a table from both parts, in the order of their numbers."""
    there = set(archive.namelist())
    files = [file for part in PARTS if (file := f"{part.folder}records/{name}.jsonl") in there]
    rows = [json.loads(line) for file in files for line in archive.read(file).splitlines()]
    return sorted(rows, key=lambda row: row["n"])


def slices(whole: list) -> Iterator[list]:
    """A list in pieces that one statement can take."""
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def load(rows: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Writes every table, each row after those it points at."""
    made: dict[str, dict[str, Model]] = {}
    for name, kind in kinds().items():
        made[name] = {}
        for some in slices(rows[name]):
            made[name] |= write(kind, some, made)
    for name, kind in kinds().items():
        if kind.later:
            finish(kind, rows[name], made)
    return {name: len(found) for name, found in made.items() if found}


def write(kind: Kind, some: list[dict[str, Any]], made: dict[str, dict[str, Model]]) -> dict[str, Model]:
    """Writes some rows of one table; each by its key."""
    found, many = {}, []
    for row in some:
        try:
            key = str(row[kind.key] if kind.key else row["n"])
            if key in found or key in made[kind.name]:
                raise ValueError(key)
            record = found[key] = kind.model(**values(kind, row, made))
            many += [(record, name, row[name]) for name in kind.columns if kind.field(name).many_to_many]
        except (KeyError, TypeError, ValueError, ValidationError, FieldDoesNotExist) as error:
            words = _("Row %(n)s of “%(table)s” cannot be read: %(why)s. Nothing was loaded.")
            raise EditionRefused(words % {"n": row.get("n"), "table": kind.name, "why": error}) from error
    records = list(found.values())
    changed = {id(one): getattr(one, "updated_at", None) for one in records}
    moving = issubclass(kind.model, Moving)
    unsourced = [one for one in records if moving and not one.source]
    for one in unsourced:
        one.source = UNSOURCED
    kind.model.objects.bulk_create(records)
    if moving:
        record_states(kind.model, [one.pk for one in records])
    for one in unsourced:
        one.source = ""
    for one in records:
        if changed[id(one)]:
            one.updated_at = changed[id(one)]
    names = [*(["updated_at"] if "updated_at" in kind.columns else []), *(["source"] if unsourced else [])]
    if names:
        kind.model.objects.bulk_update(records, names)
    for record, name, targets in many:
        label = kind.field(name).related_model._meta.label_lower
        getattr(record, name).set([made[label][key] for key in targets])
    return found


def values(kind: Kind, row: dict[str, Any], made: dict[str, dict[str, Model]]) -> dict[str, Any]:
    """The columns of a row that can be written at once: no other name of the file is looked at."""
    found = {}
    for name in kind.columns:
        field = kind.field(name)
        if name in kind.later or field.many_to_many:
            continue
        if field.is_relation:
            found[name] = made[field.related_model._meta.label_lower][row[name]] if row[name] is not None else None
        else:
            found[name] = read(field, row[name])
    return found


def finish(kind: Kind, rows: list[dict[str, Any]], made: dict[str, dict[str, Model]]) -> None:
    """Writes the references to rows that came later."""
    changed = []
    for row in rows:
        record = made[kind.name][str(row[kind.key] if kind.key else row["n"])]
        for name in kind.later:
            if row[name] is not None:
                target = made[kind.field(name).related_model._meta.label_lower].get(row[name])
                if target is None:
                    words = _("Row %(n)s of “%(table)s” points at nothing. Nothing was loaded.")
                    raise EditionRefused(words % {"n": row["n"], "table": kind.name})
                setattr(record, name, target)
        changed.append(record)
    for some in slices(changed):
        kind.model.objects.bulk_update(some, kind.later)
