"""What the import pages show of a file and of an import: words instead of codes, and a drawing of what changes."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from mapping.importing.messages import sentence
from mapping.importing.targets import TARGETS, Target
from mapping.intake.asking import decisions
from mapping.intake.drawing import draw
from mapping.intake.forms import field_label
from mapping.models import ImportRun, Upload
from mapping.sources import SOURCES

ROWS = 50  # of each kind in the first table; the rest unfolds
COUNTS = ("created", "updated", "unchanged", "gone", "rejected", "repaired")
STILL = frozenset({"mapping", "crs", "id_column", "sublayer", "missing", "kind", "valid_from"})


@dataclass(frozen=True)
class Remark:
    """Why a row stays out, or what was mended in it."""

    row: int
    id: str
    words: str


def look(upload: Upload) -> dict[str, Any]:
    """Everything the page of a file shows."""
    found, target = upload.look, TARGETS.get(upload.layer)
    problem = sentence(upload.problem["code"], upload.problem.get("params")) if upload.problem else ""
    changes = {kind: changed(rows, target) for kind, rows in (found.get("changes") or {}).items()}
    return {
        "holds": title_of(upload), "look": found, "problem": problem, "changes": changes,
        "counts": [(name, count_label(name), found.get(name, 0)) for name in COUNTS] if found else [],
        "notices": [sentence(code, params) for code, params in found.get("notices") or []],
        "identity": identity_words(found.get("identity", "")),
        "plan": draw(upload.city, found.get("changes") or {}) if changes and upload.state == "ready" else None,
        "can_apply": bool(not upload.problem and found.get("rows_in") and upload.state == "ready"),
        "changing": sum(found.get(name, 0) for name in ("created", "updated", "gone")), "rows": ROWS,
        "steps": how_far(upload), "key": key_of(found.get("changes") or {}),
    } | remarks(found.get("rows") or [])  # fmt: skip


def remarks(rows: list[dict[str, Any]]) -> dict[str, list[Remark]]:
    """The rejected and the repaired rows, each with its sentence."""
    said: dict[str, list[Remark]] = {"rejected": [], "repaired": []}
    for one in rows:
        words = one.get("message") or sentence(one["code"], one.get("params"))
        said[one["outcome"]].append(Remark(one["row"], one["id"], words))
    return said


def changed(rows: list[dict[str, Any]], target: Target | None) -> list[dict[str, Any]]:
    """The records of one kind, the values of their fields as people read them."""
    found = []
    for row in rows:
        fields = [
            (field_label(target, name), value_label(target, name, old), value_label(target, name, new))
            for name, old, new in row.get("fields") or []
        ]
        if row.get("was"):
            fields.append((_("Place"), place_words(row["was"]), place_words(row["at"])))
        found.append(row | {"fields": fields})
    return found


def value_label(target: Target | None, name: str, value: str) -> str:
    """The word for a stored value."""
    if target and value and name in {field.name for field in target.model._meta.get_fields()}:
        choices = getattr(target.model._meta.get_field(name), "choices", None)
        return str(dict(choices or []).get(value, value))
    return value


def place_words(at: list[float] | None) -> str:
    return f"{at[1]:.5f}, {at[0]:.5f}" if at else _("no place")


def identity_words(rule: str) -> str:
    """How a row is recognised, in words."""
    words = {
        "": "",
        "feature-id": _("by the identifier of each feature"),
        "name": _("by their name"),
        "content-hash": _("by everything that stands in a row: one that changes is a new one"),
    }
    return words.get(rule) or _("by the column “%(column)s”") % {"column": rule.removeprefix("column:")}


def count_label(name: str) -> str:
    return {
        "created": _("new"), "updated": _("changed"), "unchanged": _("the same"), "gone": _("no more in the file"),
        "rejected": _("left out"), "repaired": _("mended"),
    }[name]  # fmt: skip


def key_of(changes: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str, int]]:
    """The legend of the drawing: kind, words, how many are on it."""
    words = {"new": _("new"), "changed": _("changed"), "gone": _("no more in the file")}
    return [(kind, words[kind], len(rows)) for kind, rows in changes.items() if rows]


def title_of(upload: Upload) -> str:
    """What somebody said that the file holds."""
    if upload.saved:
        return upload.saved.title
    if upload.known in SOURCES:
        return str(SOURCES[upload.known].title)
    return str(TARGETS[upload.layer].noun) if upload.layer in TARGETS else upload.layer


def differs(upload: Upload, decided: dict[str, Any]) -> bool:
    """Whether a decision changed after the file was looked at: then what it would change has to be shown again."""
    before = decisions(upload) | {"mapping": dict(upload.look.get("mapping") or {})}
    for name in STILL & set(decided):
        now, was = decided[name] or "", before.get(name) or ""
        if name == "mapping":
            now = {field: column for field, column in decided[name].items() if column}
        if name == "missing":
            now, was = now or "keep", was or "keep"
        if now != was:
            return True
    return False


def how_far(upload: Upload) -> dict[str, Any]:
    """How far the work is: a sentence, and a share of it where that is known."""
    words = {
        "read": _("Reading the file"), "place": _("Finding the places"), "check": _("Checking every row"),
        "write": _("Comparing with what is there, and writing"),
    }  # fmt: skip
    waiting = _("Waiting for its turn") if upload.state in Upload.TO_DO else words.get(upload.step, words["read"])
    share = min(100, round(100 * upload.done / upload.total)) if upload.total and upload.done else None
    return {"state": upload.state, "busy": upload.at_work, "words": waiting, "share": share}


def outcome(run: ImportRun) -> dict[str, Any]:
    """What the page of an import that ended shows."""
    target = TARGETS.get(run.layer)
    mapping = [(field_label(target, field), column) for field, column in islice(run.mapping.items(), 100)]
    counts = [(name, count_label(name), run.report.get(name, 0)) for name in COUNTS]
    said = remarks(run.report.get("rows") or [])
    return {"counts": counts, "mapping": mapping, "identity": identity_words(run.identity), "target": target} | said
