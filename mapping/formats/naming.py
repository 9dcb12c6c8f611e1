"""Column names of a Shapefile: at most ten characters, none like another."""

from collections.abc import Iterable

LONGEST = 10


def shortened(names: Iterable[str]) -> dict[str, str]:
    """Each name and its short one, in order. Case does not tell two apart; a clash ends in a number."""
    taken: set[str] = set()
    result = {}
    wanted = list(names)
    free = {name.casefold() for name in wanted if len(name) <= LONGEST}
    for name in wanted:
        short, number = name[:LONGEST], 1
        while short.casefold() in taken or (short != name and short.casefold() in free):
            number += 1
            short = f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
        taken.add(short.casefold())
        result[name] = short
    return result
