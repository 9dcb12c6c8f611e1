"""The colours and marks of our map, for the formats that carry a look: one source with the drawing of the map."""

from functools import cache

from mapping.ink import EDGES, filled, palette, symbols, variables


@cache
def colours() -> dict[str, str]:
    """The colour of each kind of the legend."""
    return {kind: palette().get(EDGES.get(kind, kind), "#4c5b64") for kind in (*palette(), *EDGES)}


def line_colour(kind: str) -> str:
    """The colour of a kind's outline."""
    return colours().get(kind, "#4c5b64")


def mark(kind: str, fill: str) -> str:
    """One mark as an SVG of its own: the shape of the kind, filled as the legend says."""
    shapes = symbols()[kind].partition(">")[2].removesuffix("</symbol>")
    plain = filled(shapes, variables(fill, line_colour(kind), "#ffffff"))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28" viewBox="0 0 28 28">{plain}</svg>'
