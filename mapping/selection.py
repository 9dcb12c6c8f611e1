"""What the map page shows, read from its address: the visible layers and one Query for each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Count, Model, QuerySet
from django.http import QueryDict
from django.urls import reverse

from mapping.errors import Problem, bad
from mapping.layers import LAYERS
from mapping.query import Query, parse_datetime
from mapping.registry import Attribute, Layer
from mapping.sums import remembered
from mapping.versions import version
from mapping.where import Area, BBox, Ring, parse_area, parse_bbox, parse_near, within
from neighbourhoods.models import City

TERRITORIES = ("neighbourhood", "district")
SCALARS = ("q", "datetime", "near", "area", "bbox")
OURS = ("layers", *SCALARS, "feature", "fragment", "page")
MOST_STRADDLING = 200
REMEMBERED = 500  # questions of single layers
FACE = ".shown"  # `indicators.shown=active`: how a layer is drawn, whatever it holds


def things() -> list[Layer]:
    """The layers of things that people look for; the others are the ground they stand on."""
    return [layer for layer in LAYERS.values() if not layer.background]


def ground() -> list[Layer]:
    return [layer for layer in LAYERS.values() if layer.background]


@dataclass(frozen=True)
class Selection:
    """One view of one city's map. `queries` has an entry for every layer of things, shown or not."""

    city: City
    visible: tuple[Layer, ...]
    queries: dict[str, Query]
    params: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict, compare=False)  # of each layer, once it was asked for

    @classmethod
    def parse(cls, city: City, params: QueryDict) -> Self:
        """Reads the address of the page; raises Problem (400). What belongs to nobody (utm_source …) is left alone."""
        said = {name: [v for v in params.getlist(name) if v] for name in params if "." in name or name in TERRITORIES}
        for name in (*SCALARS, "day", "feature"):
            if len(given := params.getlist(name)) > 1:
                raise bad(name, "may be given once only")
            said[name] = [value for value in given if value]
        if day := said.pop("day"):
            said["datetime"] = day
        chosen = chosen_layers(params)
        if chosen is not None:
            said["layers"] = [",".join(layer.slug for layer in chosen)]
        check_owners(said)
        layers = {layer.slug: face_of(layer, said) for layer in things()}
        queries = {slug: query_of(city, layer, said) for slug, layer in layers.items()}
        shown = chosen if chosen is not None else [layer for layer in things() if layer.visible]
        kept = {name: values for name, values in said.items() if values}
        return cls(city, tuple(layers[layer.slug] for layer in shown), queries, kept)

    @property
    def layers(self) -> list[Layer]:
        """All layers of things, shown or not, as they are drawn here."""
        return [query.layer for query in self.queries.values()]

    def face(self, layer: Layer) -> str:
        """Which of its faces a layer has here; empty where there is nothing to choose."""
        return (self.params.get(layer.slug + FACE) or [*layer.faces, ""])[0]

    @property
    def q(self) -> str:
        return self.params.get("q", [""])[0]

    @property
    def feature(self) -> str:
        return self.params.get("feature", [""])[0]

    @property
    def bbox(self) -> BBox | None:
        text = self.params.get("bbox", [""])[0]
        return parse_bbox(text) if text else None

    @property
    def near(self) -> Ring | None:
        text = self.params.get("near", [""])[0]
        return parse_near(text) if text else None

    @property
    def area(self) -> Area | None:
        text = self.params.get("area", [""])[0]
        return parse_area(text) if text else None

    @property
    def datetime(self) -> str:
        return self.params.get("datetime", [""])[0]

    def ground(self, layer: Layer) -> Query:
        """The question for a layer of the ground: what was in force on the last day that is asked for."""
        first, last = parse_datetime(self.datetime) if self.datetime else (None, None)
        day = last or first
        return Query(layer, city=self.city.slug, time=(day, day) if day and layer.temporal else None)

    @property
    def narrowed(self) -> bool:
        """Whether filters or words, not the viewport, leave something out."""
        return any(narrows(name) for name in self.params)

    def shown(self) -> list[Query]:
        return [self.queries[layer.slug] for layer in self.visible]

    def everywhere(self) -> Self:
        """The same selection, whatever the viewport."""
        queries = {slug: query.without("bbox") for slug, query in self.queries.items()}
        params = {name: values for name, values in self.params.items() if name != "bbox"}
        return replace(self, queries=queries, params=params)

    def counts(self, shown_only: bool = False) -> dict[str, int]:
        """How many things each layer has here, by slug."""
        queries = self.shown() if shown_only else self.queries.values()
        return {
            query.layer.slug: self.sum_of("count", query, lambda q=query: self._rows(q).count()) for query in queries
        }

    def _rows(self, query: Query) -> QuerySet:
        return query.rows(city=self.city).using("public")

    def sum_of(self, what: str, query: Query, work: Callable[[], Any]) -> Any:
        """A sum over the records of a query, remembered while its layer stays as it is."""
        slug = query.layer.slug
        if slug not in self.versions:
            self.versions[slug] = version(query.layer.tables)
        return remembered(self.versions[slug], what, query, work)

    def unlocated(self) -> int:
        """How many of the things shown have no place: they are in every view, and on no map."""

        def missing(query: Query) -> int:
            return self._rows(query).filter(**{f"{query.layer.geometry}__isnull": True}).count()

        return sum(self.sum_of("unlocated", query, lambda q=query: missing(q)) for query in self.shown())

    def facet(self, layer: Layer, attribute: Attribute) -> dict[str, int]:
        """How many things there are of each value, were this attribute not filtered. What comes from another table
        (the name of a neighbourhood) is counted by the key to it, which an index holds, and looked up then."""
        query = self.queries[layer.slug]
        others = {name: values for name, values in query.filters.items() if name != attribute.name}
        among = replace(query, filters=others)

        def how_many() -> dict[str, int]:
            rows = self._rows(among).order_by()
            key, _, name = attribute.path.partition("__")
            found = dict(rows.values_list(key).annotate(how_many=Count("*")))
            return by_name(rows.model._meta.get_field(key).related_model, name, found) if name else found

        return self.sum_of(f"facet {attribute.name}", among, how_many)

    def straddling(self) -> list[tuple[str, str, float, float]]:
        """Things that reach into the viewport from outside: (layer, uid, longitude, latitude of the label point).

        Tiles hold a thing where its label point is, so the browser asks for these by that point.
        """
        found = []
        for query in self.shown():
            if query.bbox is not None:
                here = self._rows(query).filter(**{f"{query.layer.label}__isnull": False})
                outside = here.exclude(within(query.layer.label, query.bbox))
                points = outside.values_list("uid", query.layer.label)[:MOST_STRADDLING]
                found += [(query.layer.slug, uid, round(p.x, 6), round(p.y, 6)) for uid, p in points]
        return found[:MOST_STRADDLING]

    def address(self, **changes: Any) -> str:
        """The query string of this view with changes: an empty value takes a parameter away."""
        said = self.params | {name: [value] if isinstance(value, str) else value for name, value in changes.items()}
        narrow = sorted(name for name in said if name not in OURS)
        ordered = ["layers", "q", *narrow, *SCALARS[1:], "feature", "fragment", "page"]
        pairs = [(name, value) for name in ordered for value in said.get(name, []) if value or name == "layers"]
        return "?" + urlencode(pairs, safe=",")

    def unfiltered(self) -> str:
        """The address of this view with its layers and viewport, and nothing that narrows it."""
        return self.address(**{name: [] for name in self.params if narrows(name) or name == "feature"})

    def without(self, name: str, value: str) -> str:
        """The address of this view less one chosen value."""
        return self.address(**{name: [one for one in self.params.get(name, []) if one != value]})

    def image(self, box: BBox, width: int, height: int) -> str:
        """The address of the server's drawing of this view."""
        said = {name: values for name, values in self.params.items() if name not in {"feature", "bbox"}}
        said |= {"city": [self.city.slug], "bbox": [",".join(f"{number:.6g}" for number in box)]}
        said |= {"layers": [",".join(layer.slug for layer in self.visible)]}
        said |= {"width": [str(width)], "height": [str(height)]}
        return f"{reverse('map-svg')}?{urlencode(said, doseq=True, safe=',')}"


