"""From rows to candidates: what would be stored, with every rejection and repair said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override
from shapely.geometry.base import BaseGeometry

from mapping.importing.child import Reading, Record
from mapping.importing.columns import as_text
from mapping.importing.identity import CONTENT, Identity
from mapping.importing.places import Frame, fit
from mapping.importing.rejection import Rejected
from mapping.importing.report import Report, RowRemark
from mapping.importing.targets import Target
from mapping.importing.values import convert
from neighbourhoods.vocabulary import Precision

CODE_LENGTH = 50


@dataclass
class Candidate:
    """One row that can be stored: its identifier in the source, its field values, its place in EPSG:4326 or none."""

    key: str
    values: dict[str, Any]
    place: BaseGeometry | None


@dataclass(frozen=True)
class Plan:
    """How the rows of one file are read: layer, columns, identifiers, bounds, and values that hold for every row."""

    target: Target
    mapping: dict[str, str]
    identity: Identity
    frame: Frame
    constants: dict[str, Any]
    noun: str


def candidates(
    reading: Reading, plan: Plan, places: dict[int, BaseGeometry | Rejected], report: Report
) -> tuple[list[Candidate], set[str]]:
    """What can be stored, and the identifiers of every row, rejected ones too: those are in the file, so not gone."""
    found: list[Candidate] = []
    first_row: dict[str, int] = {}
    for record in reading.records:
        key = _key(plan, record)
        try:
            candidate = _candidate(record, key, plan, places.get(record.number))
            if key in first_row:
                raise Rejected("id-duplicate", id=key, first=first_row[key])
        except Rejected as reason:
            report.rejected += 1
            report.remarks.append(RowRemark(record.number, key, "rejected", reason.code, reason.params))
        else:
            found.append(candidate)
            report.remarks += [
                RowRemark(record.number, key, "repaired", code, params) for code, params in _once(record.notes)
            ]
        if key:
            first_row.setdefault(key, record.number)
    report.rows_in = len(reading.records)
    return found, set(first_row)


def _once(notes: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return list({(code, tuple(sorted(params.items()))): (code, params) for code, params in notes}.values())


def _key(plan: Plan, record: Record) -> str:
    key = plan.identity.of(record)
    return key[:CODE_LENGTH] if plan.target.role else key


def _candidate(record: Record, key: str, plan: Plan, place: BaseGeometry | Rejected | None) -> Candidate:
    if record.rejected:
        raise Rejected(record.rejected[0], **record.rejected[1])
    if isinstance(place, Rejected):
        raise place
    if not key:
        raise Rejected("id-missing", column=plan.identity.rule.removeprefix("column:"))
    if place is not None:
        place = fit(place, plan.target, plan.frame, record.notes)
    if place is None and not plan.target.null_geometry:
        raise Rejected("geometry-missing")
    if place is None and not any(code.startswith("geometry-") for code, _ in record.notes):
        record.notes.append(("geometry-absent", {}))
    return Candidate(key, _values(record, key, plan, place), place)


def _values(record: Record, key: str, plan: Plan, place: BaseGeometry | None) -> dict[str, Any]:
    target, values = plan.target, dict(plan.constants)
    for field in target.fields:
        column = plan.mapping.get(field.name)
        if column is not None:
            model_field = target.model._meta.get_field(field.name)
            values[field.name] = convert(field, model_field, column, record.properties.get(column), record.notes)
    if target.role and not plan.identity.own:
        values["code"] = key
    elif place is None and "precision" not in values:
        values["precision"] = Precision.NONE
    if not values.get("name"):
        values["name"] = _name(record, key, plan, values)
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        raise Rejected("dates-out-of-order")
    return values


def _name(record: Record, key: str, plan: Plan, values: dict[str, Any]) -> str:
    """A territory is called by its kind and code; anything else by its address, or by its kind, which is said."""
    if plan.target.role:
        return f"{plan.noun} {key}"
    if values.get("address"):
        return values["address"]
    name = plan.noun if plan.identity.rule == CONTENT else f"{plan.noun} {key}"
    record.notes.append(("name-missing", {"name": name}))
    return name


def in_italian(text: Callable[[], str]) -> str:
    """A word as data stores it: in the language of the records, whatever the person at the keyboard speaks."""
    with override("it"):
        return as_text(text())
