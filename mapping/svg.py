"""The map as one SVG drawing, made by PostGIS: one statement for each part of it, whatever the number of records.

Pixels are Web Mercator metres scaled to the drawing. The same data give the same bytes: everything has an order, sums
are of exact numbers, and neither the clock nor the reader has a part in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet

from mapping.formats.rows import REMEMBERED, Plain, Statement
from mapping.frame import EARTH, Frame
from mapping.ink import style, symbol
from mapping.keys import by_keys
from mapping.marks import Group, Mark, drawn, gathered
from mapping.names import Name, Taken, placed
from mapping.prepared import planned
from mapping.query import BBox, Query
from mapping.registry import Layer

SPACING = 32  # pixels between marks: closer ones become one with a count
MOST_DETAIL = 0.4  # pixels that a line may move when it is simplified
STREETS_FROM = 20.0  # metres per pixel above which streets would be a grey mass
SMALLEST_SHAPE = 24  # pixels: a smaller area is told by its mark alone

ENVELOPE = "ST_MakeEnvelope({box_west}, {box_south}, {box_east}, {box_north}, 4326)"
# A geometry is turned into pixels once: named in a subquery, the planner would do it for each use of the name.
PATH = """'<path' || {look} || ' d="' || ST_AsSVG({shape}, 1, 1) || '"/>'"""
LINE = """CASE WHEN ST_Dimension({g}) = 1 THEN ' class="line"' ELSE '' END"""
SHAPES = """
SELECT string_agg({path}, '' ORDER BY t.pk) FROM {source} WHERE t.place && {envelope} AND ST_Dimension(t.g) > 0
"""
# What lies near its own label is not wide: most are told so by one look at their box.
WIDE = f"""NOT t.g @ ST_Expand(t.label, {0.49 * SMALLEST_SHAPE} / {{degree}}) AND ST_Dimension(t.g) > 0
  AND greatest(ST_XMax(t.g) - ST_XMin(t.g), ST_YMax(t.g) - ST_YMin(t.g)) * {{degree}} > {SMALLEST_SHAPE}"""
# Names stand inside: what the box of a territory measures in pixels, the higher latitude the more.
TERRITORIES = """
SELECT t.uid, t.said, ST_AsSVG({shape}, 1, 1), ST_X(t.label), ST_Y(t.label),
  (ST_XMax(t.g) - ST_XMin(t.g)) * {degree}, (ST_YMax(t.g) - ST_YMin(t.g)) * {degree} * 1.4
FROM {source} WHERE t.place && {envelope} ORDER BY ST_Area(Box2D(t.g)) DESC, t.pk
"""
# The shapes of what is large enough, then the marks. Places are in tenths of a pixel, as whole numbers: their sum does
# not depend on the order in which they are read.
THINGS = """
WITH m AS MATERIALIZED (
  SELECT ((ST_X(t.label) * {degree} + {left}) * 10)::bigint AS x,
    (({north} - {earth} * ln(tan(pi() / 4 + radians(ST_Y(t.label)) / 2))) * {scale} * 10)::bigint AS y, t.said, t.pk,
    CASE WHEN {wide} THEN t.g END AS g
  FROM {source} WHERE t.place && {envelope} AND abs(ST_Y(t.label)) < 85.06)
SELECT 0 AS n, 0 AS x, 0 AS y, string_agg({path}, '' ORDER BY m.pk) FROM m WHERE m.g IS NOT NULL
UNION ALL
SELECT count(*), round(avg(x))::float / 10, round(avg(y))::float / 10, min(said) FROM m
WHERE x BETWEEN -200 AND {width} * 10 + 200 AND y BETWEEN -200 AND {height} * 10 + 200
GROUP BY (x + 200) / {spacing}0, (y + 200) / {spacing}0
"""


@dataclass(frozen=True)
class Subject:
    """Rows of a layer to draw: some, or those of a query, whose statement is remembered. `called` are the identifiers
    or the names of territories that may be on the drawing already. `seen` is the version of the snapshot: with it, what
    a query names is asked for by key."""

    layer: Layer
    some: QuerySet | None = None
    query: Query | None = None
    called: frozenset[str] = frozenset()
    seen: str = ""

    @classmethod
    def of(cls, query: Query) -> "Subject":
        return cls(query.layer, None, query)

    @property
    def rows(self) -> QuerySet:
        return self.query.rows() if self.query is not None else self.some

    @property
    def common(self) -> bool:
        """Whether it is all of a layer in a city: many drawings ask for it, so PostgreSQL plans it once."""
        return self.query is not None and self.query.without("bbox") == Query(self.layer, city=self.query.city)

    def means(self, uid: str, name: str) -> bool:
        return uid in self.called or name in self.called


@dataclass(frozen=True)
class Area:
    """A territory: the data of its outline's path, and where its name would stand."""

    uid: str
    path: str
    name: Name


