"""The checks: each one statement over all layers it concerns. A finding names one record, or two that collide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.models import Proposal
from commons.models.moving import Moving
from mapping.layers import LAYERS
from mapping.registry import Layer, Text
from neighbourhoods.records import Located

MOST = 500  # findings of one check that are listed; all of them are counted
STALE = timedelta(days=365)
NEAR = 100  # metres within which two records of one name are taken for one
ALIKE = 50
SLIVER = 10  # square metres: smaller overlaps and gaps come from rounding
Statement = tuple[str, list[object]]


@dataclass(frozen=True)
class Check:
    """One check: what it finds, why it matters and what to do, and the statement that finds it.

    The statement gives rows of: layer, key of the record, layer and key of another one (or null), a number (or null),
    longitude and latitude (or null), and how many findings there are in all.
    """

    name: str
    title: Text
    remedy: Text
    unit: Text
    statement: Callable[[Desk], Statement]


def things_of(desk: Desk) -> dict[Layer, QuerySet]:
    """The records of a city that lie on this desk, by layer; drafts are their writers' own."""
    found = {}
    for layer in LAYERS.values():
        if not layer.background and issubclass(layer.queryset().model, Located):
            rows = layer.queryset().model.objects.filter(city=desk.city)
            rows = rows.exclude(state=Proposal.State.DRAFT) if layer.slug == "proposals" else rows
            found[layer] = desk.within(rows)
    return found


def grounds_of(desk: Desk) -> dict[Layer, QuerySet]:
    """The records of the ground: territories in force, streets, waters."""
    found = {}
    for layer in LAYERS.values():
        if layer.background:
            rows = layer.queryset().model.objects.filter(city=desk.city)
            rows = rows.filter(partition__role=layer.role) if layer.role else rows
            found[layer] = rows.filter(layer.current) if layer.current is not None else rows
    return found


def union(rows: dict[Layer, QuerySet], columns: Callable[[Layer, type[Model]], tuple[str, ...]]) -> Statement:
    """One relation of all these records: layer, key, then the columns, which are field names of each model."""
    parts, params = [], []
    for layer, records in rows.items():
        model, pk = records.model, records.model._meta.pk.column
        listed = ", ".join(
            "NULL" if name == "" else f'm."{model._meta.get_field(name).column}"' for name in columns(layer, model)
        )
        sql, given = records.order_by().values("pk").query.sql_with_params()
        parts.append(f"SELECT %s::text, m.{pk}, {listed} FROM {model._meta.db_table} m WHERE m.{pk} IN ({sql})")
        params += [layer.slug, *given]
    return "\nUNION ALL ".join(parts), params


def geometry(layer: Layer, model: type[Model]) -> tuple[str, ...]:
    return layer.geometry, layer.label


def invalid(desk: Desk) -> Statement:
    source, params = union(things_of(desk) | grounds_of(desk), geometry)
    return (
        f"""SELECT layer, id, NULL, NULL::bigint, NULL::float, ST_X(p), ST_Y(p), count(*) OVER ()
        FROM ({source}) AS t(layer, id, g, p) WHERE NOT ST_IsValid(g) ORDER BY layer, id LIMIT {MOST}""",
        params,
    )


def overlaps(desk: Desk) -> Statement:
    """Pairs of territories of one partition that share ground, by the square metres they share."""
    return (
        f"""WITH t AS ({TERRITORIES}), pair AS (
          SELECT a.layer, a.id, b.id AS other, ST_Intersection(a.g, b.g) AS shared
          FROM t a JOIN t b ON a.partition = b.partition AND a.id < b.id AND a.g && b.g AND ST_Intersects(a.g, b.g)
            AND NOT ST_Touches(a.g, b.g))
        SELECT layer, id, layer, other, m2, ST_X(p), ST_Y(p), count(*) OVER () FROM (
          SELECT layer, id, other, ST_Area(shared::geography) AS m2, ST_PointOnSurface(shared) AS p FROM pair) AS f
        WHERE m2 > {SLIVER} ORDER BY m2 DESC LIMIT {MOST}""",
        [desk.city.pk],
    )


def gaps(desk: Desk) -> Statement:
    """Holes between the territories of one partition, each named after the two that border on it most."""
    return (
        f"""WITH t AS ({TERRITORIES}), whole AS (
          SELECT layer, partition, (ST_Dump(ST_Union(g))).geom AS g FROM t GROUP BY layer, partition),
        hole AS (
          SELECT w.layer, w.partition, ST_MakePolygon(ST_ExteriorRing(r.geom)) AS g
          FROM whole w CROSS JOIN LATERAL ST_DumpRings(w.g) AS r WHERE r.path[1] > 0),
        sized AS (SELECT layer, partition, g, ST_Area(g::geography) AS m2 FROM hole)
        SELECT s.layer, b.ids[1], s.layer, b.ids[2], s.m2, ST_X(p), ST_Y(p), count(*) OVER ()
        FROM sized s CROSS JOIN LATERAL ST_PointOnSurface(s.g) AS p CROSS JOIN LATERAL (
          SELECT array_agg(t.id ORDER BY ST_Length(ST_Intersection(ST_Boundary(s.g), t.g)) DESC, t.id) AS ids
          FROM t WHERE t.partition = s.partition AND t.g && s.g AND ST_Intersects(t.g, s.g)) AS b
        WHERE s.m2 > {SLIVER} AND b.ids IS NOT NULL ORDER BY s.m2 DESC LIMIT {MOST}""",
        [desk.city.pk],
    )


