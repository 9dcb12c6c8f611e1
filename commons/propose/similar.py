"""What others have proposed already: for the same building, close by, or in similar words. Public proposals only."""

from dataclasses import dataclass, field

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.contrib.gis.measure import D
from django.contrib.postgres.search import TrigramWordSimilarity

from commons.models import Building, Proposal
from neighbourhoods.models import City

NEAR = 300  # metres
NEAR_DEGREES = 0.006  # a little more than NEAR in every direction, at our latitudes
MOST = 5


@dataclass(frozen=True)
class Similar:
    """Three lists of proposals, none of them in two."""

    here: list[Proposal] = field(default_factory=list)
    near: list[Proposal] = field(default_factory=list)
    alike: list[Proposal] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.here or self.near or self.alike)


def similar(
    city: City, building: Building | None = None, place: GEOSGeometry | None = None, name: str = "", but: str = ""
) -> Similar:
    """Proposals for the building, within 300 metres of the place (with `distance`), and of similar name."""
    proposals = Proposal.objects.using("public").public().filter(city=city).exclude(uid=but).listed()
    here = list(proposals.filter(building=building)[:MOST]) if building else []
    seen = [one.pk for one in here]
    place = place or (building.place if building else None)
    near = _near(proposals.exclude(pk__in=seen), place) if place else []
    seen += [one.pk for one in near]
    alike = []
    if len(name.strip()) >= 4:
        alike = list(in_other_words(proposals.exclude(pk__in=seen), name))
    return Similar(here, near, alike)


def in_other_words(proposals: "Proposal.objects", name: str) -> "Proposal.objects":
    """Those of nearly the same name, the likest first. The operator finds them by the index of the names; its limit is
    the database's `pg_trgm.word_similarity_threshold`, 0.6."""
    likeness = TrigramWordSimilarity(name[:200], "name")
    close = proposals.filter(name__trigram_word_similar=name[:200]).annotate(likeness=likeness)
    return close.order_by("-likeness", "pk")[:MOST]


def _near(proposals: "Proposal.objects", place: GEOSGeometry) -> list[Proposal]:
    west, south, east, north = place.extent
    box = Polygon.from_bbox((west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES))
    box.srid = 4326
    close = proposals.filter(place__bboverlaps=box).annotate(distance=Distance("place", place))
    return list(close.filter(distance__lte=D(m=NEAR)).order_by("distance", "pk")[:MOST])
