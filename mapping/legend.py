"""The legend of the map, which is also its filter: layers with counts, their states, the other choices."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mapping.asking import asked_chips
from mapping.city_words import called
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.registry import Attribute, Layer, Text
from mapping.selection import FACE, TERRITORIES, Selection


@dataclass(frozen=True)
class Choice:
    """One value that can be ticked; `count` is None where it is not worth counting."""

    value: str
    word: str
    on: bool
    fill: str = ""
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    """One attribute that narrows one layer; `name` is what the address calls it."""

    name: str
    title: Text
    choices: list[Choice]

    @property
    def on(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.on]


@dataclass(frozen=True)
class LegendRow:
    """One layer of things: whether it shows, how many there are here, its states and other filters."""

    layer: Layer
    on: bool
    count: int
    states: Filter | None
    others: list[Filter]
    faces: Filter | None = None
    note: str = ""


def legend_rows(selection: Selection, counts: dict[str, int]) -> list[LegendRow]:
    rows = []
    for layer in selection.layers:
        filters = {name: filter_of(selection, layer, a) for name, a in layer.filters.items() if a.choices}
        states = filters.pop(layer.legend.attribute, None)
        others = [one for name, one in filters.items() if name not in layer.states or one.on]
        on = layer in selection.visible
        rows.append(LegendRow(layer, on, counts[layer.slug], states, others, *faces_of(selection, layer)))
    return rows


def faces_of(selection: Selection, layer: Layer) -> tuple[Filter | None, str]:
    """The ways to draw a layer, and of the chosen one the unit and the time; nothing where there is one way only."""
    if not layer.faces:
        return None, ""
    chosen, first = selection.face(layer), next(iter(layer.faces))
    choices = [
        Choice("" if name == first else name, str(face.title), name == chosen) for name, face in layer.faces.items()
    ]
    note = layer.faces[chosen].note % {"year": selection.city.today().year}
    return Filter(layer.slug + FACE, _("Figure to draw"), choices), note


def filter_of(selection: Selection, layer: Layer, attribute: Attribute) -> Filter:
    """The choices of one attribute; those of the legend carry their fill and their count."""
    legend = layer.legend
    states = attribute.name == legend.attribute
    counts = selection.facet(layer, attribute) if states else {}
    name = f"{layer.slug}.{attribute.name}"
    chosen = selection.params.get(name, [])
    choices = [
        Choice(
            value=value,
            word=str(word),
            on=value in chosen,
            fill=legend.marks.get(value, "hollow") if states else "",
            count=counts.get(value, 0) if states else None,
        )
        for value, word in attribute.choices.choices
        if not states or value in chosen or value in legend.marks
    ]
    return Filter(name, attribute.title, choices)


def territory_filters(selection: Selection) -> list[Filter]:
    """Neighbourhood and district: the names of the territories in force, where the city has any."""
    found = []
    for name in TERRITORIES:
        layer = LAYERS[f"{name}s"]
        rows = Query(layer, city=selection.city.slug).rows().using("public").order_by("name")
        chosen = selection.params.get(name, [])
        names = dict.fromkeys([*rows.values_list("name", flat=True), *chosen])
        if names:
            found.append(
                Filter(name, called(selection.city, layer), [Choice(value, value, value in chosen) for value in names])
            )
    return found


def chosen_chips(selection: Selection, rows: list[LegendRow], territories: list[Filter]) -> list[tuple[str, str]]:
    """What narrows the view, as (word, address without it)."""
    asked = asked_chips(selection)
    filters = [*territories, *(one for row in rows for one in filter(None, [row.states, *row.others]))]
    chips = [(choice.word, selection.without(one.name, choice.value)) for one in filters for choice in one.on]
    return ([(f"«{selection.q}»", selection.address(q=[]))] if selection.q else []) + asked + chips
