"""What a format is: how a layer's records become bytes, as a text that PostGIS writes or as a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapping.query import Query
from mapping.registry import Text


@dataclass
class Sums:
    """What a collection says of itself after its records: how many they are, the last key, their box in degrees, and
    whether more follow, where that is known already."""

    returned: int = 0
    last: int | None = None
    bbox: list[float] = field(default_factory=list)
    more: bool | None = None

    def add(self, count: int, last: int, box: tuple[float | None, ...]) -> None:
        self.returned += count
        self.last = last
        if box[0] is not None:
            mine = self.bbox or list(box)
            self.bbox = [min(mine[0], box[0]), min(mine[1], box[1]), max(mine[2], box[2]), max(mine[3], box[3])]


@dataclass(frozen=True, eq=False)
class Format:
    """A text: `start`, the records with `separator` between them, `end`.

    `row` is an SQL expression of one record as text, over t (pk, uid, g, label, c0 …) and p (its published properties).
    `end` is told the sums, and how many records match, whatever the page. `generalises`: it obeys `zoom`. `driver` is
    what GDAL calls the format.
    """

    suffix: str
    title: Text
    media_type: str
    row: Callable[[Query], str]
    start: Callable[[Query], bytes]
    end: Callable[[Query, Sums, int], bytes]
    separator: str = ""
    any_crs: bool = False
    generalises: bool = False
    download: bool = False
    losses: Text = ""
    driver: str = ""


@dataclass(frozen=True, eq=False)
class FileFormat:
    """A file that is made whole before it is sent: `write` puts it at a path out of what `Making` gives it.

    `most` is how many records the format can hold at all.
    """

    suffix: str
    title: Text
    media_type: str
    write: Callable[[Any, Path], None]
    driver: str
    any_crs: bool = True
    download: bool = True
    losses: Text = ""
    most: int | None = None
