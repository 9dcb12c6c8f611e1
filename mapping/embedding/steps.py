"""How a picture is moved without a script: the addresses of the views beside it, nearer and from further away."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mapping.query import BBox
from mapping.selection import Selection

# What a step is called, how far it goes in widths and heights of the picture, and how much larger the next box is.
STEPS: tuple[tuple[str, str | Promise, float, float, float], ...] = (
    ("in", _("Zoom in"), 0, 0, 0.5),
    ("out", _("Zoom out"), 0, 0, 2),
    ("west", _("Move west"), -0.5, 0, 1),
    ("north", _("Move north"), 0, 0.5, 1),
    ("south", _("Move south"), 0, -0.5, 1),
    ("east", _("Move east"), 0.5, 0, 1),
)
SMALLEST, LARGEST = 0.0005, 20.0  # degrees of latitude that a picture may show


@dataclass(frozen=True)
class Step:
    """One way to move the picture."""

    name: str
    title: str | Promise
    address: str


def steps(selection: Selection, box: BBox) -> list[Step]:
    """The steps that lead somewhere."""
    found = []
    for name, title, across, up, larger in STEPS:
        moved = beside(box, across, up, larger)
        if moved is not None:
            said = ",".join(f"{number:.6f}" for number in moved)
            found.append(Step(name, title, selection.address(bbox=said, page=[], fragment=[])))
    return found


def beside(box: BBox, across: float, up: float, larger: float) -> BBox | None:
    """The box beside a box; None where the world or the detail ends."""
    west, south, east, north = box
    wide, high = (east - west) * larger, (north - south) * larger
    x, y = (west + east) / 2 + across * wide, (south + north) / 2 + up * high
    moved = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
    outside = moved[0] < -180 or moved[1] < -85 or moved[2] > 180 or moved[3] > 85
    return None if outside or not SMALLEST <= high <= LARGEST or wide <= 0 else moved
