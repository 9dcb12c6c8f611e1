"""Where the city's houses do not reach: how much of each neighbourhood lies within a distance of an open house.

Everything is public, in one statement for all neighbourhoods and one for the houses. Distances are straight lines in
metres; circles are drawn with 128 sides, which makes their ground 0.04 % too small. Residents are an estimate: a
neighbourhood's people are taken as spread evenly over its ground, and told in tens.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from commons.models import Catchment, House, Pact, Proposal
from neighbourhoods.models import City

USUAL_DISTANCE = 1_000
LEAST_DISTANCE, MOST_DISTANCE = 100, 20_000
WIDTH = 640  # pixels of the drawing
MOST = 50
LIMITS = (20, 40, 60, 80)  # percent: five classes of equal width
OVER = (Pact.State.EXPIRED, Pact.State.RENEWED, Pact.State.TERMINATED)

# The ground in metres of the city's UTM zone, and in pixels of a drawing that is as wide as the city. `mc_utm` is of
# the migrations.
HOUSES = """
  SELECT h.uid, h.name, ST_Transform(h.place, z.utm) AS g, ST_Transform(h.label_point, z.utm) AS at
  FROM commons_house h CROSS JOIN z
  WHERE h.city_id = %(city)s AND h.status = 'open' AND h.visibility = 'public' AND h.place IS NOT NULL"""
SHARES = f"""
WITH z AS MATERIALIZED (SELECT mc_utm(envelope) AS utm FROM neighbourhoods_city WHERE id = %(city)s),
n AS MATERIALIZED (
  SELECT n.id, n.uid, n.code, n.name, n.population, ST_Transform(n.boundary, z.utm) AS g
  FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p ON p.id = n.partition_id CROSS JOIN z
  WHERE p.city_id = %(city)s AND p.role = 'primary' AND p.current AND n.visibility = 'public'),
box AS (SELECT ST_XMin(e) AS x, ST_YMax(e) AS y, {WIDTH}.0 / (ST_XMax(e) - ST_XMin(e)) AS s,
               (ST_YMax(e) - ST_YMin(e)) / (ST_XMax(e) - ST_XMin(e)) * {WIDTH} AS high
        FROM (SELECT ST_Extent(g) AS e FROM n) b),
h AS ({HOUSES}),
near AS MATERIALIZED (SELECT ST_Union(ST_Buffer(h.g, %(distance)s, 'quad_segs=32')) AS g FROM h)
SELECT n.uid, n.code, n.name, n.population, ST_Area(n.g), coalesce(ST_Area(ST_Intersection(n.g, near.g)), 0),
  ST_AsSVG(ST_Simplify(ST_TransScale(n.g, -box.x, -box.y, box.s, box.s), 0.4, true), 1, 1),
  box.x, box.y, box.s, box.high
FROM n CROSS JOIN near CROSS JOIN box ORDER BY n.code, n.id
"""
MARKS = f"""
WITH z AS MATERIALIZED (SELECT mc_utm(envelope) AS utm FROM neighbourhoods_city WHERE id = %(city)s), h AS ({HOUSES})
SELECT h.uid, h.name, round(((ST_X(h.at) - %(x)s) * %(s)s)::numeric, 1)::float,
  round(((%(y)s - ST_Y(h.at)) * %(s)s)::numeric, 1)::float, NULL FROM h
UNION ALL
SELECT '', '', 0, 0, ST_AsSVG(ST_Simplify(ST_TransScale(ST_Union(ST_Buffer(h.g, %(distance)s, 'quad_segs=32')),
  -%(x)s, -%(y)s, %(s)s, %(s)s), 0.3, true), 1, 1) FROM h
