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
from mapping.names import Name, Taken, placed
from mapping.query import BBox, Query
from mapping.registry import Layer

SPACING = 26  # pixels between marks: closer ones become one with a count
MOST_DETAIL = 0.4  # pixels that a line may move when it is simplified
STREETS_FROM = 20.0  # metres per pixel above which streets would be a grey mass
SMALLEST_SHAPE = 24  # pixels: a smaller area is told by its mark alone

SHAPES = """
SELECT string_agg('<path' || CASE WHEN ST_Dimension(d.s) = 1 THEN ' class="line"' ELSE '' END
  || ' d="' || ST_AsSVG(d.s, 1, 1) || '"/>', '' ORDER BY d.pk)
FROM (SELECT t.pk, {shape} AS s FROM {source} WHERE t.place && {envelope} AND ST_Dimension(t.g) > 0 AND {wide}) AS d
WHERE NOT ST_IsEmpty(d.s)
"""
ON_PAPER = "ST_TransScale(ST_Transform(t.g, 3857), {transform})"
WIDE = "greatest(ST_XMax(t.g) - ST_XMin(t.g), ST_YMax(t.g) - ST_YMin(t.g)) * {degree} > {least}"
NAMES = """
SELECT t.said, ST_X(t.label), ST_Y(t.label), (ST_XMax(t.g) - ST_XMin(t.g)) * {degree},
  (ST_YMax(t.g) - ST_YMin(t.g)) * {degree} * 1.4
FROM {source} WHERE t.label && {envelope} ORDER BY ST_Area(t.g) DESC, t.pk
"""
MARKS = """
WITH m AS (
  SELECT (({earth} * radians(ST_X(t.label)) - ({west})) * {scale})::numeric(12, 2) AS x,
    ((({north}) - {earth} * ln(tan(pi() / 4 + radians(ST_Y(t.label)) / 2))) * {scale})::numeric(12, 2) AS y, t.said
  FROM {source} WHERE t.place && {envelope} AND abs(ST_Y(t.label)) < 85.06)
SELECT count(*), avg(x)::numeric(9, 1)::float, avg(y)::numeric(9, 1)::float, min(said) FROM m
WHERE x BETWEEN -20 AND {width} + 20 AND y BETWEEN -20 AND {height} + 20
GROUP BY floor(x / {spacing}), floor(y / {spacing}) ORDER BY 3, 2
"""


@dataclass(frozen=True)
class Subject:
    """Rows of a layer to draw; those of a `query` are drawn by a statement that is remembered."""

    layer: Layer
    rows: QuerySet
    query: Query | None = None

    @classmethod
    def of(cls, query: Query) -> "Subject":
        return cls(query.layer, query.rows(), query.without("bbox"))


@dataclass(frozen=True)
class Mark:
    """A record, or `count` of them too close to each other to be told apart, at a place of the drawing."""

    kind: str
    fill: str
    count: int
    x: float
    y: float


def sourced(layer: Layer, rows: QuerySet, zoom: int) -> Statement:
    """SQL of rows as t(pk, g, label, said, place): their place, what of it is drawn, and the word that says how."""
    said = layer.legend.attribute and layer.attribute(layer.legend.attribute).path
    drawn = rows.order_by().annotate(
        _g=Plain(F(layer.stored(zoom) or layer.geometry)), _label=Plain(F(layer.label)), _place=Plain(F(layer.geometry))
    )
    listed = drawn.values_list("pk", "_g", "_label", said or "name", "_place")
    sql, params = listed.query.get_compiler("public").as_sql()
    return f"({sql}) AS t(pk, g, label, said, place)", params


@lru_cache(maxsize=REMEMBERED)
def remembered(query: Query, zoom: int) -> Statement:
    """The same of a query, whose statement Django takes longer to write than PostgreSQL to answer. Raises
    EmptyResultSet."""
    return sourced(query.layer, query.rows(), zoom)


def ask(cursor: CursorWrapper, template: str, subject: Subject, frame: Frame, **parts: object) -> list[tuple]:
    """What a statement says of a subject; nothing where nothing can match."""
    layer = subject.layer
    try:
        if subject.query is not None:
            source, params = remembered(subject.query, outline_zoom(layer, frame))
        else:
            source, params = sourced(layer, subject.rows, frame.zoom)
    except EmptyResultSet:
        return []
    numbers = {"west": frame.west, "north": frame.north, "scale": frame.scale, "earth": EARTH}
    numbers |= {"envelope": frame.envelope, "degree": frame.pixels_per_degree}
    cursor.execute(template.format(source=source, **numbers, **parts), params)
    return cursor.fetchall()