def chosen_layers(params: QueryDict) -> list[Layer] | None:
    """The layers that the address names, in the order of LAYERS; None when it names none at all."""
    if "layers" not in params:
        return None
    slugs = {slug for text in params.getlist("layers") for slug in text.split(",") if slug}
    known = {layer.slug for layer in things()}
    if unknown := slugs - known:
        raise bad("layers", f"{', '.join(sorted(unknown))[:100]}: there are only {', '.join(sorted(known))}")
    return [layer for layer in things() if layer.slug in slugs]


def narrows(name: str) -> bool:
    """Whether a parameter of the page leaves something out, beside the viewport; others say how it is looked at."""
    return name not in {"bbox", "feature", "layers"} and not name.endswith(FACE)


def face_of(layer: Layer, said: dict[str, list[str]]) -> Layer:
    """The layer as the address wants it drawn; raises Problem (400) for what it cannot be drawn by."""
    name = layer.slug + FACE
    given = said.get(name, []) if layer.faces else []
    if len(given) > 1:
        raise bad(name, "may be given once only")
    if given and given[0] not in layer.faces:
        raise bad(name, f"must be one of {', '.join(layer.faces)}")
    return layer.drawn_as[given[0]] if given else layer


def check_owners(said: dict[str, list[str]]) -> None:
    """Refuses a filter of a layer that is not on the map, such as `trees.height`."""
    slugs = {layer.slug for layer in things()}
    wrong = [name for name in said if "." in name and name.split(".", 1)[0] not in slugs]
    if wrong:
        errors = [{"parameter": name[:100], "detail": "not a filter of this map"} for name in wrong[:20]]
        raise Problem("unknown-parameter", f"Not known here: {', '.join(wrong)[:300]}.", errors)


def by_name(model: type[Model], name: str, counted: dict[Any, int]) -> dict[str, int]:
    """What was counted by the key to a model's records, by an attribute of theirs; those that share one together."""
    names = dict(model._default_manager.using("public").filter(pk__in=counted).values_list("pk", name))
    found: dict[str, int] = {}
    for key, how_many in counted.items():
        found[names.get(key)] = found.get(names.get(key), 0) + how_many
    return found


def query_of(city: City, layer: Layer, said: dict[str, list[str]]) -> Query:
    """One layer's Query out of the parameters of the page."""
    own: dict[str, list[str]] = {"city": [city.slug]}
    for name, values in said.items():
        owner, _, of_layer = name.rpartition(".")
        if layer.faces and name == layer.slug + FACE:
            continue
        if owner == layer.slug or name in SCALARS or (name in TERRITORIES and name in layer.filters):
            own[of_layer] = values
    return question(layer, tuple((name, tuple(values)) for name, values in own.items()))


@lru_cache(maxsize=REMEMBERED)
def question(layer: Layer, given: tuple[tuple[str, tuple[str, ...]], ...]) -> Query:
    """A question read before is not read again: a map asks every layer the same at each movement."""
    params = QueryDict(mutable=True)
    for name, values in given:
        params.setlist(name, list(values))
    return Query.parse(layer, params)
