"""A view of the map for a frame in somebody else's page: a picture, its places, the way to ours. No script, no cookie,
nothing of who looks."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from mapping.credits import credits_of
from mapping.embedding.frames import framable, public_record
from mapping.embedding.steps import Step, steps
from mapping.errors import Problem
from mapping.explore import box_text, found_box
from mapping.layers import LAYERS
from mapping.panel import panel_of
from mapping.places import list_places, room
from mapping.query import BBox
from mapping.selection import Selection
from neighbourhoods.models import City

PICTURE = (800, 500)
NEAREST = 0.008  # degrees around one place: the streets near it
PLACES = 30


@require_safe
def embed(request: HttpRequest, city: str) -> HttpResponse:
    """Any view of the map by the parameters of its page; with `feature`, one thing of it."""
    place = get_object_or_404(City.objects.using("public"), slug=city)
    selection = Selection.parse(place, request.GET)
    panel = panel_of(selection) if selection.feature else None
    status = 200 if panel or not selection.feature else missing(place, selection.feature)
    context = view_of(selection, panel) | {"city": place, "selection": selection, "credits": credits_of(city)}
    response = framable(render(request, "mapping/embed.html", context, status=status))
    response["Cache-Control"] = "no-cache"
    return response


def missing(city: City, uid: str) -> int:
    """The status of a thing that is not on the map: 410 when it was public once, else 404."""
    models = {layer.queryset().model for layer in LAYERS.values()}
    try:
        for model in models:
            public_record(model, uid, city)
    except Problem as problem:
        return problem.status
    return 404


def view_of(selection: Selection, panel: dict[str, Any] | None) -> dict[str, Any]:
    """The picture, how it can be moved, and what is on it."""
    box = box_of(selection, panel)
    moves: list[Step] = [] if panel else steps(selection, box)
    picture = f"{reverse('map-svg')}?feature={selection.feature}&width=800&height=500"
    return {
        "panel": panel,
        "gone": bool(selection.feature) and panel is None,
        "image": picture if panel else selection.image(box, *PICTURE),
        "located": bool(panel and panel["box"]) or not selection.feature,
        "steps": moves,
        "places": [] if selection.feature else list_places(inside(selection, box), 1)[:PLACES],
        "whole": f"{reverse('map', args=[selection.city.slug])}{selection.address(page=[], fragment=[])}",
    }


def inside(selection: Selection, box: BBox) -> Selection:
    """The same selection in the box that the picture shows."""
    said = QueryDict(selection.address(bbox=box_text(box), page=[], fragment=[]).removeprefix("?"))
    return Selection.parse(selection.city, said)


def box_of(selection: Selection, panel: dict[str, Any] | None) -> BBox:
    """What the picture shows: the box that is asked for, else the thing, else what filters find, else the city."""
    if selection.bbox:
        return selection.bbox
    if panel and panel["box"]:
        return room(panel["box"], NEAREST)
    return found_box(selection) or selection.city.envelope.extent