TERRITORIES = """SELECT CASE WHEN q.role = 'district' THEN 'districts' ELSE 'neighbourhoods' END AS layer,
  n.id, n.partition_id AS partition, n.boundary AS g
  FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition q ON q.id = n.partition_id
  WHERE q.city_id = %s AND q.current AND q.role <> '' AND n.visibility = 'public'"""


def outside(desk: Desk) -> Statement:
    """Places out of every territory, as the database found them; what is of the ground, out of the city's box."""
    here, given = union(things_of(desk), lambda layer, model: ("label_point", "placement"))
    ground, more = union(grounds_of(desk), geometry)
    return (
        f"""SELECT layer, id, NULL, NULL::bigint, NULL::float, ST_X(p), ST_Y(p), count(*) OVER () FROM (
          SELECT layer, id, p FROM ({here}) AS t(layer, id, p, placement)
          WHERE placement IN ('outside', 'partly_outside')
            OR placement = 'no_boundaries' AND NOT p && ST_GeomFromEWKB(%s)
          UNION ALL
          SELECT layer, id, p FROM ({ground}) AS t(layer, id, g, p) WHERE NOT g && ST_GeomFromEWKB(%s)) AS f
        ORDER BY layer, id LIMIT {MOST}""",
        [*given, bytes(desk.city.envelope.ewkb), *more, bytes(desk.city.envelope.ewkb)],
    )


def duplicates(desk: Desk) -> Statement:
    """Two records of a layer with one name that lie near each other or nowhere, or two things with the very same place.

    Proposals and pacts may share a place: several people want the same building. A name that more than ALIKE have says
    what a thing is, not which.
    """
    rows = things_of(desk)
    source, params = union(rows, lambda layer, model: ("name", "place", "label_point"))
    apart = [layer.slug for layer, records in rows.items() if issubclass(records.model, Moving)]
    return (
        f"""WITH named AS (SELECT layer, id, lower(unaccent(btrim(name))) AS name, g, p, md5(ST_AsBinary(g)) AS shape
          FROM ({source}) AS t(layer, id, name, g, p)),
        t AS (SELECT *, count(*) OVER (PARTITION BY layer, name) AS alike,
          count(shape) OVER (PARTITION BY layer, shape) AS there FROM named),
        pair AS (
          SELECT a.layer, a.id, b.id AS other, a.p AS p, b.p AS q FROM t a JOIN t b
            ON a.layer = b.layer AND a.id < b.id AND a.name = b.name AND a.name <> ''
            WHERE a.alike BETWEEN 2 AND {ALIKE} AND b.alike BETWEEN 2 AND {ALIKE}
              AND (a.p IS NULL OR b.p IS NULL OR ST_DWithin(a.p::geography, b.p::geography, {NEAR}))
          UNION
          SELECT a.layer, a.id, b.id, a.p, b.p FROM t a JOIN t b
            ON a.layer = b.layer AND a.id < b.id AND a.shape = b.shape
            WHERE a.there BETWEEN 2 AND {ALIKE} AND b.there BETWEEN 2 AND {ALIKE} AND a.layer <> ALL(%s))
        SELECT layer, id, layer, other, ST_Distance(p::geography, q::geography), ST_X(coalesce(p, q)),
          ST_Y(coalesce(p, q)), count(*) OVER () FROM pair ORDER BY layer, id, other LIMIT {MOST}""",
        [*params, apart],
    )


def unlocated(desk: Desk) -> Statement:
    source, params = union(things_of(desk), lambda layer, model: ("label_point",))
    return (
        f"""SELECT layer, id, NULL, NULL::bigint, NULL::float, NULL::float, NULL::float, count(*) OVER ()
        FROM ({source}) AS t(layer, id, p) WHERE p IS NULL ORDER BY layer, id LIMIT {MOST}""",
        params,
    )


def stale(desk: Desk, now: datetime | None = None) -> Statement:
    """What nobody has touched for a year, by the days since."""
    source, params = union(things_of(desk), lambda layer, model: ("label_point", "updated_at"))
    now = now or timezone.now()
    return (
        f"""SELECT layer, id, NULL, NULL::bigint, extract(epoch FROM %s - changed) / 86400, ST_X(p), ST_Y(p),
          count(*) OVER () FROM ({source}) AS t(layer, id, p, changed)
        WHERE changed < %s ORDER BY changed, layer, id LIMIT {MOST}""",
        [now, *params, now - STALE],
    )


CHECKS = (
    Check(
        "invalid", _("Drawings that are not valid"),
        _("A line crosses itself, or an area is not closed. Draw it again."), "", invalid,
    ),
    Check(
        "overlaps", _("Territories that overlap"),
        _("A place in the overlap belongs to both. Move the boundary of one of the two."), "m²", overlaps,
    ),
    Check(
        "gaps", _("Gaps between territories"),
        _("A place in the gap belongs to nobody. Move the boundary of a neighbour."), "m²", gaps,
    ),
    Check(
        "outside", _("Outside the city"),
        _("Longitude and latitude may be swapped, or the place is another town's. Correct the place."), "", outside,
    ),
    Check(
        "duplicates", _("The same thing twice"),
        _("Same name nearby, or the very same place. Hide one of the two, and carry over what only it knows."), "m",
        duplicates,
    ),
    Check(
        "unlocated", _("Without a place"), _("It stands in the lists and on no map. Give it a place."), "", unlocated,
    ),
    Check(
        "stale", _("Not touched for a year"), _("Look whether it is still so, and save it: that renews its date."),
        _("days"), stale,
    ),
)  # fmt: skip
