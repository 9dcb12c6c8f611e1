"""A question to the map as something to follow: the view of an address, less what is only about looking at it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from commons.models.following import LONGEST_QUESTION, question_uid
from mapping.city_words import called
from mapping.errors import bad
from mapping.query import Query
from mapping.selection import FACE, TERRITORIES, Selection, things
from neighbourhoods.models import City

ONLY_LOOKING = {"feature", "page", "fragment", "zoom"}
WHERE = {"bbox", "near", "area"}  # parameters that say a place: what has none is not there


@dataclass(frozen=True)
class Question:
    """What somebody asks the map of a city, once and for all."""

    selection: Selection

    @classmethod
    def parse(cls, city: City, params: QueryDict) -> Self:
        """Reads the parameters of a view; raises Problem (400) as the map does, and for one too long to keep."""
        kept = params.copy()
        for name in [one for one in kept if one in ONLY_LOOKING or one.endswith(FACE)]:
            del kept[name]
        question = cls(Selection.parse(city, kept))
        if len(question.text) > LONGEST_QUESTION:
            raise bad("question", "is too long to be followed: draw the area with fewer corners")
        return question

    @classmethod
    def read(cls, city: City, text: str) -> Self:
        """The question of a stored text. Raises Problem when the map no longer knows a filter of it."""
        return cls.parse(city, QueryDict(text.removeprefix("?")))

    @property
    def city(self) -> City:
        return self.selection.city

    @cached_property
    def text(self) -> str:
        """The one way to write it; empty for the whole city."""
        return self.selection.address().removeprefix("?")

    @property
    def uid(self) -> str:
        return question_uid(self.city.slug, self.text)

    @property
    def query_string(self) -> str:
        return f"?{self.text}" if self.text else ""

    @property
    def map_address(self) -> str:
        return reverse("map", args=[self.city.slug]) + self.query_string

    @property
    def address(self) -> str:
        """The page where it can be followed, and what it finds be taken away."""
        return reverse("follow-view", args=[self.city.slug]) + self.query_string

    def places_only(self) -> bool:
        return bool(WHERE & set(self.selection.params))

    def rows(self, query: Query) -> QuerySet:
        """What one of its queries finds. In an area only what has a place: it is not news everywhere at once."""
        rows = query.rows()
        return rows.filter(**{f"{query.layer.label}__isnull": False}) if self.places_only() else rows

    def words(self) -> str:
        """What it asks, in words: the kinds, then what narrows them."""
        selection = self.selection
        kinds = ", ".join(str(called(self.city, layer, many=True)) for layer in selection.visible)
        narrowed = [f"«{selection.q}»"] if selection.q else []
        for name in TERRITORIES:
            narrowed += selection.params.get(name, [])
        for layer in things():
            for attribute in layer.filters.values():
                words = dict(attribute.choices.choices) if attribute.choices else {}
                chosen = selection.params.get(f"{layer.slug}.{attribute.name}", [])
                narrowed += [str(words.get(value, value)) for value in chosen]
        if ring := selection.near:
            narrowed.append(_("within %(metres)d metres of a point") % {"metres": round(ring[2])})
        if selection.area:
            narrowed.append(_("in an area that was drawn"))
        elif selection.bbox:
            narrowed.append(_("in what the map shows"))
        where = ", ".join(narrowed) or self.city.name
        return f"{kinds}: {where}" if "layers" in selection.params else f"{_('Everything')}: {where}"
