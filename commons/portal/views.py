"""The portal's pages that everybody reads."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from commons.files_access import shown_files
from commons.gather.calendar import calendar_of
from commons.models import Building, Event, House, Idea, ManifestoSignature, NewsItem, Proposal
from commons.portal.qualities import all_goals, goals_in_words, in_words
from commons.portal.words import entry, told
from commons.qualities import Quality
from commons.views import around
from commons.views.explore import RELATED, found, located, organisation_of, page, show
from neighbourhoods.models import City

A_PAGE = 50
MOST = 500


def city_of(city: str) -> City:
    """The city of an address; Http404 for none."""
    return get_object_or_404(City.objects.using(around.ALIAS), slug=city)


def events_in(city: City) -> QuerySet:
    """Its public events with what a line of a list says."""
    found = Event.objects.using(around.ALIAS).public().filter(city=city)
    return found.select_related("city", "house", "building").prefetch_related("streams").defer(*around_heavy())


def around_heavy() -> list[str]:
    """The geometries that no list reads."""
    own = ["place", "label_point", "shares"]
    return [*own, *(f"{host}__{name}" for host in ("house", "building") for name in own), "house__catchment"]


def page_of(request: HttpRequest, rows: QuerySet) -> Any:
    """One page of a list. A number that cannot be is refused."""
    number = request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= 10_000):
        raise BadRequest(_("The page must be a whole number, 1 or more."))
    return Paginator(rows, A_PAGE).get_page(number)


@page
def portal(request: HttpRequest, city: str) -> HttpResponse:
    here = city_of(city)
    context = {
        "city": here,
        "events": [told(one) for one in events_in(here).coming()[:5]],
        "ideas": around.shelf(Idea.objects.public().filter(city=here).listed().order_by("-created_at", "pk"), 6),
        "news": NewsItem.objects.using(around.ALIAS).public().filter(city=here)[:5],
        "qualities": in_words(Quality),
        "signatures": signatures(here),
    }
    return render(request, "commons/portal/portal.html", context)


def signatures(city: City) -> list[ManifestoSignature]:
    """Who stands by the manifesto in a city."""
    return list(ManifestoSignature.objects.using(around.ALIAS).public().filter(organisation__city=city)[:MOST])


@page
def manifesto(request: HttpRequest, city: str) -> HttpResponse:
    here = city_of(city)
    context = {"qualities": in_words(Quality), "goals": list(all_goals().values()), "signatures": signatures(here)}
    return render(request, "commons/portal/manifesto.html", {"city": here} | context)


@page
def ideas(request: HttpRequest, city: str) -> HttpResponse:
    here, quality = city_of(city), request.GET.get("quality", "")
    if quality and quality not in Quality.values:
        raise BadRequest(_("This quality is not one of the manifesto's."))
    rows = Idea.objects.using(around.ALIAS).public().filter(city=here).order_by("-created_at", "pk")
    rows = rows.filter(qualities__contains=[quality]) if quality else rows
    shown = page_of(request, rows.defer("place", "label_point", "shares"))
    for one in shown:
        one.quality_words = in_words(one.qualities)
    context = {
        "city": here, "page": shown, "qualities": in_words(Quality), "quality": quality,
        "address": f"quality={quality}" if quality else "",
    }  # fmt: skip
    return render(request, "commons/portal/ideas.html", context)


@page
def idea(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Idea, uid, city)
    return show(
        request,
        record,
        **located(record),
        qualities=in_words(record.qualities),
        goals=goals_in_words(record.goals),
        organisation=organisation_of(record.organisation_id),
        proposals=around.shelf(Proposal.objects.public().filter(idea=record).listed(), RELATED),
    )


@page
def events(request: HttpRequest, city: str) -> HttpResponse:
    here = city_of(city)
    past = request.GET.get("when", "")
    if past not in {"", "past"}:
        raise BadRequest(_("“When” can only be “past”."))
    rows = events_in(here).past() if past else events_in(here).coming()
    shown = page_of(request, rows)
    context = {
        "city": here, "page": shown, "events": [told(one) for one in shown], "past": past,
        "address": "when=past" if past else "",
    }  # fmt: skip
    return render(request, "commons/portal/events.html", context)


@page
def event(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Event, uid, city)
    return show(
        request,
        told(record),
        **located(record),
        **shown_files(record),
        streams=list(record.streams.using(around.ALIAS)),
        organisation=organisation_of(record.organisation_id),
        host=around.public_of(House, record.house_id),
        building=around.public_of(Building, record.building_id),
        cancelled=record.status == Event.Status.CANCELLED,
    )


@page
def event_calendar(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Event, uid, city)
    return as_calendar(f"{record.uid}.ics", calendar_of(record.name, record.city, [entry(record)]))


@page
def events_calendar(request: HttpRequest, city: str) -> HttpResponse:
    """Every public event of a city, the latest five hundred."""
    here = city_of(city)
    name = _("Events: %(city)s") % {"city": here.name}
    rows = events_in(here).order_by("-starts_at", "pk")[:MOST]
    return as_calendar(f"{here.slug}-events.ics", calendar_of(name, here, [entry(one) for one in rows]))


def as_calendar(name: str, body: bytes) -> HttpResponse:
    said = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=said)
