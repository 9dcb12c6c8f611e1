"""The report of a city: what each check finds, with names and the pages on which it is put right."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from commons.desk.door import Desk
from commons.desk.funnel import plain
from commons.desk.plan import SMALL, Plan, Sheet, Spot, frame
from mapping.layers import LAYERS
from mapping.quality.checks import CHECKS, Check
from mapping.registry import Layer

Row = tuple[str, int, str | None, int | None, float | None, float | None, float | None, int]


@dataclass(frozen=True)
class Subject:
    """A record that something was found about, and where it is put right: "" where this person cannot."""

    layer: Layer
    uid: str
    name: str
    edit: str


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a record or two, how much of it, and where (EPSG:4326)."""

    subject: Subject
    other: Subject | None
    amount: int | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Result:
    """What one check found: how many in all, and the first of them."""

    check: Check
    count: int
    findings: list[Finding]

    @property
    def more(self) -> int:
        return self.count - len(self.findings)


def read_report(desk: Desk, only: str = "") -> list[Result]:
    """The whole report, or that of one check. One statement for each check and one for each layer's names."""
    found: dict[str, list[Row]] = {}
    with connection.cursor() as cursor:
        for check in CHECKS:
            if only in ("", check.name):
                cursor.execute(*check.statement(desk))
                found[check.name] = cursor.fetchall()
    subjects = named(desk, [row for rows in found.values() for row in rows])
    return [
        Result(check, rows[0][-1] if rows else 0, [finding(row, subjects) for row in rows])
        for check in CHECKS
        if (rows := found.get(check.name)) is not None
    ]


def finding(row: Row, subjects: dict[tuple[str, int], Subject]) -> Finding:
    slug, key, other, other_key, amount, longitude, latitude, _count = row
    second = subjects.get((other, other_key)) if other and other_key is not None else None
    return Finding(subjects[slug, key], second, round(amount) if amount is not None else None, longitude, latitude)


def named(desk: Desk, rows: list[Row]) -> dict[tuple[str, int], Subject]:
    """The records of these rows, by layer and key."""
    keys: dict[str, set[int]] = {slug: set() for slug in LAYERS}
    for slug, key, other, other_key, *_rest in rows:
        keys[slug].add(key)
        if other and other_key is not None:
            keys[other].add(other_key)
    found = {}
    for slug, wanted in keys.items():
        model = LAYERS[slug].queryset().model
        for key, uid, name in model.objects.filter(pk__in=wanted).values_list("pk", "uid", "name"):
            found[slug, key] = Subject(LAYERS[slug], uid, name, edit_page(desk, slug, uid))
    return found


def edit_page(desk: Desk, slug: str, uid: str) -> str:
    """Where a record is put right: on its page of this report, by who may change places; else on the desk."""
    if desk.may("edit_place"):
        return reverse("desk-fix", args=[desk.city.slug, slug, uid])
    if slug in ("proposals", "pacts"):
        return reverse(f"desk-{slug.removesuffix('s')}", args=[desk.city.slug, uid])
    return ""


def plan_of(desk: Desk, results: Iterable[Result]) -> Plan:
    """The map of the findings: the city's outlines, and a spot for each place something is wrong. Two statements."""
    sheet = Sheet.around(frame(desk), SMALL)
    spots: dict[tuple[int, int], list[Finding]] = {}
    for result in results:
        for one in result.findings:
            if one.longitude is not None and one.latitude is not None:
                x, y = sheet.at(one.longitude, one.latitude)
                if 0 <= x <= sheet.width and 0 <= y <= sheet.height:
                    spots.setdefault((round(x / 12) * 12, round(y / 12) * 12), []).append(one)
    return Plan(
        sheet.outlines(desk),
        [
            Spot(x, y, len(here), here[0].subject.uid, here[0].subject.name, "")
            for (x, y), here in sorted(spots.items())
        ],
        sheet.width,
        sheet.height,
    )


def as_csv(results: Iterable[Result], base: str) -> str:
    """The report as a table; addresses are absolute, no cell begins like a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([
        _("Check"), _("Layer"), _("Identifier"), _("Name"), _("Other identifier"), _("Other name"), _("Amount"),
        _("Unit"), _("Longitude"), _("Latitude"), _("Put it right"),
    ])  # fmt: skip
    for result in results:
        for one in result.findings:
            write.writerow([
                result.check.name, one.subject.layer.slug, one.subject.uid, plain(one.subject.name),
                one.other.uid if one.other else "", plain(one.other.name) if one.other else "", one.amount or "",
                result.check.unit if one.amount is not None else "", one.longitude, one.latitude,
                base + one.subject.edit if one.subject.edit else "",
            ])  # fmt: skip
    return "\ufeff" + out.getvalue()
