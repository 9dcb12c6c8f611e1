"""Small numbers: fewer than four persons are never told, nor anything from which they could be worked out."""

from collections import defaultdict
from collections.abc import Iterator

from commons.figures.computing import ALL, Cells
from commons.figures.words import FEWEST, Indicator

Key = tuple[object, object, str]


def hidden(found: Cells) -> set[Key]:
    """The cells that are not told: few persons, and then in every line of a sum one more, so that no difference tells.

    A line is a sum with its parts: over territories, over years, or over kinds.
    """
    values = {key: cell.value for key, cell in found.found.items() if cell.value is not None}
    closed = {key for key, value in values.items() if few(found.indicator, key[2], value)}
    lines = list(lines_of(values)) if closed else []
    while True:
        more = set()
        for line in lines:
            shut = [key for key in line if key in closed or key in more]
            if len(shut) == 1 and (others := [key for key in line if key not in shut and values[key]]):
                more.add(min(others, key=lambda key: (values[key], key.count(ALL), str(key))))
        if not more:
            return closed
        closed |= more


def few(indicator: Indicator, part: str, value: object) -> bool:
    """Whether a number counts so few persons that one could be known."""
    persons = indicator.persons == "*" or (indicator.persons and part == indicator.persons)
    return bool(persons) and 0 < value < FEWEST


def lines_of(values: dict[Key, object]) -> Iterator[list[Key]]:
    """Every sum with what it is the sum of."""
    for axis in range(3):
        lines: dict[tuple, list[Key]] = defaultdict(list)
        for key in values:
            lines[key[:axis] + key[axis + 1 :]].append(key)
        yield from (line for line in lines.values() if any(key[axis] == ALL for key in line) and len(line) > 1)
