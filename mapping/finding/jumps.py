"""Where the words of a map may lead: streets, doors and territories to go to; and, where nothing is listed, things
whose name is nearly what was typed."""

from dataclasses import dataclass

from mapping.finding.asking import Question
from mapping.finding.find import Hit, find
from mapping.query import BBox
from mapping.registry import Layer
from mapping.selection import Selection

JUMPS = 4  # of each kind
ALIKE = 5


@dataclass(frozen=True)
class Jump:
    """A street, a door or a territory that the words name: somewhere to move the map to."""

    name: str
    layer: Layer
    uid: str
    box: BBox


def list_jumps(selection: Selection) -> list[Jump]:
    """The ground that the words name, the best of each kind first."""
    hits = [hit for hit in found_by(selection) if hit.layer.background and hit.box]
    jumps: list[Jump] = []
    for hit in hits:
        if sum(one.layer is hit.layer for one in jumps) < JUMPS:
            jumps.append(Jump(hit.name, hit.layer, hit.place.uid, hit.box))
    return jumps


def list_alike(selection: Selection) -> list[Hit]:
    """Things that the words may have meant, whatever the filters."""
    return [hit for hit in found_by(selection) if hit.opens and not hit.layer.background][:ALIKE]


def found_by(selection: Selection) -> list[Hit]:
    return find(Question.read(selection.q), selection.city, JUMPS).hits if selection.q else []
