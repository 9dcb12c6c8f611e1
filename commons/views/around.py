"""What lies round a thing: the records that belong on its page, a few of each, in a bounded number of queries.

Everything is read through `public()` on the read-only alias.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Count, Model, Q, QuerySet

from commons.models import Building, House, Pact, Proposal
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.vocabulary import Placement

ALIAS = "public"
MOST = 6
LONGEST_CHAIN = 20
NEARBY = 0.015  # degrees: a little more than a kilometre
TOUCHING = 0.00001  # degrees: about a metre
SAME_DISTANCE = 1  # metres


@dataclass(frozen=True)
class Shelf:
    """The first records of a kind, and how many there are in all."""

    records: list[Any]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.records)


def shelf(records: QuerySet, most: int = MOST) -> Shelf:
    """At most `most` of these records; counts them only when there are more."""
    first = list(records.using(ALIAS)[: most + 1])
    total = len(first) if len(first) <= most else records.using(ALIAS).count()
    return Shelf(first[:most], total)


def visible(related: Model | None) -> Model | None:
    """A related record, or None where it is not public: a name must not leak through a link."""
    if related is None:
        return None
    return type(related).objects.using(ALIAS).public().filter(pk=related.pk).first()


def public_of(model: type[Model], pk: int | None) -> Model | None:
    """The public record with this key, without its geometry."""
    return model.objects.using(ALIAS).public().listed().filter(pk=pk).first() if pk else None


def chain_of(pact: Pact) -> list[Pact]:
    """The public pacts that a pact renews and that renew it, the oldest first, itself among them; alone, none."""
    chain, before = [pact], public_of(Pact, pact.predecessor_id)
    while before and len(chain) < LONGEST_CHAIN:
        chain.insert(0, before)
        before = public_of(Pact, before.predecessor_id)
    known = Pact.objects.using(ALIAS).public().listed()
    while len(chain) < LONGEST_CHAIN and (after := known.filter(predecessor=chain[-1].pk).first()):
        chain.append(after)
    return chain if len(chain) > 1 else []


def nearest_house(city: City, point: Point | None, but: int | None = None) -> House | None:
    """The nearest open Casa, with `distance` and, in `tied`, others as near to the metre; None where either has no
    place."""
    if point is None:
        return None
    houses = House.objects.using(ALIAS).public().filter(city=city, status=House.Status.OPEN).exclude(pk=but)
    first, *others = [*houses.listed().defer("catchment").nearest(point)[:MOST], None]
    if first is not None:
        first.tied = [one for one in others if one and one.distance.m - first.distance.m < SAME_DISTANCE]
    return first


def nearby_buildings(house: House) -> list[Building]:
    """The nearest buildings not yet in use again, about a kilometre around, with `distance`."""
    if house.label_point is None:
        return []
    x, y = house.label_point.coords
    box = Polygon.from_bbox((x - NEARBY, y - NEARBY, x + NEARBY, y + NEARBY))
    box.srid = 4326
    buildings = Building.objects.using(ALIAS).public().filter(city=house.city_id, label_point__bboverlaps=box)
    return list(buildings.exclude(use_status=Building.UseStatus.REUSED).listed().nearest(house.label_point)[:4])


def territories_of(record: Any) -> list[tuple[Neighbourhood, float]]:
    """The neighbourhoods that share a record's place, with their shares, when there are several."""
    if record.placement not in {Placement.BORDER, Placement.OVERLAP, Placement.PARTLY_OUTSIDE}:
        return []
    shares = dict(record.shares.get("primary", []))
    found = plain(Neighbourhood.objects.using(ALIAS).public().filter(pk__in=shares))
    return sorted(((one, shares[one.pk]) for one in found), key=lambda pair: -pair[1])


def plain(territories: QuerySet) -> QuerySet:
    """Territories without their boundaries."""
    return territories.select_related("partition").defer("boundary", "label_point")


def inside(territory: Neighbourhood) -> dict[str, Shelf]:
    """What lies in a territory, by layer."""
    kinds: Iterable[type[Model]] = (Building, House, Proposal, Pact)
    return {model.layer: shelf(model.objects.public().inside(territory).listed().order_by("name")) for model in kinds}


def neighbours(territory: Neighbourhood) -> list[Neighbourhood]:
    """The territories of the same partition that touch this one, or come within a metre of it."""
    same = Neighbourhood.objects.using(ALIAS).public().filter(partition=territory.partition_id)
    touching = same.filter(boundary__dwithin=(territory.boundary, TOUCHING)).exclude(pk=territory.pk)
    return list(plain(touching).order_by("name"))


def figures(city: City, territory: Neighbourhood | None = None) -> dict[str, int]:
    """How many records a city or a territory has, and how many buildings wait for somebody."""

    def count(model: type[Model], **also: Count) -> dict[str, int]:
        records = model.objects.using(ALIAS).public().filter(city=city)
        return (records.inside(territory) if territory else records).aggregate(total=Count("pk"), **also)

    waiting = Count("pk", filter=~Q(use_status=Building.UseStatus.REUSED))
    buildings = count(Building, waiting=waiting)
    return {
        "buildings": buildings["total"],
        "waiting": buildings["waiting"],
        "houses": count(House)["total"],
        "proposals": count(Proposal)["total"],
        "pacts": count(Pact)["total"],
    }


def city_territories(city: City, role: str) -> list[Neighbourhood]:
    """The territories in force that play a part in the city, by code."""
    found = Neighbourhood.objects.using(ALIAS).public().current().in_role(role).filter(city=city)
    return list(plain(found).order_by("code"))


def drawn_box(city: City) -> str:
    """West, south, east, north of the territories in force, else of the city's envelope, as an address writes them."""
    boundaries = Neighbourhood.objects.using(ALIAS).public().current().filter(city=city)
    extent = boundaries.aggregate(box=Extent("boundary"))["box"] or city.envelope.extent
    return ",".join(f"{number:.4f}" for number in extent)
