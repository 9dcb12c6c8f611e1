"""The answer to one question: hits of every kind in the order a person expects them."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import connections, transaction
from django.urls import reverse

from mapping.finding.asking import Question, folded, marked
from mapping.finding.kinds import kinds
from mapping.finding.prepared import execute
from mapping.finding.statement import ALL, CITY, DOOR, MOST, NUMBER, STREET, Asked, whole
from mapping.layers import ADDRESSES
from mapping.panel import page_of
from mapping.places import SMALLEST_JUMP, Place, around, room
from mapping.query import BBox
from mapping.registry import Layer
from neighbourhoods.models import City

SIMILAR = 0.4  # the share of three-letter groups of what was asked that a like name has; tried with Torino's streets
SUGGESTED = 8
OF_ONE_KIND = 4
ON_A_PAGE = 10
OF_KIND_ON_A_PAGE = 100
ROOM = 0.006  # degrees round a thing that the map goes to: a few streets


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `box` is where it lies, `number` is of a door, `score` orders it among the others."""

    place: Place
    city: str
    number: str
    box: BBox | None
    score: float
    tier: int
    asked: str

    @property
    def layer(self) -> Layer:
        return self.place.layer

    @property
    def name(self) -> str:
        return f"{self.place.name} {self.number}".strip()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        return marked(self.name, self.asked)

    @property
    def opens(self) -> bool:
        """Whether the map has something to open for it, beside a place to go to."""
        return self.layer.geometry != "" and (not self.layer.background or self.layer.role != "")

    @cached_property
    def map_url(self) -> str:
        """The map gone to it, with it open where it can be; empty for what lies nowhere."""
        said = {"bbox": ",".join(f"{degrees:.6f}" for degrees in self.box)} if self.box else {}
        said |= {"feature": self.place.uid} if self.opens else {}
        return f"{reverse('map', args=[self.city])}?{urlencode(said, safe=',')}" if said else ""

    @cached_property
    def url(self) -> str:
        """Its page; for streets, waters and doors the map."""
        page = page_of(self.city, self.layer, self.place.uid) if self.opens or not self.layer.background else ""
        return page or self.map_url


@dataclass
class Found:
    """What was found. `near` says that nothing is as it was asked, and these are alike; `number_missing` that the
    street is known and the house number is not."""

    question: Question
    hits: list[Hit] = field(default_factory=list)
    near: bool = False
    number_missing: bool = False

    def groups(self) -> list[tuple[Layer, list[Hit]]]:
        """The hits by kind, the kind of the best hit first."""
        together: dict[str, list[Hit]] = {}
        for hit in self.hits:
            together.setdefault(hit.layer.slug, []).append(hit)
        return [(hits[0].layer, hits) for hits in together.values()]


def find(question: Question, city: City | None, most: int, only: Layer | None = None) -> Found:
    """The best hits of every kind, `most` of each, or of one kind only; in one city or in all."""
    if not folded(question.text).strip():
        return Found(question)
    rows = ask(question, city, most, only, alike=False)
    near = not rows
    if near and len(folded(question.text).replace(" ", "")) > 3:
        rows = ask(question, city, most, only, alike=True)
    hits = sorted((read(row, question) for row in rows), key=lambda hit: (-hit.score, hit.name, hit.place.uid))
    hits = once_each(hits)
    return Found(question, hits, near and bool(hits), number_missing(question, hits))


def number_missing(question: Question, hits: list[Hit]) -> bool:
    """Whether the best that was found is a street, and the house number that was asked is not known there."""
    if not question.number or not hits or hits[0].layer.slug != "streets":
        return False
    return question.number not in folded(hits[0].name).split()


def ask(question: Question, city: City | None, most: int, only: Layer | None, alike: bool) -> list[tuple]:
    """The rows of the one statement."""
    parts: list[tuple[Layer, Asked]] = []
    for layer in [only] if only else kinds():
        if layer is not ADDRESSES:
            parts.append((layer, ALL))
        if question.number and layer.slug in {"streets", ADDRESSES.slug}:
            parts.append((layer, STREET))
    if not parts:
        return []
    sql, params = whole(parts, city is not None, alike)
    given: dict[Any, Any] = {
        ALL: question.text,
        STREET: question.street,
        NUMBER: question.number,
        DOOR: question.door,
        MOST: most,
        CITY: city.pk if city else 0,
    }
    with transaction.atomic(using="public"), connections["public"].cursor() as cursor:
        if alike:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SIMILAR)])
        execute(cursor, sql, params, given)
        return cursor.fetchall()


def read(row: tuple, question: Question) -> Hit:
    layer, uid, city, name, number, state, address, neighbourhood, precision, example, x, y, *rest = row
    *edges, score, tier = rest
    entry = next(one for one in kinds() if one.slug == layer)
    place = Place(
        layer=entry,
        uid=uid,
        name=name or "",
        state=state or "",
        address=address or "",
        neighbourhood=neighbourhood or "",
        precision=precision or "",
        example=bool(example),
        point=None if x is None else (round(x, 6), round(y, 6)),
    )
    box = None if None in edges else room(tuple(edges), SMALLEST_JUMP if entry.background else ROOM)
    return Hit(place, city, number or "", box, score, tier, question.text)


def once_each(hits: list[Hit]) -> list[Hit]:
    """The hits in order; the pieces of one street are one hit with a box around them all."""
    kept: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        pieces = hit.layer.background and not hit.layer.role
        key = (hit.layer.slug, hit.city, folded(hit.name) if pieces else hit.place.uid)
        first = kept.setdefault(key, hit)
        if first is not hit and first.box and hit.box:
            kept[key] = replace(first, box=around([first.box, hit.box]))
    return list(kept.values())


def best(found: Found) -> Found:
    """The few to suggest while somebody types: the best, and not all of one kind where there are others."""
    chosen: list[Hit] = []
    for most in (OF_ONE_KIND, SUGGESTED):
        for hit in found.hits:
            of_kind = sum(one.layer is hit.layer for one in chosen)
            if hit not in chosen and of_kind < most and len(chosen) < SUGGESTED:
                chosen.append(hit)
    chosen.sort(key=lambda hit: -hit.score)
    return replace(found, hits=chosen)
