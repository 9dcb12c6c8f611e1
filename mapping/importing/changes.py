"""What an import would change, for a person's eyes: the first records of each kind, with old and new values."""

from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

SHOWN = 1000  # of each kind; the counts of the report are of all
LONGEST = 200


@dataclass
class Changes:
    """Rows of `new`, `changed` and `gone` records as plain JSON: `id`, `name`, `uid`, `at` and `was` (longitude and
    latitude), `fields` ([name, old, new] each). `seen` counts everything, `points` places of records left out too."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"new": [], "changed": [], "gone": []})

    def note(
        self,
        kind: str,
        key: str,
        name: str,
        uid: str,
        place: BaseGeometry | None,
        fields: dict[str, tuple[Any, Any]] | None = None,
        was: BaseGeometry | None = None,
    ) -> None:
        """Keeps one record, as long as there is room for its kind."""
        if len(self.rows[kind]) < SHOWN:
            row = {"id": key[:LONGEST], "name": name[:LONGEST], "uid": uid, "at": spot(place)}
            if fields is not None:
                row["fields"] = [[field, plain(old), plain(new)] for field, (old, new) in fields.items()]
            if was is not None:
                row["was"] = spot(was)
            self.rows[kind].append(row)


def spot(place: BaseGeometry | None) -> list[float] | None:
    """One point of a place, longitude and latitude to five decimals."""
    if place is None or place.is_empty:
        return None
    point = place if place.geom_type == "Point" else place.representative_point()
    return [round(point.x, 5), round(point.y, 5)]


def plain(value: Any) -> str:
    """A value as it is shown: short, a list with commas."""
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
