"""From what somebody decided on a page to what the importer is asked, and from its answer to what the page shows."""

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from mapping.importing.report import Report
from mapping.importing.request import Request, source_name
from mapping.models import SavedSource, Upload
from mapping.sources import SOURCES

REMARKS = 500
ONCE = {"remember", "valid_from", "fetched"}  # decisions about one file, not about its source


def request_of(upload: Upload, applying: bool) -> Request:
    """What to ask of the importer: the decisions of the page over those of the remembered or known source."""
    choices = decisions(upload)
    known = SOURCES.get(upload.known)
    request = Request(
        layer=upload.layer,
        path=upload.path,
        name=upload.file_name,
        city=upload.city.slug,
        crs=choices.get("crs") or None,
        mapping=dict(choices.get("mapping") or {}),
        id_column=choices.get("id_column") or None,
        kind=choices.get("kind") or None,
        valid_from=date.fromisoformat(choices["valid_from"]) if choices.get("valid_from") else None,
        close_missing=choices.get("missing") == "close",
        sublayer=choices.get("sublayer") or None,
        dry_run=not applying,
        keep=applying,
        user=upload.user,
    )
    if known:
        request.source, request.register = known.name, known.register
        request.preset_mapping, request.constants = dict(known.mapping), known.constants()
        request.id_column = request.id_column or known.id_column
        request.kind = request.kind or known.kind
        request.crs = request.crs or known.crs or None
    elif upload.saved:
        kept = upload.saved.choices.get("mapping") or {}
        request.source, request.preset_mapping = upload.saved.name, kept
        left_out = {name: "" for name, column in kept.items() if not column}
        request.mapping = left_out | dict(upload.choices.get("mapping") or {})
        words = {"licence": upload.saved.licence, "attribution": upload.saved.attribution}
        request.constants = {name: value for name, value in words.items() if value}
    return request


def decisions(upload: Upload) -> dict[str, Any]:
    """What was decided about a file: on its page, else the last time for the same remembered source."""
    return (upload.saved.choices if upload.saved else {}) | upload.choices


def look_of(report: Report) -> dict[str, Any]:
    """What the page shows of a dry run: the report, its notices, what would change, and what stands in the columns."""
    found = report.as_json(rows=0) | {"changes": report.changes.rows, "columns": report.columns}
    found |= {"layers": report.layers, "found": report.found, "rows": remarks_of(report)}
    return found | {"notices": [[code, params] for code, params in report.notices], "remarks": len(report.remarks)}


def remarks_of(report: Report) -> list[dict[str, Any]]:
    """The first remarks of each outcome, as codes: the page says them in the reader's language."""
    kept: list[dict[str, Any]] = []
    for outcome in ("rejected", "repaired"):
        found = sorted((one for one in report.remarks if one.outcome == outcome), key=lambda one: one.row)[:REMARKS]
        kept += [
            {"row": one.row, "id": one.id, "outcome": outcome, "code": one.code, "params": one.params} for one in found
        ]
    return kept


def remember(upload: Upload, report: Report) -> None:
    """Keeps the decisions as a source of the city, when the page asked for a name; else brings its own up to date."""
    title = str(upload.choices.get("remember") or "").strip()
    if not title and not upload.saved:
        return
    kept = {name: value for name, value in decisions(upload).items() if name not in ONCE}
    left_out = {field: "" for field, column in (kept.get("mapping") or {}).items() if not column}
    kept["mapping"] = left_out | report.mapping
    if report.identity.startswith("column:"):
        kept["id_column"] = report.identity.removeprefix("column:")
    if upload.saved:
        SavedSource.objects.filter(pk=upload.saved.pk).update(choices=kept, sha256=report.file["sha256"] or "")
        return
    # The records keep the source under which they came in: the name of the file.
    name = source_name_of(upload) or slugify(title)[:100]
    values = {"title": title[:200], "layer": upload.layer, "choices": kept, "user": upload.user}
    SavedSource.objects.update_or_create(city=upload.city, name=name, defaults=values)


def source_name_of(upload: Upload) -> str:
    """The source that the records of this file carry."""
    if upload.known or upload.saved:
        return upload.known or upload.saved.name
    return source_name(Path(upload.file_name))
