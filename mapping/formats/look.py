"""The colours and marks of our map, for the formats that carry a look: one source with the drawing of the map."""

import re
from functools import cache

EDGES = {"territory": "edge", "street": "street", "water": "water"}


@cache
def palette() -> dict[str, str]:
    """The named colours of the map in light, as #rrggbb."""
    from mapping.svg import STYLE  # the drawing itself stands on the formats

    found = re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", STYLE.partition("@media")[0])
    return {
        name: colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:]) for name, colour in found
    }


@cache
def colours() -> dict[str, str]:
    """The colour of each kind of the legend."""
    return {kind: palette().get(EDGES.get(kind, kind), "#4c5b64") for kind in (*palette(), *EDGES)}


def line_colour(kind: str) -> str:
    """The colour of a kind's outline."""
    return colours().get(kind, "#4c5b64")


def mark(kind: str, fill: str) -> str:
    """One mark as an SVG of its own: the shape of the kind, filled as the legend says."""
    from mapping.svg import symbols

    found = re.search(rf'<symbol id="{kind}"(.*?)</symbol>', symbols(), re.DOTALL)
    box, _, shapes = found[1].partition(">")
    values = {"mark-paper": "#ffffff", "mark-casing": "#ffffff", "mark-ink": line_colour(kind)}
    values |= {"half": {"mark-half": line_colour(kind)}, "full": {"mark-full": line_colour(kind)}}.get(fill, {})
    values |= {"mark-dash": "4 3"} if fill == "dashed" else {}
    plain = re.sub(r"var\(--([\w-]+)(?:, ([^)]*))?\)", lambda m: values.get(m[1], m[2] or "none"), shapes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"{box}>{plain}</svg>'
