"""The open-data page: every layer for people, derived from LAYERS."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.query import Query
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What can be downloaded, what each attribute means, and how to ask."""
    layers = [
        {
            "layer": layer,
            "licence": Licence(layer.licence),
            "downloads": [(form, Query(layer).address(form.suffix)) for form in FORMATS.values()],
        }
        for layer in LAYERS.values()
    ]
    return render(request, "mapping/open_data.html", {"layers": layers, "cities": City.objects.all()})
