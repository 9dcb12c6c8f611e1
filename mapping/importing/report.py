"""What an import says: the report of the contract, to the key, and what the person at the keyboard reads."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from mapping.importing.changes import Changes
from mapping.importing.messages import ImportRefused, sentence


@dataclass
class RowRemark:
    """Why a row was rejected, or what was changed in one that was imported. `row` counts from 1."""

    row: int
    id: str
    outcome: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """The outcome of one import. What follows `error` is shown, and is no part of the contract: `columns` are those
    of the file with a few of their values, `found` is how many rows it holds, `run` the ImportRun that keeps it."""

    layer: str
    city: str = ""
    city_created: bool = False
    file: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    applied: bool = False
    mapping: dict[str, str] = field(default_factory=dict)
    unused_columns: list[str] = field(default_factory=list)
    identity: str = ""
    rows_in: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    gone: int = 0
    remarks: list[RowRemark] = field(default_factory=list)
    error: ImportRefused | None = None
    notices: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    columns: list[tuple[str, list[str]]] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    found: int = 0
    run: Any = None

    @property
    def repaired(self) -> int:
        """How many rows were imported with a change; a row with three changes counts once."""
        return len({remark.row for remark in self.remarks if remark.outcome == "repaired"})

    def as_json(self, rows: int | None = None) -> dict[str, Any]:
        """The report as it is written, with its first `rows` remarks only when asked."""
        numbers = ("rows_in", "created", "updated", "unchanged", "rejected", "repaired", "gone")
        remarks = sorted(self.remarks, key=lambda remark: remark.row)
        return (
            {"layer": self.layer, "city": self.city, "city_created": self.city_created, "file": self.file}
            | {"dry_run": self.dry_run, "applied": self.applied, "mapping": self.mapping}
            | {"unused_columns": self.unused_columns, "identity": self.identity}
            | {name: getattr(self, name) for name in numbers}
            | {"rows": [_row(remark) for remark in remarks[:rows]], "error": self._error()}
        )

    def _error(self) -> dict[str, str] | None:
        return {"code": self.error.code, "message": str(self.error)} if self.error else None

    def write(self, path: Path) -> None:
        """The report as a JSON file. Raises OSError."""
        path.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def lines(self, remarks: int = 20) -> Iterable[str]:
        """What a person reads after an import, the first `remarks` rows in full."""
        for code, params in self.notices:
            yield sentence(code, params)
        if self.unused_columns:
            yield _("Columns not used: %(columns)s.") % {"columns": ", ".join(self.unused_columns)}
        for remark in sorted(self.remarks, key=lambda remark: (remark.outcome, remark.row))[:remarks]:
            text = sentence(remark.code, remark.params)
            yield _("Row %(row)s (%(id)s): %(text)s") % {"row": remark.row, "id": remark.id or "-", "text": text}
        if len(self.remarks) > remarks:
            yield _("… and %(count)s more; --report FILE writes them all.") % {"count": len(self.remarks) - remarks}
        if self.error and not self.rows_in:
            return
        yield _(
            "%(rows_in)s rows: %(created)s created, %(updated)s updated, %(unchanged)s unchanged, "
            "%(rejected)s rejected, %(repaired)s repaired, %(gone)s gone."
        ) % {
            name: getattr(self, name)
            for name in ("rows_in", "created", "updated", "unchanged", "rejected", "repaired", "gone")
        }
        if self.dry_run:
            yield _("Dry run: nothing was written.")


def _row(remark: RowRemark) -> dict[str, Any]:
    return {
        "row": remark.row,
        "id": remark.id,
        "outcome": remark.outcome,
        "code": remark.code,
        "message": sentence(remark.code, remark.params),
    }
