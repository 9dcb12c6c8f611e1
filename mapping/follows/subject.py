"""What can be followed, as the sources that a feed and a calendar read: a record, a territory, a question."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from commons.gather.own import KINDS, plain_of
from mapping.errors import Problem
from mapping.feeds import Source
from mapping.follows.journal import followed_layers
from mapping.follows.question import Question
from mapping.gone import Gone, gone_from
from neighbourhoods.models import City

# Through what a record is followed besides itself.
ROADS = ("neighbourhood", "district", "building", "house", "call", "operator", "proposers", "signatories")


@dataclass(frozen=True)
class Subject:
    """What is followed: its name, its page, its city, and where its news come from."""

    uid: str
    name: str
    page: str
    city: City
    sources: tuple[Source, ...]
    record: Any = None
    whole: bool = False  # nothing narrows it: everything of the city

    def rows(self, slug: str) -> QuerySet | None:
        """Its records of one layer; None where it has none of that kind."""
        return next((one.rows for one in self.sources if one.layer.slug == slug), None)


def things_of(question: Question) -> Subject:
    """What a question finds."""
    asked = [question.selection.queries[layer.slug] for layer in question.selection.visible]
    sources = tuple(Source(one.layer, question.rows(one), gone_from(one.layer, question.city.slug)) for one in asked)
    whole = not question.text
    return Subject(question.uid, question.words(), question.map_address, question.city, sources, whole=whole)


def record_of(uid: str) -> Subject:
    """A public record with what belongs to it: of a territory what is in it, of a building its proposals and pacts.

    Raises Http404, or Problem (410) for one that was public."""
    for model in KINDS:
        record = plain_of(model, [uid]).using("public").first()
        if record is not None:
            sources = sources_of(uid, record.city.slug)
            return Subject(uid, record.name, record.get_absolute_url(), record.city, sources, record)
    if Gone.objects.using("public").filter(uid=uid).exists():
        raise Problem("gone")
    raise Http404


def sources_of(uid: str, city: str) -> tuple[Source, ...]:
    """In each layer the record itself, and the records that lead to it by one of the roads."""
    found = []
    for layer in followed_layers():
        rows = layer.queryset()
        roads = ["uid", *roads_of(rows.model)]
        known = rows.model.objects.filter(by(roads, uid)).order_by().values("pk")
        found.append(Source(layer, rows.filter(pk__in=known), gone_from(layer, city)))
    return tuple(found)


def roads_of(model: type[Model]) -> list[str]:
    """The paths by which a record of this model leads to others that are followed."""
    fields = {field.name for field in model._meta.get_fields()}
    return [f"{name}__uid" for name in ROADS if name in fields]


def by(roads: Iterable[str], uid: str) -> Q:
    condition = Q()
    for road in roads:
        condition |= Q(**{road: uid})
    return condition
