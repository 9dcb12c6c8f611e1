"""What the data say of themselves: for each layer and city how many records, where, of which time, changed when."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Max, Min

from mapping.layers import LAYERS
from mapping.query import BBox, Query
from mapping.registry import Layer
from mapping.versions import version
from neighbourhoods.constraints import XMax, XMin, YMax, YMin
from neighbourhoods.models import City


@dataclass(frozen=True)
class Facts:
    """One dataset: the public records of one layer in one city. `bbox` is in CRS84; None where nothing has a place."""

    layer: Layer
    city: City
    count: int
    changed: datetime
    version: str
    bbox: BBox | None
    licences: list[str]
    attributions: list[str]
    period: tuple[date | None, date | None]

    @property
    def path(self) -> str:
        """The page of this dataset."""
        return f"/data/{self.layer.slug}/{self.city.slug}/"


def all_facts(layers: list[Layer] | None = None, city: str = "") -> list[Facts]:
    """The datasets that have a record, by city and in the order of LAYERS; of one city when it is named.

    To be asked in a snapshot: what is remembered belongs to the version seen in it. Two statements for each layer and
    one for the cities, however many of them and of records there are.
    """
    cities = City.objects.using("public").defer("envelope")
    known = {one.pk: one for one in (cities.filter(slug=city) if city else cities)}
    found = [one for layer in (layers or LAYERS.values()) for one in of_layer(layer, city, known)]
    order = {pk: place for place, pk in enumerate(known)}
    return sorted(found, key=lambda facts: order[facts.city.pk])


def of_layer(layer: Layer, city: str, known: dict[int, City]) -> list[Facts]:
    seen = version(layer.tables)
    rows = grouped(layer, city, seen)
    return [one_facts(layer, known[row["city_id"]], seen, row) for row in rows if row["city_id"] in known]


@lru_cache(maxsize=1000)
def grouped(layer: Layer, city: str, seen: str) -> tuple[dict[str, Any], ...]:
    """The facts of each city, remembered for a version of the layer: they take a look at every record."""
    first, last = layer.temporal or (None, None)
    sides = {name: least(side(F(layer.geometry))) for name, (least, side) in SIDES.items()}
    days = {"since": Min(first), "until": Max(last)} if first else {}
    return tuple(
        Query(layer, city=city).rows().using("public").order_by().values("city_id").annotate(
            how_many=Count("pk"), changed=Max("updated_at"), licences=ArrayAgg("licence", distinct=True),
            attributions=ArrayAgg("attribution", distinct=True), **sides, **days,
        )
    )  # fmt: skip


SIDES = {"west": (Min, XMin), "south": (Min, YMin), "east": (Max, XMax), "north": (Max, YMax)}


def one_facts(layer: Layer, city: City, seen: str, row: dict[str, Any]) -> Facts:
    box = tuple(row[side] for side in SIDES)
    return Facts(
        layer=layer,
        city=city,
        count=row["how_many"],
        changed=row["changed"],
        version=seen,
        bbox=box if box[0] is not None else None,
        licences=row["licences"],
        attributions=[text for text in row["attributions"] if text],
        period=(row.get("since"), row.get("until")),
    )
