"""The map as one SVG drawing, made by PostGIS: one statement for each layer, no work per feature here.

Pixels are Web Mercator metres scaled to the drawing. Colours follow the reader's light or dark preference.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet

from mapping.formats.rows import Plain, inner, names
from mapping.query import BBox, Query
from mapping.registry import Layer

EARTH = 6_378_137.0
SPACING = 26  # pixels between marks: closer ones become one with a count
MOST_DETAIL = 0.4  # pixels that a line may move when it is simplified
STREETS_FROM = 20.0  # metres per pixel above which streets would be a grey mass

STYLE = """
svg{--ground:#efece4;--land:#faf8f4;--water:#cfe0e8;--street:#e7e1d5;--edge:#a89f8c;--soft:#4c5b64;--ink:#1b2a33;--surface:#fff;
--building:#b4402c;--house:#6a3d9a;--proposal:#8a5a00;--pact:#246b47;--event:#1f5fa8;--accent:#0b5f6b}
@media(prefers-color-scheme:dark){svg{--ground:#1f2a31;--land:#12191e;--water:#16303c;--street:#2a363f;--edge:#566770;--soft:#b4c0c6;
--ink:#eef1ef;--surface:#1a242b;--building:#f0907c;--house:#c6a5ee;--proposal:#e3b458;--pact:#7ccb9f;--event:#8fbbf0;
--accent:#6cc5d1}}
.ground{fill:var(--ground)}.land{fill:var(--land)}
.waters{fill:var(--water);stroke:var(--water);stroke-width:2}.waters .line{fill:none;stroke-width:5}
.streets{fill:none;stroke:var(--street);stroke-width:1.5;stroke-linecap:round}
.territories{fill:none;stroke:var(--edge);stroke-width:1}
.names{font:600 12px Titillium Web,system-ui,sans-serif;fill:var(--soft);text-anchor:middle;paint-order:stroke;
stroke:var(--land);stroke-width:3px;stroke-linejoin:round}
.building{--mark-ink:var(--building)}.house{--mark-ink:var(--house)}.proposal{--mark-ink:var(--proposal)}
.pact{--mark-ink:var(--pact)}.event{--mark-ink:var(--event)}
svg{--mark-paper:var(--surface);--mark-casing:var(--surface)}
.half{--mark-half:var(--mark-ink)}.full{--mark-full:var(--mark-ink)}.dashed{--mark-dash:4 3}
.shape{fill:var(--mark-ink);fill-opacity:.15;stroke:var(--mark-ink);stroke-width:2}
.shape .line{fill:none}
.many circle{fill:var(--surface);stroke:var(--mark-ink);stroke-width:2.5}
.many text{font:600 13px Titillium Web,system-ui,sans-serif;fill:var(--ink);text-anchor:middle}
.here{fill:var(--accent);fill-opacity:.12;stroke:var(--accent);stroke-width:2.5}
.halo{fill:none;stroke:var(--accent);stroke-width:3}
"""

SHAPES = """
SELECT string_agg('<path' || CASE WHEN ST_Dimension(d.s) = 1 THEN ' class="line"' ELSE '' END
  || ' d="' || ST_AsSVG(d.s, 1, 1) || '"/>', '' ORDER BY t.pk)
FROM {source} CROSS JOIN LATERAL (SELECT ST_SimplifyPreserveTopology(ST_TransScale(ST_Transform(t.g, 3857),
  {transform}), {detail}) AS s) AS d
WHERE ST_Dimension(t.g) > 0 AND NOT ST_IsEmpty(d.s) AND {wide}
"""
NAMES = """
SELECT string_agg(xmlelement(name text, xmlattributes(round(d.x::numeric, 1) AS x, round(d.y::numeric, 1) AS y), t.c0)
  ::text, '' ORDER BY t.pk)
FROM {source} CROSS JOIN LATERAL (SELECT ST_TransScale(ST_Transform(t.label, 3857), {transform}) AS p) AS l
CROSS JOIN LATERAL (SELECT ST_X(l.p) AS x, -ST_Y(l.p) AS y,
  (ST_XMax(t.g) - ST_XMin(t.g)) * {degree} AS wide) AS d
WHERE d.wide > char_length(t.c0) * 7
"""
MARKS = """
WITH m AS (
  SELECT ({earth} * radians(ST_X(t.label)) - ({west})) * {scale} AS x,
    (({north}) - {earth} * ln(tan(pi() / 4 + radians(ST_Y(t.label)) / 2))) * {scale} AS y, {fill} AS fill
  FROM {source} WHERE t.label IS NOT NULL),
g AS (
  SELECT count(*) AS n, avg(x)::numeric(9, 1) AS x, avg(y)::numeric(9, 1) AS y, min(fill) AS fill FROM m
  WHERE x BETWEEN -20 AND {width} + 20 AND y BETWEEN -20 AND {height} + 20
  GROUP BY floor(x / {spacing}), floor(y / {spacing}))
SELECT string_agg(CASE WHEN n = 1
  THEN '<use href="#{kind}" class="' || fill || '" x="' || x - 14 || '" y="' || y - 14 || '" width="28" height="28"/>'
  ELSE '<g class="many"><circle cx="' || x || '" cy="' || y || '" r="16"/><text x="' || x || '" y="' || y + 4.5 || '">'
    || n || '</text></g>' END, '' ORDER BY y, x) FROM g
"""


@dataclass(frozen=True)
class Subject:
    """Rows of a layer to draw."""

    layer: Layer
    rows: QuerySet

    @classmethod
    def of(cls, query: Query) -> "Subject":
        return cls(query.layer, query.rows())


@dataclass(frozen=True)
class Frame:
    """A drawing of `width` × `height` pixels around a box in degrees, widened to the drawing's proportions."""

    west: float
    north: float
    scale: float
    width: int
    height: int
    box: BBox

    @classmethod
    def around(cls, box: BBox, width: int, height: int) -> "Frame":
        west, south, east, north = (*mercator(box[0], box[1]), *mercator(box[2], box[3]))
        scale = min(width / max(east - west, 1.0), height / max(north - south, 1.0))
        x, y = (west + east) / 2, (south + north) / 2
        left, top = x - width / scale / 2, y + height / scale / 2
        wide = (*degrees(left, top - height / scale), *degrees(left + width / scale, top))
        return cls(left, top, scale, width, height, wide)

    @property
    def transform(self) -> str:
        """The four arguments of ST_TransScale, as SQL; ST_AsSVG turns y over by itself."""
        return f"{-self.west!r}, {-self.north!r}, {self.scale!r}, {self.scale!r}"

    @property
    def metres_per_pixel(self) -> float:
        return 1 / self.scale


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    bounded = max(-85.05, min(85.05, latitude))
    return EARTH * math.radians(longitude), EARTH * math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2))


def degrees(x: float, y: float) -> tuple[float, float]:
    latitude = math.degrees(2 * math.atan(math.exp(y / EARTH)) - math.pi / 2)
    return max(-180.0, min(180.0, math.degrees(x / EARTH))), latitude


@cache
def symbols() -> str:
    """The marks, from the one file that holds their shapes."""
    text = (settings.BASE_DIR / "static" / "img" / "marks.svg").read_text()
    return "".join(re.findall(r"<symbol.*?</symbol>", text, re.DOTALL))


def one(cursor: CursorWrapper, template: str, subject: Subject, frame: Frame, **parts: object) -> str:
    """What a statement draws of a query; empty where nothing matches."""
    try:
        source, params = inner(subject.layer, subject.rows)
    except EmptyResultSet:
        return ""
    numbers = {"west": frame.west, "north": frame.north, "scale": frame.scale, "earth": EARTH}
    cursor.execute(template.format(source=source, transform=frame.transform, **numbers, **parts), params)
    return cursor.fetchone()[0] or ""


def shapes(cursor: CursorWrapper, subject: Subject, frame: Frame, wide: str = "TRUE") -> str:
    return one(cursor, SHAPES, subject, frame, detail=MOST_DETAIL, wide=wide)


def labels(cursor: CursorWrapper, subject: Subject, frame: Frame) -> str:
    """Names of territories, where they fit. The name is the first attribute of such a layer."""
    return one(cursor, NAMES, subject, frame, degree=math.radians(EARTH) * frame.scale)


def fill_of(layer: Layer) -> str:
    """SQL of the fill of a mark by its state."""
    if not layer.legend.attribute:
        return "'hollow'"
    column = f"t.c{names(layer).index(layer.legend.attribute)}"
    cases = " ".join(f"WHEN '{state}' THEN '{fill}'" for state, fill in layer.legend.marks.items())
    return f"CASE {column} {cases} ELSE 'hollow' END" if cases else "'hollow'"


def marks(cursor: CursorWrapper, subject: Subject, frame: Frame) -> str:
    legend = subject.layer.legend
    return one(
        cursor,
        MARKS,
        subject,
        frame,
        kind=legend.kind,
        fill=fill_of(subject.layer),
        spacing=SPACING,
        width=frame.width,
        height=frame.height,
    )


def group(name: str, inside: str) -> str:
    return f'<g class="{name}">{inside}</g>' if inside else ""


def parts(cursor: CursorWrapper, ground: list[Subject], shown: list[Subject], frame: Frame) -> Iterator[str]:
    """The layers from below: water, streets, territories and their names, shapes of things, marks."""
    grounds = {subject.layer.legend.kind: subject for subject in reversed(ground)}
    outlines = shapes(cursor, grounds["territory"], frame) if "territory" in grounds else ""
    yield group("land", outlines)
    if "water" in grounds:
        yield group("waters", shapes(cursor, grounds["water"], frame))
    if "street" in grounds and frame.metres_per_pixel < STREETS_FROM:
        yield group("streets", shapes(cursor, grounds["street"], frame))
    if "territory" in grounds:
        yield group("territories", outlines)
        yield group("names", labels(cursor, grounds["territory"], frame))
    for subject in shown:
        big = f"greatest(ST_XMax(t.g) - ST_XMin(t.g), ST_YMax(t.g) - ST_YMin(t.g)) * {111_320 * frame.scale} > 24"
        yield group(f"shape {subject.layer.legend.kind}", shapes(cursor, subject, frame, big))
    for subject in shown:
        yield group(subject.layer.legend.kind, marks(cursor, subject, frame))


def focus(cursor: CursorWrapper, subject: Subject, frame: Frame) -> str:
    """The one thing that a drawing is about: its territory filled, or a ring around its mark."""
    if subject.layer.legend.kind == "territory":
        return group("here", shapes(cursor, subject, frame))
    mark = marks(cursor, subject, frame)
    x, y = re.findall(r' [xy]="(-?[\d.]+)"', mark)[:2] if mark else (0, 0)
    ring = f'<circle class="halo" cx="{float(x) + 14}" cy="{float(y) + 14}" r="20"/>' if mark else ""
    legend = subject.layer.legend.kind
    return ring + group(f"shape {legend}", shapes(cursor, subject, frame)) + group(legend, mark)


def draw(ground: list[Subject], shown: list[Subject], frame: Frame, title: str, about: Subject | None = None) -> str:
    """The whole drawing."""
    with connections["public"].cursor() as cursor:
        inside = "".join(parts(cursor, ground, shown, frame))
        if about is not None:
            inside += focus(cursor, about, frame)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {frame.height}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE.replace(chr(10), '')}</style><defs>{symbols()}</defs>"
        f'<rect class="ground" width="100%" height="100%"/>{inside}</svg>'
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