def outline_zoom(layer: Layer, frame: Frame) -> int:
    """The zoom of the stored outlines that are good for a frame; the same for all frames that take the same ones."""
    good = [level for level in layer.outlines if level >= frame.zoom]
    return min(good) if good else 22


def shapes(cursor: CursorWrapper, subject: Subject, frame: Frame, least: float = 0) -> str:
    """The lines and areas, as paths: those whose longer side is more than so many pixels."""
    shape = ON_PAPER.format(transform=frame.transform)
    if not subject.layer.stored(frame.zoom):
        shape = f"ST_Simplify({shape}, {MOST_DETAIL}, true)"
    wide = WIDE.format(degree=frame.pixels_per_degree, least=least) if least else "TRUE"
    found = ask(cursor, SHAPES, subject, frame, shape=shape, wide=wide)
    return (found and found[0][0]) or ""


def marks(cursor: CursorWrapper, subject: Subject, frame: Frame) -> list[Mark]:
    """The marks of the records of a subject, from above."""
    legend = subject.layer.legend
    found = ask(cursor, MARKS, subject, frame, spacing=SPACING, width=frame.width, height=frame.height)
    return [Mark(legend.kind, legend.marks.get(said, "hollow"), count, x, y) for count, x, y, said in found]


def names(cursor: CursorWrapper, subject: Subject, frame: Frame, around: list[Mark]) -> str:
    """The names of territories where there is room for them between the marks."""
    taken = Taken(frame.width, frame.height)
    for mark in around:
        reach = 15 if mark.count == 1 else 18
        taken.add((mark.x - reach, mark.y - reach, mark.x + reach, mark.y + reach))
    wanted = (
        Name(text, *frame.at(longitude, latitude), wide, high)
        for text, longitude, latitude, wide, high in ask(cursor, NAMES, subject, frame)
    )
    return "".join(f'<text x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>' for text, x, y in placed(wanted, taken))


def group(name: str, inside: str) -> str:
    return f'<g class="{name}">{inside}</g>' if inside else ""


def drawn(mark: Mark) -> str:
    """A mark, or a ring for many."""
    if mark.count == 1:
        at = f'x="{mark.x - 14:.1f}" y="{mark.y - 14:.1f}" width="28" height="28"'
        return f'<use href="#{mark.kind}-{mark.fill}" {at}/>'
    return f'<circle cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="16"/>'


def counted(mark: Mark) -> str:
    return f'<text x="{mark.x:.1f}" y="{mark.y + 4.5:.1f}">{mark.count}</text>'


def marked(found: list[list[Mark]]) -> Iterator[str]:
    """The marks of every kind: single ones below, so that no number is hidden."""
    for some in found:
        alone = "".join(drawn(mark) for mark in some if mark.count == 1)
        yield group(f"marks {some[0].kind}", alone) if alone else ""
    for some in found:
        many = [mark for mark in some if mark.count > 1]
        yield group(f"{some[0].kind} many", "".join(map(drawn, many))) if many else ""
        yield group("counts", "".join(map(counted, many)))


def parts(
    cursor: CursorWrapper, ground: list[Subject], shown: list[Subject], frame: Frame, about: Subject | None
) -> Iterator[str]:
    """The drawing from below: water, streets, territories, shapes of things, marks, what it is about, names."""
    grounds = {subject.layer.legend.kind: subject for subject in reversed(ground)}
    territories = grounds.get("territory")
    outlines = shapes(cursor, territories, frame) if territories else ""
    again = '<use href="#outlines"/>' if outlines else ""
    found = [marks(cursor, subject, frame) for subject in shown]
    thing = about if about and about.layer.legend.kind != "territory" else None
    own = marks(cursor, thing, frame) if thing else []
    needed = sorted({(mark.kind, mark.fill) for some in (*found, own) for mark in some if mark.count == 1})
    yield f"<defs>{''.join(symbol(*one) for one in needed)}"
    yield (f'<g id="outlines">{outlines}</g>' if outlines else "") + "</defs>"
    yield '<rect class="ground" width="100%" height="100%"/>' + group("land", again)
    if "water" in grounds:
        yield group("waters", shapes(cursor, grounds["water"], frame))
    if "street" in grounds and frame.metres_per_pixel < STREETS_FROM:
        yield group("streets", shapes(cursor, grounds["street"], frame))
    yield group("territories", again)
    if about and not thing:
        yield group("here", shapes(cursor, about, frame))
    for subject in [*shown, thing] if thing else shown:
        yield group(f"shape {subject.layer.legend.kind}", shapes(cursor, subject, frame, SMALLEST_SHAPE))
    yield from marked(found)
    yield "".join(f'<circle class="halo" cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="20"/>' for mark in own)
    yield from marked([own])
    if territories:
        yield group("names", names(cursor, territories, frame, [mark for some in (*found, own) for mark in some]))


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
