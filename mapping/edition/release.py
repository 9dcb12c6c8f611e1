"""Makes an edition: one dated archive with all public data, the same bytes for the same data.

Everything is read in one snapshot. Records under the Open Database Licence are in files of their own, under `odbl/`.
"""

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import translation

from commons.models import Edition
from mapping.edition.readme import readme
from mapping.edition.records import keys, kinds, lines
from mapping.formats import FORMATS, writing
from mapping.formats.base import Format
from mapping.formats.files import Making, workspace
from mapping.formats.ogr import write_layer
from mapping.formats.rows import snapshot
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.registry import Layer
from mapping.versions import version
from neighbourhoods.vocabulary import Licence

FORM = 1  # the form of the archive; a reader refuses one that it does not know
MANIFEST = "manifest.json"
TEXTS = ("geojson", "csv")
LANGUAGES = ("it", "en")


@dataclass(frozen=True)
class Part:
    """One of the two parts of an edition: the records under the Open Database Licence, or all others."""

    folder: str
    odbl: bool

    def layer(self, layer: Layer) -> Layer:
        """A copy of an entry that gives the records of this part alone."""

        def rows() -> Any:
            found = layer.queryset()
            return found.filter(licence=Licence.ODBL) if self.odbl else found.exclude(licence=Licence.ODBL)

        return replace(layer, queryset=rows)

    def holds(self, record: dict[str, Any]) -> bool:
        return (record.get("licence") == Licence.ODBL) == self.odbl


PARTS = (Part("", False), Part("odbl/", True))


def name_of(day: date) -> str:
    return f"mappa-comune-{day.isoformat()}.zip"


def release(folder: Path, day: date) -> Path:
    """Writes the edition of a day into a folder, whole or not at all; says what changed since the one before there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name_of(day)
    before = max((one for one in folder.glob("mappa-comune-*.zip") if one.name < path.name), default=None)
    with workspace() as aside, snapshot() as cursor, translation.override("it"):
        written = dict(entries(cursor, aside, day))
        written["README.md"] = readme(day, written, before).encode()
        archive = aside / "edition.zip"
        pack(archive, written | {MANIFEST: manifest(day, written)}, day)
        partial = path.with_suffix(".partial")
        partial.write_bytes(archive.read_bytes())
        partial.replace(path)
    return path


def entries(cursor: CursorWrapper, aside: Path, day: date) -> Iterator[tuple[str, bytes]]:
    """Every file of the archive but the two that speak of the others."""
    for part in PARTS:
        layers = {slug: part.layer(layer) for slug, layer in LAYERS.items()}
        layers = {slug: layer for slug, layer in layers.items() if layer.queryset().using("public").exists()}
        for slug, layer in layers.items():
            for suffix in TEXTS:
                yield f"{part.folder}{suffix}/{slug}.{suffix}", text(cursor, layer, FORMATS[suffix])
        if layers:
            file = aside / f"{part.folder.strip('/') or 'open'}.gpkg"
            yield f"{part.folder}mappa-comune.gpkg", geopackage(cursor, layers.values(), file, day)
    known = keys()
    for name, kind in kinds().items():
        rows = list(lines(kind, known))
        for part in PARTS:
            if mine := [one for one in rows if part.holds(one)]:
                yield f"{part.folder}records/{name}.jsonl", b"".join(line(one) for one in mine)
    yield from figures()
    yield "code-lists.csv", code_lists()


def figures() -> Iterator[tuple[str, bytes]]:
    """The figures of each year as they were frozen, where any are kept."""
    for one in Edition.objects.using("public").select_related("city").order_by("pk"):
        body = json.dumps(one.data, ensure_ascii=False, indent=1, sort_keys=True)
        yield f"figures/{one.city.slug}-{one.year}-{one.number}.json", body.encode() + b"\n"


def line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def text(cursor: CursorWrapper, layer: Layer, form: Format) -> bytes:
    """A layer as one of the formats that are texts."""
    return b"".join(writing.parts(cursor, Query(layer), form, version(layer.tables)))


def geopackage(cursor: CursorWrapper, layers: Iterable[Layer], path: Path, day: date) -> bytes:
    """All layers as tables of one GeoPackage, dated by the edition and not by the clock."""
    for layer in layers:
        making = Making.begin(Query(layer), cursor)
        write_layer(making, path, "GPKG", making.batches(), making.schema(), making.survey.kinds, layer=making.name)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE gpkg_contents SET last_change = ?", (f"{day.isoformat()}T00:00:00.000Z",))
        database.execute("VACUUM")
    return path.read_bytes()


def code_lists() -> bytes:
    """Every value that a column may have from a list, with its words in both languages."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["layer", "attribute", "value", *LANGUAGES])
    for layer in LAYERS.values():
        for attribute in layer.published:
            for value, word in attribute.choices.choices if attribute.choices else ():
                table.writerow([layer.slug, attribute.name, value, *(in_language(word, one) for one in LANGUAGES)])
    return out.getvalue().encode("utf-8-sig")


def in_language(word: Any, language: str) -> str:
    with translation.override(language):
        return str(word)


def manifest(day: date, written: dict[str, bytes]) -> bytes:
    """What the archive holds: each file with its size and its SHA-256."""
    files = {name: {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()} for name, body in written.items()}
    said = {"form": FORM, "edition": day.isoformat(), "files": dict(sorted(files.items()))}
    return json.dumps(said, indent=1).encode() + b"\n"


def pack(path: Path, written: dict[str, bytes], day: date) -> None:
    """The archive: names in order, every file of the day of the edition."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in sorted(written.items()):
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, body, compresslevel=6)
