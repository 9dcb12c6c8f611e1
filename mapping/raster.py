"""A drawing in pixels: resvg draws it, with a typeface that every installation has, and asks nothing of the system."""

import threading
from functools import cache
from pathlib import Path

import reportlab
import resvg_py

from mapping.errors import Problem
from mapping.ink import printed

MOST_PIXELS = 2_400_000  # an A4 page at 150 dots an inch
AT_ONCE = 2  # drawings that a process turns into pixels at the same time: each takes a core for some 100 ms
PATIENCE = 5  # seconds that the next one waits
FACES = ("Vera.ttf", "VeraBd.ttf")
_turns = threading.BoundedSemaphore(AT_ONCE)


@cache
def faces() -> list[str]:
    """The files of the typeface: that of the documents on paper."""
    folder = Path(reportlab.__file__).parent / "fonts"
    return [str(folder / name) for name in FACES]


def check_area(width: int, height: int) -> None:
    """Raises Problem (400) for a picture of too many pixels."""
    if width * height > MOST_PIXELS:
        detail = f"width times height must be at most {MOST_PIXELS}"
        raise Problem("bad-parameter", detail, [{"parameter": "width", "detail": detail}])


def png(drawing: str) -> bytes:
    """The drawing as a PNG in its own size; Problem (503) when too many are under way."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Problem("unavailable", "Too many pictures are being made; try again in a few seconds.")
    try:
        return resvg_py.svg_to_bytes(
            svg_string=printed(drawing),
            skip_system_fonts=True,
            font_files=faces(),
            font_family="Bitstream Vera Sans",
            sans_serif_family="Bitstream Vera Sans",
        )
    finally:
        _turns.release()
