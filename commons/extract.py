"""The map extract of a dossier: our own boundaries, waters and streets round a place, drawn as vectors on paper.

Lengths on paper are points; the ground is measured in metres on a plane that touches the place, true enough for the
few kilometres of an extract. North is up.
"""

import math
from collections.abc import Iterator

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from neighbourhoods.models import City, Neighbourhood, Street, Water
from neighbourhoods.vocabulary import Role

METRES = 111_320  # of one degree of latitude
LEAST = 350  # metres from the middle to the nearer edge
MOST_STREETS = 4_000
MOST_NAMES = 14
GROUND, WATER, STREET = HexColor("#F4F1EA"), HexColor("#BFD5E0"), HexColor("#B9B2A4")
EDGE, INK, PLACE = HexColor("#6B7680"), HexColor("#1B2A33"), HexColor("#B4402C")


class Extract(Flowable):
    """The drawing, as wide as the text. `faces` are the names of the plain and the bold typeface; what is around the
    place is read by the database alias `using`."""

    def __init__(
        self,
        city: City,
        place: GEOSGeometry,
        width: float,
        height: float,
        faces: tuple[str, str],
        using: str = "default",
    ) -> None:
        super().__init__()
        self.using = using
        self.city, self.place, self.width, self.height, self.faces = city, place, width, height, faces
        west, south, east, north = place.extent
        self.x, self.y = (west + east) / 2, (south + north) / 2
        self.squeeze = math.cos(math.radians(self.y))
        spans = ((east - west) * METRES * self.squeeze, (north - south) * METRES)
        self.metres = max(2 * LEAST * width / height, spans[0] * 1.5, spans[1] * 1.5 * width / height)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A position in degrees, on paper."""
        scale = self.width / self.metres * METRES
        return self.width / 2 + (x - self.x) * self.squeeze * scale, self.height / 2 + (y - self.y) * scale

    def box(self) -> Polygon:
        """What the paper covers, in EPSG:4326."""
        dx = self.metres / 2 / METRES / self.squeeze
        dy = self.metres / 2 / METRES * self.height / self.width
        box = Polygon.from_bbox((self.x - dx, self.y - dy, self.x + dx, self.y + dy))
        box.srid = 4326
        return box

    def draw(self) -> None:
        """Called by the page: ground, water, streets, boundaries, the place, names, scale and north."""
        paper, box = self.canv, self.box()
        paper.saveState()
        frame = paper.beginPath()
        frame.rect(0, 0, self.width, self.height)
        paper.clipPath(frame, stroke=0, fill=0)
        paper.setFillColor(GROUND)
        paper.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        here = {"city": self.city}
        streets = list(
            Street.objects.using(self.using)
            .public()
            .filter(**here, place__bboverlaps=box)
            .order_by("pk")[:MOST_STREETS]
        )
        for water in Water.objects.using(self.using).public().filter(**here, place__bboverlaps=box).order_by("pk"):
            self.shape(water.place, WATER, WATER, 2)
        for street in streets:
            self.shape(street.place, STREET, None, 1.2)
        areas = Neighbourhood.objects.using(self.using).public().current().in_role(Role.PRIMARY)
        areas = areas.filter(**here, boundary__bboverlaps=box)
        paper.setDash(5, 3)
        for area in areas.order_by("pk"):
            self.shape(area.boundary, EDGE, None, 1.1)
        paper.setDash()
        self.names(streets, list(areas.order_by("pk")), box)
        self.mark()
        paper.restoreState()
        paper.setStrokeColor(EDGE)
        paper.rect(0, 0, self.width, self.height, stroke=1, fill=0)
        self.scale_bar(paper)
        self.north(paper)

    def shape(self, geometry: GEOSGeometry, stroke: Color, fill: Color | None, thick: float) -> None:
        """Lines and areas; points as dots."""
        paper, path, filled = self.canv, self.canv.beginPath(), False
        paper.setStrokeColor(stroke)
        paper.setFillColor(fill or stroke)
        paper.setLineWidth(thick)
        for ring, closed in lines(geometry):
            path.moveTo(*self.at(*ring[0][:2]))
            for corner in ring[1:]:
                path.lineTo(*self.at(*corner[:2]))
            if closed:
                path.close()
                filled = True
        paper.drawPath(path, stroke=1, fill=int(bool(fill) and filled), fillMode=0)

    def mark(self) -> None:
        """The place itself: its outline, and a ring round its points."""
        self.shape(self.place, PLACE, None, 2.5)
        for x, y in dots(self.place):
            px, py = self.at(x, y)
            self.canv.setFillColor(HexColor("#FFFFFF"))
            self.canv.setStrokeColor(PLACE)
            self.canv.setLineWidth(3)
            self.canv.circle(px, py, 6, stroke=1, fill=1)
            self.canv.setFillColor(PLACE)
            self.canv.circle(px, py, 2, stroke=0, fill=1)

    def names(self, streets: list[Street], areas: list[Neighbourhood], box: Polygon) -> None:
        """The names of areas, then of the longest streets, where they do not lie on each other."""
        taken: list[tuple[float, float, float, float]] = []
        longest = sorted(streets, key=lambda one: (-one.place.length, one.pk))[: MOST_NAMES * 2]
        wanted = [(one.name.upper(), one.label_point, self.faces[1], 8) for one in areas]
        wanted += [(one.name, one.place.intersection(box).centroid, self.faces[0], 6.5) for one in longest]
        for words, point, face, size in wanted:
            if not point or point.empty or len(taken) >= MOST_NAMES:
                continue
            x, y = self.at(point.x, point.y)
            half = self.canv.stringWidth(words, face, size) / 2
            spot = (x - half - 4, y - 4, x + half + 4, y + size + 2)
            inside = spot[0] > 0 and spot[2] < self.width and spot[1] > 26 and spot[3] < self.height - 4
            if inside and not any(overlap(spot, other) for other in taken):
                taken.append(spot)
                self.canv.setFillColor(GROUND)
                self.canv.rect(spot[0] + 2, y - 2, 2 * half + 4, size + 2, stroke=0, fill=1)
                self.canv.setFillColor(INK)
                self.canv.setFont(face, size)
                self.canv.drawCentredString(x, y, words)

    def scale_bar(self, paper: Canvas) -> None:
        """A bar of a round length, about a quarter of the width."""
        rough = self.metres / 4
        unit = 10 ** math.floor(math.log10(rough))
        metres = max(step * unit for step in (1, 2, 5) if step * unit <= rough)
        length = self.width * metres / self.metres
        paper.setFillColor(HexColor("#FFFFFF"))
        paper.rect(8, 8, length + 62, 16, stroke=0, fill=1)
        paper.setStrokeColor(INK)
        paper.setLineWidth(1.5)
        paper.lines([(12, 13, 12 + length, 13), (12, 10, 12, 17), (12 + length, 10, 12 + length, 17)])
        paper.setFillColor(INK)
        paper.setFont(self.faces[0], 8)
        paper.drawString(18 + length, 11, f"{metres:g} m" if metres < 1_000 else f"{metres / 1_000:g} km")

    def north(self, paper: Canvas) -> None:
        x, y = self.width - 18, self.height - 34
        arrow = paper.beginPath()
        arrow.moveTo(x, y + 18)
        arrow.lineTo(x - 5, y)
        arrow.lineTo(x, y + 4)
        arrow.lineTo(x + 5, y)
        arrow.close()
        paper.setFillColor(INK)
        paper.drawPath(arrow, stroke=0, fill=1)
        paper.setFont(self.faces[1], 8)
        paper.drawCentredString(x, y + 21, _("N"))


def lines(geometry: GEOSGeometry) -> Iterator[tuple[tuple, bool]]:
    """The lines and rings of a geometry, and whether they close."""
    if geometry.geom_type == "Polygon":
        yield from ((ring, True) for ring in geometry.coords)
    elif geometry.geom_type in {"LineString", "LinearRing"}:
        yield geometry.coords, False
    elif geometry.geom_type != "Point":
        for part in geometry:
            yield from lines(part)


def dots(geometry: GEOSGeometry) -> Iterator[tuple[float, float]]:
    """The points of a geometry."""
    if geometry.geom_type == "Point":
        yield geometry.coords[:2]
    elif geometry.geom_type in {"MultiPoint", "GeometryCollection"}:
        for part in geometry:
            yield from dots(part)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
