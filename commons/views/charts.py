"""Small charts: bars whose places are computed here, drawn as SVG in the page, with the same numbers as a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH = 320
ROW = 30
HEIGHT = 120
FEWEST = 4  # fewer persons than this are not counted in public


@dataclass(frozen=True)
class Bar:
    """One number with its word; `x`, `y`, `width` and `height` are pixels of the drawing. `shown` is what is written
    where the number itself is not told."""

    label: str
    value: int
    shown: str
    x: int
    y: int
    width: int
    height: int
    named: bool = True  # whether there is room for its word

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        """Where the words over the bar stand."""
        return self.y - 5


@dataclass(frozen=True)
class Chart:
    """A drawing of bars: across, one under the other, or upright along the years."""

    name: str
    title: str
    unit: str
    note: str
    kind: str
    upright: bool
    height: int
    bars: tuple[Bar, ...]
    width: int = WIDTH

    @property
    def ground(self) -> int:
        """The line that upright bars stand on."""
        return self.height - 20

    @property
    def foot(self) -> int:
        return self.height - 4

    @property
    def empty(self) -> bool:
        return not any(bar.value for bar in self.bars)


def guarded(number: int) -> str:
    """How many persons, never so few that one could be known."""
    return str(number) if number == 0 or number >= FEWEST else _("fewer than %(number)d") % {"number": FEWEST}


def across(name: str, title: str, unit: str, note: str, kind: str, numbers: Iterable[tuple[str, int, str]]) -> Chart:
    """Bars that lie, the longest as wide as the drawing: (word, number, what is written)."""
    said = list(numbers)
    most = max((value for _word, value, _shown in said), default=0) or 1
    bars = tuple(
        Bar(word, value, shown, 0, ROW * row + 18, max(2, WIDTH * value // most) if value else 0, 10)
        for row, (word, value, shown) in enumerate(said)
    )
    return Chart(name, title, unit, note, kind, False, ROW * len(bars) or ROW, bars)


def upright(name: str, title: str, unit: str, note: str, kind: str, numbers: Iterable[tuple[str, int]]) -> Chart:
    """Bars that stand side by side."""
    said = list(numbers)
    most = max((value for _word, value in said), default=0) or 1
    step = WIDTH // max(1, len(said))
    bars = []
    for place, (word, value) in enumerate(said):
        tall = max(2, HEIGHT * value // most) if value else 0
        named = len(said) <= 6 or place % 2 == (len(said) - 1) % 2
        box = (place * step + 2, 20 + HEIGHT - tall, min(40, step - 4), tall)
        bars.append(Bar(word, value, str(value), *box, named))
    return Chart(name, title, unit, note, kind, True, HEIGHT + 40, tuple(bars))
