"""What the database itself refuses in a geometry column, whoever writes it.

SRID and single types are held by the column (`geometry(Point,4326)`); the national extent by the triggers of
`neighbourhoods/migrations/0006_doors.py`, because it depends on the city.
"""

from typing import Any

from django.db.models import BooleanField, CharField, CheckConstraint, F, FloatField, Func, IntegerField, Q
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

MAX_VERTICES = 100_000
PLACE_TYPES = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")


REFUSALS = {
    "valid": _("The drawing is not valid: a line crosses itself, or an area is not closed. Draw it again."),
    "not_empty": _("The drawing is empty: draw a point, a line or an area."),
    "on_globe": _("The drawing leaves the globe: longitude goes from -180 to 180, latitude from -90 to 90."),
    "vertices": _("The drawing has more than 100,000 points: simplify it first."),
    "type": _("This kind of drawing does not fit here."),
    "in_order": _("The last day comes before the first."),
    "ends_first": _("It ends before it begins."),
    "source": _("Say where the number comes from: without a source it is not kept."),
    "locator": _("Say where in the source it stands: a page, a slide, a paragraph."),
    "last_digit": _("The last digit of a number is worth more than nothing."),
    "itself": _("A programme cannot be part of itself."),
    "amount": _("The number cannot be less than nothing."),
}


class SaidCheck(CheckConstraint):
    """A check that says in words what it refuses; `reason` is a key of REFUSALS. To migrations a plain check."""

    def __init__(self, *, reason: str, **kwargs: Any) -> None:
        self.reason = reason
        super().__init__(**kwargs)

    def get_violation_error_message(self) -> str:
        return str(REFUSALS[self.reason])

    def deconstruct(self) -> tuple[str, tuple, dict[str, Any]]:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self) -> "SaidCheck":
        _path, _args, kwargs = super().deconstruct()
        return SaidCheck(reason=self.reason, **kwargs)


class XMin(Func):
    function, output_field = "ST_XMin", FloatField()


class XMax(Func):
    function, output_field = "ST_XMax", FloatField()


class YMin(Func):
    function, output_field = "ST_YMin", FloatField()


class YMax(Func):
    function, output_field = "ST_YMax", FloatField()


class NPoints(Func):
    function, output_field = "ST_NPoints", IntegerField()


class GeometryType(Func):
    function, output_field = "GeometryType", CharField()


class IsValid(Func):
    function, output_field = "ST_IsValid", BooleanField()


class IsEmpty(Func):
    function, output_field = "ST_IsEmpty", BooleanField()


class PointOnSurface(Func):
    """A point that lies on the geometry (inside, for an area): where its label and its tile are."""

    function = "ST_PointOnSurface"


def geometry_checks(column: str, types: tuple[str, ...] = ()) -> list[SaidCheck]:
    """Constraints of one EPSG:4326 column: valid, not empty, finite, on the globe, not endless, of these `types`.

    NaN passes `>=` and fails `<=` in PostgreSQL, so every bound is asked of both ends.
    """

    def bounded(low: type[Func], high: type[Func], limit: float) -> Q:
        return Q(
            *(GreaterThanOrEqual(side(F(column)), -limit) for side in (low, high)),
            *(LessThanOrEqual(side(F(column)), limit) for side in (low, high)),
        )

    checks = {
        "valid": Q(IsValid(F(column))),
        "not_empty": Q(Exact(IsEmpty(F(column)), False)),
        "on_globe": bounded(XMin, XMax, 180.0) & bounded(YMin, YMax, 90.0),
        "vertices": Q(LessThanOrEqual(NPoints(F(column)), MAX_VERTICES)),
    }
    if types:
        checks["type"] = Q(In(GeometryType(F(column)), list(types)))
    return [
        SaidCheck(condition=condition, name=f"%(app_label)s_%(class)s_{column}_{check}", reason=check)
        for check, condition in checks.items()
    ]