def sourced(layer: Layer, rows: QuerySet, zoom: int) -> Statement:
    """SQL of rows as t(pk, uid, g, label, said, place): what of their place is drawn, and the word that says how."""
    said = layer.legend.attribute and layer.attribute(layer.legend.attribute).path
    drawn = rows.order_by().annotate(
        _g=Plain(F(layer.stored(zoom) or layer.geometry)), _label=Plain(F(layer.label)), _place=Plain(F(layer.geometry))
    )
    listed = drawn.values_list("pk", "uid", "_g", "_label", said or "name", "_place")
    sql, params = listed.query.get_compiler("public").as_sql()
    return f"({sql}) AS t(pk, uid, g, label, said, place)", params


@lru_cache(maxsize=REMEMBERED)
def remembered(query: Query, zoom: int, seen: str) -> Statement:
    """The same of a query, whose statement Django takes longer to write than PostgreSQL to answer; the keys in it hold
    for the version `seen`. Raises EmptyResultSet."""
    return sourced(query.layer, by_keys(query) if seen else query.rows(), zoom)


def ask(cursor: CursorWrapper, template: str, subject: Subject, frame: Frame, **parts: object) -> list[tuple]:
    """What a statement says of a subject; nothing where nothing can match."""
    layer = subject.layer
    try:
        if subject.query is not None:
            seen = "" if subject.common else subject.seen
            source, params = remembered(subject.query.without("bbox"), outline_zoom(layer, frame), seen)
        else:
            source, params = sourced(layer, subject.rows, frame.zoom)
    except EmptyResultSet:
        return []
    numbers = {name: repr(number) for name, number in frame.numbers.items()}
    if not subject.common:
        cursor.execute(written(template, source, numbers, parts), params)
        return cursor.fetchall()
    places = {name: f"${place}" for place, name in enumerate(numbers, 1)}
    sql = cursor.mogrify(written(template, source, places, parts), params).decode()
    name = planned(cursor, sql, lambda: (f"({', '.join(['float8'] * len(numbers))}) AS {sql}", None))
    cursor.execute(f"EXECUTE {name}({', '.join(numbers.values())})")
    return cursor.fetchall()


def written(template: str, source: str, numbers: dict[str, str], parts: dict[str, object]) -> str:
    """A statement with its parts, and with the numbers of a frame or the places where they will be told."""
    inside = {name: one.format_map(numbers) if isinstance(one, str) else one for name, one in parts.items()}
    envelope = ENVELOPE.format_map(numbers)
    return template.format(source=source, envelope=envelope, earth=EARTH, **numbers, **inside)


def outline_zoom(layer: Layer, frame: Frame) -> int:
    """The zoom of the stored outlines that are good for a frame; the same for all frames that take the same ones."""
    good = [level for level in layer.outlines if level >= frame.zoom]
    return min(good) if good else 22


def on_paper(layer: Layer, frame: Frame, geometry: str = "t.g") -> str:
    """SQL of a geometry in pixels, with names for the numbers of the frame; what is not stored simplified is simplified
    here."""
    shape = f"ST_TransScale(ST_Transform({geometry}, 3857), {{x}}, {{y}}, {{scale}}, {{scale}})"
    return shape if layer.stored(frame.zoom) else f"ST_Simplify({shape}, {MOST_DETAIL}, true)"


def path_of(geometry: str, shape: str, look: str = LINE) -> str:
    """SQL of a path; `look` is SQL of its class."""
    return PATH.format(look=look.format(g=geometry), shape=shape)


def look_of(layer: Layer) -> str:
    """SQL of a shape's class: a layer drawn in classes fills each by its own."""
    if not layer.faces:
        return LINE
    cases = " ".join(f"WHEN '{state}' THEN '{fill}'" for state, fill in layer.legend.marks.items())
    return f"""' class="' || CASE m.said {cases} ELSE 'hollow' END || '"'"""


def shapes(cursor: CursorWrapper, subject: Subject, frame: Frame) -> str:
    """The lines and areas, as paths."""
    found = ask(cursor, SHAPES, subject, frame, path=path_of("t.g", on_paper(subject.layer, frame)))
    return (found and found[0][0]) or ""


def territories(cursor: CursorWrapper, subject: Subject, frame: Frame) -> list[Area]:
    """The territories that a frame shows, the largest first."""
    found = ask(cursor, TERRITORIES, subject, frame, shape=on_paper(subject.layer, frame))
    return [
        Area(uid, path, Name(said, *frame.at(longitude, latitude), wide, high))
        for uid, said, path, longitude, latitude, wide, high in found
        if path and longitude is not None
    ]


