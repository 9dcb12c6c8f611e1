"""Public calls: the list of a city's, and the page of one with its places and the answers that are public."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commons.gather.limits import moment_words
from commons.models import Building, Call, Proposal
from commons.views import around
from commons.views.explore import Gone, page
from neighbourhoods.models import City

MOST = 100


def by_the_clock(call: Call) -> Call:
    """The call with its state at this moment, whether or not the timer has run, and its hours in words."""
    if call.opens_at and call.closes_at:
        call.state = call.due_state(timezone.now())
    call.opens = moment_words(call.city, call.opens_at) if call.opens_at else ""
    call.closes = moment_words(call.city, call.closes_at) if call.closes_at else ""
    return call


def known(city: str) -> QuerySet:
    return Call.objects.using(around.ALIAS).public().filter(city__slug=city).select_related("city")


@page
def calls(request: HttpRequest, city: str) -> HttpResponse:
    record = get_object_or_404(City.objects.using(around.ALIAS), slug=city)
    found = [by_the_clock(one) for one in known(city)[:MOST]]
    context = {
        "city": record,
        "open": [one for one in found if one.state == Call.State.OPEN],
        "announced": [one for one in found if one.state == Call.State.ANNOUNCED],
        "closed": [one for one in found if one.state == Call.State.CLOSED],
    }
    return render(request, "commons/gather/calls.html", context)


@page
def call(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = known(city).filter(uid=uid).first()
    if record is None:
        raise missing(city, uid)
    by_the_clock(record)
    context: dict[str, Any] = {
        "city": record.city,
        "record": record,
        "is_open": record.state == Call.State.OPEN,
        "buildings": around.shelf(Building.objects.public().filter(calls=record).listed(), MOST),
        "answers": around.shelf(Proposal.objects.public().filter(call=record).listed(), MOST),
    }
    return render(request, "commons/gather/call.html", context)


def missing(city: str, uid: str) -> Exception:
    """Gone for a call that was public and is hidden; otherwise there is nothing."""
    hidden = Call.objects.using(around.ALIAS).filter(city__slug=city, uid=uid).exclude(visibility="public")
    return Gone() if hidden.exclude(state=Call.State.PREPARING).exists() else Http404()
