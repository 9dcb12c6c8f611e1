"""What the database itself refuses in a geometry column, whoever writes it.

SRID and single types are held by the column (`geometry(Point,4326)`); the national extent by the trigger of
`neighbourhoods/migrations/0002_locate.py`, because it depends on the city.
"""

from django.db.models import BooleanField, CharField, CheckConstraint, F, FloatField, Func, IntegerField, Q
from django.db.models.lookups import Exact, GreaterThanOrEqual, In, LessThanOrEqual

MAX_VERTICES = 100_000


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


def geometry_checks(column: str, types: tuple[str, ...] = ()) -> list[CheckConstraint]:
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
        CheckConstraint(condition=condition, name=f"%(app_label)s_%(class)s_{column}_{check}")
        for check, condition in checks.items()
    ]