ORDER BY 2, 1
"""


@dataclass(frozen=True)
class Reached:
    """One neighbourhood: `ground` and `near` in square metres, `path` its outline in pixels of the drawing."""

    uid: str
    code: str
    name: str
    population: int | None
    ground: float
    near: float
    path: str = ""

    @property
    def share(self) -> float:
        """How much of its ground lies within the distance, 0 to 100."""
        return min(100.0, 100 * self.near / self.ground) if self.ground else 0.0

    @property
    def residents(self) -> int | None:
        """About how many of its residents live within the distance, in tens; None where they are not known."""
        return None if self.population is None else round(self.population * self.share / 1000) * 10

    @property
    def level(self) -> int:
        """Its class, 0 (least) to 4."""
        return sum(round(self.share, 1) >= limit for limit in LIMITS)


@dataclass(frozen=True)
class Gaps:
    """The whole city: its neighbourhoods, its open houses as (uid, name, x, y), the outline of what is near."""

    distance: int
    areas: list[Reached]
    houses: list[tuple[str, str, float, float]]
    near: str
    high: int

    @property
    def whole(self) -> Reached:
        """All neighbourhoods as one; its residents are those of the neighbourhoods that are counted."""
        known = [one for one in self.areas if one.population is not None]
        people = sum(one.population for one in known) if known else None
        return Reached("", "", "", people, sum(a.ground for a in self.areas), sum(a.near for a in self.areas))

    @property
    def residents(self) -> int | None:
        """About how many residents live within the distance, where any are known."""
        known = [one.residents for one in self.areas if one.residents is not None]
        return sum(known) if known else None

    @property
    def uncounted(self) -> int:
        """How many neighbourhoods have no number of residents."""
        return sum(one.population is None for one in self.areas)


def gaps_of(city: City, distance: int, alias: str) -> Gaps:
    """How far the open houses of a city reach now. Two statements, whatever the number of houses."""
    said = {"city": city.pk, "distance": distance}
    with connections[alias].cursor() as cursor:
        cursor.execute(SHARES, said)
        rows = cursor.fetchall()
        if not rows:
            return Gaps(distance, [], [], "", 0)
        x, y, scale, high = rows[0][7:]
        cursor.execute(MARKS, said | {"x": x, "y": y, "s": scale})
        marks = cursor.fetchall()
    areas = [Reached(*row[:6], path=row[6] or "") for row in rows]
    houses = [mark[:4] for mark in marks if mark[0]]
    near = next((mark[4] for mark in marks if mark[4]), "")
    return Gaps(distance, areas, houses, near, round(high))


def usual_distance(city: City) -> int:
    """The distance that a city calls near, in metres: `houses.distance` of its profile."""
    return city.profile.get("houses", {}).get("distance", USUAL_DISTANCE)


def faults_of_distance(profile: dict[str, Any]) -> list[str]:
    """What is wrong with what a profile says of its houses, in sentences."""
    said = profile.get("houses", {})
    distance = said.get("distance", USUAL_DISTANCE) if isinstance(said, dict) else None
    if type(distance) is int and LEAST_DISTANCE <= distance <= MOST_DISTANCE:
        return []
    words = _("houses.distance has to be a whole number of metres from %(least)d to %(most)d.")
    return [words % {"least": LEAST_DISTANCE, "most": MOST_DISTANCE}]


def pacts_beyond(city: City) -> QuerySet:
    """Public pacts that are not over, whose place lies in no house's catchment."""
    covering = Catchment.objects.public().filter(city=city, area__covers=OuterRef("label_point"))
    placed = Pact.objects.public().filter(city=city, place__isnull=False).exclude(state__in=OVER)
    return placed.exclude(Exists(covering)).listed().order_by("name", "pk")


def houses_without_pact(city: City) -> QuerySet:
    """Open houses that no public pact governs, and that have accompanied none."""
    pacts = Pact.objects.public().exclude(state=Pact.State.TO_SIGN)
    born = Proposal.objects.public().filter(house=OuterRef("pk"), pact__in=pacts.values("pk"))
    has = Q(pact__in=pacts.values("pk")) | Q(Exists(pacts.filter(house=OuterRef("pk")))) | Q(Exists(born))
    houses = House.objects.public().filter(city=city, status=House.Status.OPEN)
    return houses.exclude(has).listed().defer("catchment").order_by("name", "pk")
