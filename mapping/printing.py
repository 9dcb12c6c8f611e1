"""What the printed map page says under its drawing: how long a stretch is, and of which day it is."""

import math
from dataclasses import dataclass

from django.utils import timezone

from mapping.asking import distance_words
from mapping.frame import Frame
from mapping.where import BBox
from neighbourhoods.days import day_words

SHARE = 4  # the bar is at most this part of the drawing's width
STEPS = (5, 2, 1)


@dataclass(frozen=True)
class Bar:
    """A scale bar: its length in pixels of the drawing, and what that is on the ground."""

    pixels: int
    words: str


def scale_bar(box: BBox, width: int, height: int) -> Bar:
    """The longest bar of a round number of metres that a drawing of this box has room for."""
    frame = Frame.around(box, width, height)
    metres = frame.metres_per_pixel * math.cos(math.radians((frame.box[1] + frame.box[3]) / 2))
    room = metres * width / SHARE
    power = 10 ** math.floor(math.log10(room))
    length = next(step * power for step in STEPS if step * power <= room)
    return Bar(round(length / metres), distance_words(length))


def imprint(box: BBox, size: tuple[int, int]) -> dict[str, Bar | str]:
    """The scale bar and the day, for the sheet of paper."""
    return {"bar": scale_bar(box, *size), "day": day_words(timezone.localdate())}
