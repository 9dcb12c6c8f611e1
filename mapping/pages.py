"""The page of a record whose layer has none of its own: everything the layer publishes, and its small map."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mapping.errors import Problem
from mapping.layers import LAYERS
from mapping.layers.attributes import ORIGIN
from mapping.panel import follow
from mapping.registry import Attribute, Layer, Text
from neighbourhoods.vocabulary import Licence, Visibility

NO_LONGER = (Visibility.HIDDEN, Visibility.WITHDRAWN)
SAID_ELSEWHERE = {"name"} | {attribute.name for attribute in ORIGIN}


@require_safe
def feature(request: HttpRequest, city: str, layer: str, uid: str) -> HttpResponse:
    """One record of any layer of LAYERS."""
    if layer not in LAYERS:
        raise Http404
    entry = LAYERS[layer]
    record = entry.queryset().using("public").select_related("city").filter(city__slug=city, uid=uid).first()
    if record is None and entry.queryset().model.objects.filter(uid=uid, visibility__in=NO_LONGER).exists():
        raise Problem("gone")
    if record is None:
        raise Http404
    context = {
        "city": record.city,
        "layer": entry,
        "record": record,
        "facts": facts_of(entry, record),
        "licence": Licence(record.licence),
        "place": getattr(record, entry.geometry),
    }
    return render(request, "mapping/feature.html", context)


def facts_of(layer: Layer, record: Model) -> list[tuple[Text, Any, Attribute]]:
    """Every published fact that this record has: title, value in words, attribute."""
    facts = []
    for attribute in layer.published:
        value = follow(record, attribute.path)
        if attribute.name in SAID_ELSEWHERE or value in (None, "", []):
            continue
        words = dict(attribute.choices.choices) if attribute.choices else {}
        facts.append((attribute.title, words.get(value, value) if words else value, attribute))
    return facts
