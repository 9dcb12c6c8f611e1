"""Where the names of territories stand on a drawing: near their label point, and never on a mark or on each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LETTER, LINE = 6.6, 15  # pixels of a letter's breadth and of a line's height, on the safe side
STEPS = ((0, 0), (0, -18), (0, 18), (0, -34), (0, 34), (-30, 0), (30, 0), (0, -52), (0, 52), (-40, -24), (40, 24))
CELL = 32
REACH = 27  # pixels from the middle of the largest mark to its edge
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Name:
    """A name that wants to stand at (x, y), in a territory of `wide` × `high` pixels."""

    text: str
    x: float
    y: float
    wide: float
    high: float

    def box(self, dx: float, dy: float) -> Box:
        half = len(self.text) * LETTER / 2
        return self.x + dx - half, self.y + dy - LINE + 3, self.x + dx + half, self.y + dy + 3


@dataclass
class Taken:
    """The boxes that are taken, found again by the cells that they touch."""

    width: float
    height: float
    cells: dict[tuple[int, int], list[Box]] = field(default_factory=dict)

    def add(self, box: Box) -> None:
        for cell in touched(box):
            self.cells.setdefault(cell, []).append(box)

    def mark(self, x: float, y: float, reach: float) -> None:
        """Takes the square that reaches so far around a place; found by the cell of its middle."""
        box = (x - reach, y - reach, x + reach, y + reach)
        self.cells.setdefault((int(x // CELL), int(y // CELL)), []).append(box)

    def free(self, box: Box) -> bool:
        """Whether a box lies on the drawing and on nothing else."""
        west, north, east, south = box
        if west < 2 or north < 2 or east > self.width - 2 or south > self.height - 2:
            return False
        return not any(
            west < other[2] and other[0] < east and north < other[3] and other[1] < south
            for cell in touched((west - REACH, north - REACH, east + REACH, south + REACH))
            for other in self.cells.get(cell, ())
        )


def touched(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // CELL), int(box[2] // CELL) + 1):
        for row in range(int(box[1] // CELL), int(box[3] // CELL) + 1):
            yield column, row


def placed(names: Iterable[Name], taken: Taken) -> Iterator[tuple[str, float, float]]:
    """Each name that finds room inside its territory, and the middle of its foot; the others are left out."""
    for name in names:
        if name.wide < len(name.text) * LETTER * 0.9:
            continue
        for dx, dy in STEPS:
            box = name.box(dx, dy)
            if abs(dx) <= name.wide / 3 and abs(dy) <= name.high / 3 and taken.free(box):
                taken.add(box)
                yield name.text, name.x + dx, name.y + dy
                break
