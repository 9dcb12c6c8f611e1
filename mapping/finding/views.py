"""The search page, of one city or of all, and what it suggests while somebody types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from commons.pace import Limit, client_address, count, window
from mapping.city_words import called
from mapping.finding import elsewhere
from mapping.finding.asking import Question
from mapping.finding.find import OF_KIND_ON_A_PAGE, ON_A_PAGE, SUGGESTED, Found, Hit, best, find
from mapping.finding.kinds import kinds
from mapping.query import bad, unknown_parameters
from mapping.registry import Layer
from mapping.views import document
from neighbourhoods.models import City

PER_ADDRESS = Limit(10, 30, 30)


@require_safe
def search(request: HttpRequest, city: str = "") -> HttpResponse:
    """What was found, by kind. Words come as `q`, one kind alone as `kind`."""
    place = get_object_or_404(City.objects.using("public"), slug=city) if city else None
    question, only = Question.read(once(request, "q")), kind_of(once(request, "kind"))
    found = find(question, place, OF_KIND_ON_A_PAGE if only else ON_A_PAGE + 1, only)
    context = {
        "city": place,
        "found": found,
        "may_ask": bool(place and question.text and not found.hits and elsewhere.is_known()),
        "asked": asked_elsewhere(request, place, found),
        "groups": [group(layer, hits, place, bool(only)) for layer, hits in found.groups()],
        "only": only,
        "said": said(found) if question.text else "",
    }
    return render(request, "mapping/search.html", context)


def asked_elsewhere(request: HttpRequest, city: City | None, found: Found) -> dict[str, Any] | None:
    """What another service knows, where a person asked for it (`elsewhere`) and our own data had nothing."""
    if not once(request, "elsewhere") or not elsewhere.is_known() or not city or found.hits or not found.question.text:
        return None
    since = window(timezone.now(), PER_ADDRESS.minutes)
    if count(f"elsewhere:at:{client_address(request)}", since) > PER_ADDRESS.address:
        return {"why": _("You have asked often. Wait some minutes, then ask again.")}
    try:
        return {"places": elsewhere.ask(city, found.question.text)}
    except elsewhere.Busy:
        return {"why": _("Somebody has just asked. Wait a moment, then ask again.")}
    except elsewhere.Silent:
        return {"why": _("The other service does not answer. Try again later.")}


def group(layer: Layer, hits: list[Hit], city: City | None, alone: bool) -> dict[str, Any]:
    """One kind of what was found, as the page shows it."""
    shown = hits if alone else hits[:ON_A_PAGE]
    return {"layer": layer, "title": title_of(layer, city), "hits": shown, "more": len(hits) > len(shown)}


def title_of(layer: Layer, city: City | None, many: bool = True) -> str:
    """The word for a kind: the city's own, where one city is searched."""
    return str(called(city, layer, many) if city else layer.title if many else layer.singular)


@require_safe
def suggestions(request: HttpRequest, city: str = "") -> HttpResponseBase:
    """The best few hits as data, for the search box; the same for everybody, so that anybody may keep them."""
    if unknown := [name for name in request.GET if name != "q"]:
        raise unknown_parameters(unknown)
    place = get_object_or_404(City.objects.using("public"), slug=city) if city else None
    found = best(find(Question.read(once(request, "q")), place, SUGGESTED))
    hits = [told(hit, place) for _layer, hits in found.groups() for hit in hits]
    return document(request, {"q": found.question.text, "near": found.near, "said": said(found), "hits": hits})


def told(hit: Hit, city: City | None) -> dict[str, Any]:
    """A hit as the search box needs it. `pieces` is its name in parts: (text, whether it answers what was asked)."""
    return {
        "uid": hit.place.uid,
        "layer": hit.layer.slug,
        "kind": title_of(hit.layer, city),
        "mark": [hit.place.kind, hit.place.fill],
        "name": hit.name,
        "pieces": hit.pieces,
        "line": line_of(hit, city),
        "url": hit.url,
        "map": hit.map_url,
        "opens": hit.opens,
        "box": hit.box,
        "point": hit.place.point,
    }


def line_of(hit: Hit, city: City | None) -> str:
    """What a line says below a name: its state, where it is and, among several cities, which one."""
    place = hit.place
    parts = [place.state_word, place.address, place.neighbourhood]
    named = "" if city else City.objects.using("public").get(slug=hit.city).name
    return " · ".join(part for part in [*parts, named] if part)


def said(found: Found) -> str:
    """The outcome in a sentence, for the page and for a live region."""
    if not found.hits:
        return _("Nothing found for “%(words)s”.") % {"words": found.question.text}
    if found.near:
        return _("Nothing is written like that. These are alike.")
    if found.number_missing:
        return _("The street is known, number %(number)s is not.") % {"number": found.question.door}
    many = len(found.hits)
    return ngettext("%(n)s result", "%(n)s results", many) % {"n": many}


def once(request: HttpRequest, name: str) -> str:
    """The value of a parameter, empty when it is not given; Problem (400) when it is given twice."""
    if len(given := request.GET.getlist(name)) > 1:
        raise bad(name, "may be given once only")
    return given[0] if given else ""


def kind_of(slug: str) -> Layer | None:
    """The kind of this name; Problem (400) when there is none."""
    known = {layer.slug: layer for layer in kinds()}
    if slug and slug not in known:
        raise bad("kind", f"must be one of {', '.join(known)}")
    return known.get(slug)