def things(cursor: CursorWrapper, subject: Subject, frame: Frame) -> tuple[str, list[Mark]]:
    """The shapes of what is large enough to have one, and the marks from above."""
    legend = subject.layer.legend
    path = path_of("m.g", on_paper(subject.layer, frame, "m.g"), look_of(subject.layer))
    size = {"spacing": SPACING, "width": frame.width, "height": frame.height}
    found = ask(cursor, THINGS, subject, frame, path=path, wide=WIDE, **size)
    marks = [Mark(legend.kind, legend.marks.get(said, "hollow"), n, x, y) for n, x, y, said in found if n]
    shapes = "".join(said or "" for n, _x, _y, said in found if not n)
    return group(f"shape {legend.kind}", shapes), sorted(marks, key=lambda mark: (mark.y, mark.x, mark.count))


def names(areas: list[Area], around: list[Group], frame: Frame) -> str:
    """The names of territories where there is room for them between the marks."""
    taken = Taken(frame.width, frame.height)
    for group in around:
        taken.mark(group.x, group.y, group.radius + 1)
    found = placed((area.name for area in areas), taken)
    return "".join(f'<text x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>' for text, x, y in found)


def group(name: str, inside: str) -> str:
    return f'<g class="{name}">{inside}</g>' if inside else ""


def outline(area: Area) -> str:
    return f'<path d="{area.path}"/>'


def parts(
    cursor: CursorWrapper, ground: list[Subject], shown: list[Subject], frame: Frame, about: Subject | None
) -> Iterator[str]:
    """The drawing from below: water, streets, territories, shapes of things, marks, what it is about, names."""
    grounds = {subject.layer.legend.kind: subject for subject in reversed(ground)}
    areas = territories(cursor, grounds["territory"], frame) if "territory" in grounds else []
    found = [things(cursor, subject, frame) for subject in shown]
    thing = about if about and about.layer.legend.kind != "territory" else None
    own = [things(cursor, thing, frame)] if thing else []
    groups = gathered(mark for _shapes, some in found for mark in some)
    alone = [Group.of((mark,), mark.x, mark.y, 1) for _shapes, some in own for mark in some]
    every = [*groups, *alone]
    needed = sorted({(one.marks[0].kind, one.marks[0].fill) for one in every if one.count == 1})
    outlines = "".join(outline(area) for area in sorted(areas, key=lambda area: area.uid))
    again = '<use href="#outlines"/>' if outlines else ""
    yield f"<defs>{''.join(symbol(*one) for one in needed)}"
    yield (f'<g id="outlines">{outlines}</g>' if outlines else "") + "</defs>"
    yield '<rect class="ground" width="100%" height="100%"/>' + group("land", again)
    if "water" in grounds:
        yield group("waters", shapes(cursor, grounds["water"], frame))
    if "street" in grounds and frame.metres_per_pixel < STREETS_FROM:
        yield group("streets", shapes(cursor, grounds["street"], frame))
    yield group("territories", again)
    if about and not thing:
        those = [outline(area) for area in areas if about.means(area.uid, area.name.text)]
        yield group("here", "".join(those) or shapes(cursor, about, frame))
    yield "".join(shape for shape, _marks in (*found, *own))
    yield from drawn(groups)
    yield "".join(f'<circle class="halo" cx="{one.x:.1f}" cy="{one.y:.1f}" r="20"/>' for one in alone)
    yield from drawn(alone)
    yield group("names", names(areas, every, frame))


def draw(
    cursor: CursorWrapper,
    ground: list[Subject],
    shown: list[Subject],
    frame: Frame,
    title: str,
    about: Subject | None = None,
) -> str:
    """The whole drawing."""
    inside = "".join(parts(cursor, ground, shown, frame, about))
    size = f'width="{frame.width}" height="{frame.height}" viewBox="0 0 {frame.width} {frame.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{escape(title)}</title>'
        f"<style>{style()}</style>{inside}</svg>"
    )


def extent_of(subject: Subject) -> BBox | None:
    """West, south, east, north around the rows; None where nothing has a place."""
    shapes_only = subject.rows.using("public").order_by().annotate(_g=Plain(F(subject.layer.geometry)))
    try:
        sql, params = shapes_only.values_list("_g").query.get_compiler("public").as_sql()
    except EmptyResultSet:
        return None
    box = "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(g) AS e FROM"
    with connections["public"].cursor() as cursor:
        cursor.execute(f"{box} ({sql}) AS t(g)) AS x", params)
        found = cursor.fetchone()
    return found if found[0] is not None else None
