"""What is asked of a collection: a Query of the house, with what the OGC API adds to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import F, Q, QuerySet
from django.http import QueryDict

from mapping.ogc import cql, crs, links
from mapping.ogc.places import Predicate, as_value, box, edge, placed
from mapping.ogc.queryables import simple
from mapping.query import NUMBER, BBox, Query, bad, make_cursor, parse_bbox, unknown_parameters
from mapping.registry import Attribute, Layer
from neighbourhoods.models import City

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 10_000
SCALARS = ("city", "datetime", "limit", "cursor")
ADDED = ("f", "bbox", "bbox-crs", "crs", "filter", "filter-lang", "filter-crs")
STEPS = 20  # a side of a box bends when its coordinate system is left
Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ItemsQuery(Query):
    """A Query whose records also meet `condition`; `said` are the parameters that say it. `base` is the path of the
    landing page. Of a bbox, unlike elsewhere, places match that touch it themselves, not by their own box alone."""

    base: str = "/ogc"
    said: Said = ()
    condition: Q = field(default_factory=Q, compare=False)

    __hash__ = Query.__hash__

    @classmethod
    def read(cls, layer: Layer, params: QueryDict) -> Self:
        """Reads the parameters of the items of a collection; raises Problem (400) for anything that is not known."""
        known = parameters(layer)
        if unknown := [name for name in params if name not in (*SCALARS, *ADDED) and name not in known]:
            raise unknown_parameters(unknown)
        given = once(params, (*SCALARS, *ADDED))
        values = cls._scalars(layer, {name: given[name] for name in SCALARS if name in given})
        values["limit"] = min(values.get("limit", DEFAULT_LIMIT), LARGEST_LIMIT)
        values["crs"] = crs.parse("crs", given["crs"]) if "crs" in given else "CRS84"
        values["bbox"], inside, said = area(layer, given)
        matching, also = filtered(layer, given)
        return cls(
            layer,
            filters=cls._filters(layer, params, known),
            **values,
            base=links.root(),
            said=(*said, *also),
            condition=inside & matching,
        )

    def rows(self, among: QuerySet | None = None, city: City | None = None) -> QuerySet:
        return super().rows(among, city).filter(self.condition)

    def params(self) -> dict[str, list[str]]:
        return super().params() | self._crs() | {name: [text] for name, text in self.said}

    def _crs(self) -> dict[str, list[str]]:
        return {"crs": [crs.uri(self.crs)]} if self.crs != "CRS84" else {}

    def address(self, suffix: str, after: int | None = None) -> str:
        """The path and query string of these items as `json` or `html`; `after` continues behind that record."""
        more = {"f": suffix} if suffix else {}
        more |= {"cursor": make_cursor(self.layer.slug, after)} if after is not None else {}
        query = "&".join(filter(None, [self._said, urlencode(more, safe=":")]))
        return f"{self.base}/collections/{self.layer.slug}/items" + (f"?{query}" if query else "")


def parameters(layer: Layer) -> dict[str, Attribute]:
    """The queryables that are parameters: those of one value whose name says nothing else here."""
    return {name: one for name, one in simple(layer).items() if name not in (*SCALARS, *ADDED)}


def once(params: QueryDict, names: tuple[str, ...]) -> dict[str, str]:
    """What is given of these parameters; Problem (400) for one that is given twice. An empty city or
    filter is none: forms send them."""
    found = {}
    for name in names:
        given = params.getlist(name)
        if len(given) > 1:
            raise bad(name, "may be given once only")
        if given and (given[0] or name not in {"city", "filter"}):
            found[name] = given[0]
    return found


def area(layer: Layer, given: dict[str, str]) -> tuple[BBox | None, Q, Said]:
    """The box in degrees where it is asked so, the condition on places, and the parameters that say it otherwise."""
    system = crs.parse("bbox-crs", given["bbox-crs"]) if "bbox-crs" in given else "CRS84"
    if "bbox" not in given:
        return None, Q(), ()
    west, south, east, north = plane(given["bbox"])
    if system == "CRS84":
        found = parse_bbox(",".join((west, south, east, north)))
        return found, touching(layer, box([*found])), ()
    a, b, c, d = (float(one) for one in (west, south, east, north))
    if a > c or b > d:
        raise bad("bbox", "begins with its lower corner")
    shape = placed(bent((a, b, c, d)), system, "bbox")
    said = (("bbox", ",".join((west, south, east, north))), ("bbox-crs", crs.uri(system)))
    return None, touching(layer, shape), said


def plane(text: str) -> list[str]:
    """The four numbers of a box, of which six may be given: heights are left out."""
    numbers = text.split(",")
    if len(numbers) not in {4, 6} or not all(NUMBER.fullmatch(one) for one in numbers):
        raise bad("bbox", "must be four or six numbers: the lower corner, then the upper one")
    return numbers if len(numbers) == 4 else [numbers[0], numbers[1], numbers[3], numbers[4]]


def bent(corners: BBox) -> GEOSGeometry:
    """A box with many points on each side; a line or a point where it has no extent."""
    a, b, c, d = corners
    if a == c or b == d:
        return edge(corners)
    return Polygon([*side(a, b, c, b), *side(c, b, c, d), *side(c, d, a, d), *side(a, d, a, b), (a, b)])


def side(a: float, b: float, c: float, d: float) -> Iterator[tuple[float, float]]:
    return ((a + (c - a) * step / STEPS, b + (d - b) * step / STEPS) for step in range(STEPS))


def touching(layer: Layer, shape: GEOSGeometry) -> Q:
    """Places that have a point in common with the shape; what has no place matches too."""
    shape.srid = 4326
    touches = Predicate(F(layer.geometry), as_value(shape), function="ST_Intersects")
    return Q(**{f"{layer.geometry}__isnull": True}) | Q(touches)


def filtered(layer: Layer, given: dict[str, str]) -> tuple[Q, Said]:
    """The condition that `filter` says, and the parameters that say it."""
    language = given.get("filter-lang", cql.LANGUAGES[0])
    if language not in cql.LANGUAGES:
        raise bad("filter-lang", f"must be {' or '.join(cql.LANGUAGES)}")
    system = crs.parse("filter-crs", given["filter-crs"]) if "filter-crs" in given else "CRS84"
    if "filter" not in given:
        return Q(), ()
    said = (("filter", given["filter"]), ("filter-lang", language))
    said += (("filter-crs", crs.uri(system)),) if system != "CRS84" else ()
    return cql.condition(layer, given["filter"], language, system), said
