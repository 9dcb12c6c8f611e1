"""The style page: every part that pages are made of, in every state, with the includes that the pages really use."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mapping.layers import LAYERS
from mapping.panel import panel_of
from mapping.registry import Text
from mapping.selection import Selection
from neighbourhoods.models import City

COLOURS = {
    gettext_lazy("Grounds"): ("paper", "surface", "ground", "wash", "water", "street", "band"),
    gettext_lazy("Words and lines"): ("ink", "soft", "accent", "accent-strong", "danger", "line", "edge"),
    gettext_lazy("Kinds"): ("building", "house", "proposal", "pact", "event", "need", "project", "idea", "figure"),
    gettext_lazy("Washes"): ("notice-wash", "good-wash", "danger-wash"),
}
FILLS = {
    "hollow": gettext_lazy("hollow: before"),
    "half": gettext_lazy("half: under way"),
    "full": gettext_lazy("full: done"),
    "dashed": gettext_lazy("dashed: suspended"),
}
KINDS = (
    "building",
    "house",
    "proposal",
    "pact",
    "event",
    "need",
    "project",
    "idea",
    "figure",
    "organisation",
    "news",
    "territory",
    "street",
    "water",
)
SCENES = ("lost", "unread", "closed", "gone", "wait", "broken", "offline")
LONG = "Ex istituto comprensivo intitolato alle maestre e ai maestri elementari delle scuole serali del Lungofiume, "
LONG += "con palestra, refettorio, officine e cortile alberato lungo la ferrovia dismessa"


class SampleForm(forms.Form):
    """A form with one field of each kind, for looking at; nothing is done with it."""

    name = forms.CharField(label=gettext_lazy("What would you like to do?"), help_text=gettext_lazy("A few words."))
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"))
    text = forms.CharField(label=gettext_lazy("Tell more"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"), choices=[("a", gettext_lazy("A garden"))])
    day = forms.DateField(
        label=gettext_lazy("From which day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    kept = forms.CharField(label=gettext_lazy("Cannot be changed"), disabled=True, initial="ES-0001", required=False)
    consent = forms.BooleanField(label=gettext_lazy("I have read how my data are used"))


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Everything at once, to look at and to test; the samples are the first public records that there are."""
    city = City.objects.using("public").order_by("pk").first()
    records = samples(city) if city else []
    context = {
        "city": city,
        "colours": COLOURS.items(),
        "kinds": KINDS,
        "fills": FILLS.items(),
        "states": states(),
        "scenes": SCENES,
        "spaces": (4, 8, 12, 16, 20, 24, 32, 40, 48, 64),
        "sizes": (36, 28, 22, 18, 16, 14),
        "records": records,
        "record": records[0] if records else None,
        "panel": panel_of(Selection.parse(city, QueryDict(f"feature={records[0].uid}"))) if records else None,
        "form": SampleForm(prefix="blank"),
        "wrong": SampleForm({"wrong-email": "dora"}, prefix="wrong"),
        "page": Paginator(range(100), 10).page(3),
        "long": LONG,
        "command": "curl https://…/layers/buildings.geojson",
    }
    return render(request, "mapping/style.html", context)


def samples(city: City) -> list[Any]:
    """A public record of each kind that there is, and one of them under a very long name."""
    found = []
    for layer in LAYERS.values():
        if layer.legend.kind in KINDS[:4]:
            found += layer.queryset().using("public").filter(city=city).order_by("pk")[:1]
    if found:
        longest = type(found[0]).objects.using("public").get(pk=found[0].pk)
        longest.name = LONG
        found.append(longest)
    return found


def states() -> list[tuple[str, str, Text]]:
    """Kind, fill and word of every state that the legends know."""
    rows = []
    for layer in LAYERS.values():
        legend = layer.legend
        choices = layer.attribute(legend.attribute).choices if legend.attribute else None
        words = dict(choices.choices) if choices else {}
        rows += [(legend.kind, fill, words.get(state, _("state"))) for state, fill in legend.marks.items() if words]
    return rows
