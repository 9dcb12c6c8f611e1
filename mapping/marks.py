"""Marks of a drawing: those that would lie on each other become one ring with a number, its colours those of its kinds.

The map in the browser does the same (`static/js/map/gather.js`), so that nothing jumps when the script arrives.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SINGLE, LARGEST, CELL, PASSES, TOUCH = 14.0, 26.0, 64, 2, 0.92


@dataclass(frozen=True)
class Mark:
    """A record, or `count` of one kind too close to each other to be told apart, at a place of the drawing."""

    kind: str
    fill: str
    count: int
    x: float
    y: float


@dataclass(slots=True)
class Group:
    """What stands at one place: a mark alone, or a number."""

    marks: tuple[Mark, ...]
    x: float
    y: float
    count: int
    radius: float

    @classmethod
    def of(cls, marks: tuple[Mark, ...], x: float, y: float, count: int) -> "Group":
        radius = SINGLE if count == 1 else 19 if count < 100 else 22 if count < 1000 else LARGEST
        return cls(marks, x, y, count, radius)

    def kinds(self) -> list[tuple[str, int]]:
        """How many of each kind there are, in the order of their names."""
        found: dict[str, int] = {}
        for mark in self.marks:
            found[mark.kind] = found.get(mark.kind, 0) + mark.count
        return sorted(found.items())


def gathered(marks: Iterable[Mark]) -> list[Group]:
    """The marks as groups that do not lie on each other, from above; the order of the marks does not matter."""
    groups = [Group.of((mark,), mark.x, mark.y, mark.count) for mark in marks]
    for _ in range(PASSES):
        before = len(groups)
        groups = joined(groups)
        if len(groups) == before:
            break
    return sorted(groups, key=lambda group: (group.y, group.x, group.count))


def joined(groups: list[Group]) -> list[Group]:
    """One pass: every group joins the nearest one that it touches, the largest first."""
    cells: dict[tuple[int, int], list[tuple[float, float, float, list[Group]]]] = {}
    found: list[list[Group]] = []
    for group in sorted(groups, key=lambda one: (-one.count, one.y, one.x, one.marks[0].kind)):
        x, y, radius = group.x, group.y, group.radius
        if other := nearest(cells, x, y, radius):
            other.append(group)
        else:
            found.append([group])
            cells.setdefault((int(x // CELL), int(y // CELL)), []).append((x, y, radius, found[-1]))
    return [one[0] if len(one) == 1 else together(one) for one in found]


def nearest(
    cells: dict[tuple[int, int], list[tuple[float, float, float, list[Group]]]], x: float, y: float, radius: float
) -> list[Group] | None:
    """The nearest of those in the cells that a group here, so large, touches."""
    reach, best, least = (radius + LARGEST) * TOUCH, None, math.inf
    rows = range(int((y - reach) // CELL), int((y + reach) // CELL) + 1)
    for column in range(int((x - reach) // CELL), int((x + reach) // CELL) + 1):
        for row in rows:
            for other_x, other_y, other_radius, other in cells.get((column, row), ()):
                apart = (other_x - x) ** 2 + (other_y - y) ** 2
                if apart < least and apart < ((other_radius + radius) * TOUCH) ** 2:
                    best, least = other, apart
    return best


def together(groups: list[Group]) -> Group:
    """One group at the middle of what it holds."""
    count = sum(group.count for group in groups)
    x = sum(group.x * group.count for group in groups) / count
    y = sum(group.y * group.count for group in groups) / count
    return Group.of(tuple(mark for group in groups for mark in group.marks), x, y, count)


def drawn(groups: list[Group]) -> Iterator[str]:
    """The marks: single ones by kind, then the rings and their numbers."""
    alone = [group for group in groups if group.count == 1]
    many = [group for group in groups if group.count > 1]
    for kind in sorted({group.marks[0].kind for group in alone}):
        yield f'<g class="marks {kind}">{"".join(single(one) for one in alone if one.marks[0].kind == kind)}</g>'
    if many:
        yield f'<g class="many">{"".join(map(ring, many))}</g>'
        yield f'<g class="counts">{"".join(map(number, many))}</g>'


def single(group: Group) -> str:
    mark = group.marks[0]
    at = f'x="{group.x - 14:.1f}" y="{group.y - 14:.1f}" width="28" height="28"'
    return f'<use href="#{mark.kind}-{mark.fill}" {at}/>'


def ring(group: Group) -> str:
    """A ring of one colour, or with an arc for each kind as long as its part."""
    kinds, x, y, r = group.kinds(), f"{group.x:.1f}", f"{group.y:.1f}", group.radius - 2
    whole = f'<circle class="{kinds[0][0]}" cx="{x}" cy="{y}" r="{r}"/>'
    start, arcs = kinds[0][1], []
    for kind, count in kinds[1:]:
        length = 2 * math.pi * r
        part, before = length * count / group.count, length * start / group.count
        dash = f'stroke-dasharray="{part:.1f} {length:.1f}" stroke-dashoffset="{-before:.1f}"'
        arcs.append(f'<circle class="{kind} arc" cx="{x}" cy="{y}" r="{r}" {dash} transform="rotate(-90 {x} {y})"/>')
        start += count
    return whole + "".join(arcs)


def number(group: Group) -> str:
    return f'<text x="{group.x:.1f}" y="{group.y + 4.5:.1f}">{group.count}</text>'
