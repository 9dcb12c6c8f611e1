"""A drawing's frame: the ground in degrees, Web Mercator and pixels."""

import math
from dataclasses import dataclass
from functools import cached_property

from mapping.query import BBox

EARTH = 6_378_137.0
WIDEST_PIXEL = 2 * math.pi * EARTH / 256  # metres, of a whole world in one tile


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
    def numbers(self) -> dict[str, float]:
        """What statements need to know of the frame, by name: for ST_TransScale (ST_AsSVG turns y over by itself), for
        pixels of points, and the box."""
        west, south, east, north = self.box
        return {
            "x": -self.west, "y": -self.north, "scale": self.scale, "left": -self.west * self.scale,
            "north": self.north, "degree": self.pixels_per_degree,
            "box_west": west, "box_south": south, "box_east": east, "box_north": north,
        }  # fmt: skip

    @property
    def metres_per_pixel(self) -> float:
        return 1 / self.scale

    @property
    def pixels_per_degree(self) -> float:
        """Of longitude."""
        return math.radians(EARTH) * self.scale

    @cached_property
    def zoom(self) -> int:
        """The whole zoom of Web Mercator at which a screen shows at least so much detail."""
        return max(0, min(22, math.ceil(math.log2(WIDEST_PIXEL * self.scale) - 0.01)))

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place lies on the drawing, in pixels from its upper left corner."""
        x, y = mercator(longitude, latitude)
        return (x - self.west) * self.scale, (self.north - y) * self.scale


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    bounded = max(-85.05, min(85.05, latitude))
    return EARTH * math.radians(longitude), EARTH * math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2))


def degrees(x: float, y: float) -> tuple[float, float]:
    latitude = math.degrees(2 * math.atan(math.exp(y / EARTH)) - math.pi / 2)
    return max(-180.0, min(180.0, math.degrees(x / EARTH))), latitude
