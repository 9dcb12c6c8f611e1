"""The pages that people read: a city, its territories, and each thing in it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commons.building_history import told
from commons.files_access import roles_for, shown_files
from commons.gather import pact_page, proposal_page
from commons.gather.proposal_page import for_one_person
from commons.gather.story import meetings_in
from commons.models import Building, Call, House, Need, Pact, Proposal
from commons.opening import opening
from commons.views import around
from commons.views.territory import page_of
from commons.words import means
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.records import Published
from neighbourhoods.vocabulary import Licence, Role, Visibility
from people.models import Organisation
from people.roles import may

RELATED = 30


class Gone(Exception):
    """The record was public and is not any more."""


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of GET and HEAD that answers 410 for what is hidden or withdrawn."""

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except Gone:
            return render(request, "410.html", {"city": None}, status=410)

    return answer


def found(model: type[Published], uid: str, city: str = "", **also: Any) -> Any:
    """The public record with this uid, with its city. Gone when it is hidden, Http404 when there is none or a draft."""
    where = {"uid": uid} | ({"city__slug": city} if city else {}) | also
    record = model.objects.using(around.ALIAS).public().filter(**where).select_related("city").first()
    if isinstance(record, Proposal):
        record.conceal()
    if record:
        return record
    hidden = model.objects.using(around.ALIAS).filter(**where, visibility__in=[Visibility.HIDDEN, Visibility.WITHDRAWN])
    if hidden.exclude(**drafts(model)).exists():
        raise Gone
    raise Http404


def drafts(model: type[Published]) -> dict[str, Any]:
    """What was never public of a model, as a filter."""
    return {"public_since__isnull": True} if model in {Need, Proposal} else {"pk": None}


def show(request: HttpRequest, record: Any, **context: Any) -> HttpResponse:
    """The page of a record: what every page says of it, and what this kind adds."""
    state = getattr(record, "use_status", None) or getattr(record, "state", None) or getattr(record, "status", "")
    said = {
        "city": record.city,
        "record": record,
        "licence": Licence(record.licence),
        "means": means(record.layer, state),
        "schematic": Neighbourhood.objects.using(around.ALIAS)
        .filter(city=record.city, partition__current=True, partition__schematic=True)
        .exists(),
    }
    return render(request, f"commons/{record._meta.model_name}.html", said | context)


def located(record: Any) -> dict[str, Any]:
    """What every located record says of where it is."""
    return {
        "neighbourhood": territory(record.neighbourhood_id),
        "district": territory(record.district_id),
        "shared": around.territories_of(record),
    }


def territory(pk: int | None) -> Neighbourhood | None:
    found = Neighbourhood.objects.using(around.ALIAS).public()
    return around.plain(found).filter(pk=pk).first() if pk else None


@page
def building(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Building, uid, city)
    return show(
        request,
        record,
        **located(record),
        house=around.nearest_house(record.city, record.label_point),
        ask=[line for line in record.how_to_ask.splitlines() if line.strip()],
        history=told(record),
        keeps_dossier=request.user.is_authenticated and may(roles_for(request.user, record), "edit_place"),
        **shown_files(record),
        proposals=around.shelf(Proposal.objects.public().filter(building=record).listed(), RELATED),
        pacts=around.shelf(Pact.objects.public().filter(building=record).listed(), RELATED),
    )


@page
def house(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(House, uid, city)
    return show(
        request,
        record,
        **located(record),
        opening=opening(record.opening_hours, record.city, timezone.now()),
        operator=organisation_of(record.operator_id),
        pact=around.public_of(Pact, record.pact_id),
        nearby=around.nearby_buildings(record),
        meetings=meetings_in(record, around.ALIAS),
        proposals=around.shelf(Proposal.objects.public().accompanied_by(record).listed(), RELATED),
        pacts=around.shelf(Pact.objects.public().accompanied_by(record).listed(), RELATED),
    )


@page
def pact(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Pact, uid, city)
    files = shown_files(record)
    response = show(
        request,
        record,
        **located(record),
        **pact_page.everybody(record, around.ALIAS),
        **pact_page.own_part(request, record),
        building=around.public_of(Building, record.building_id),
        accompanied=around.public_of(House, record.house_id),
        governed=around.shelf(House.objects.public().filter(pact=record).listed(), RELATED),
        chain=around.chain_of(record),
        **files | {"signed_pact": pact_page.papers(record, files["signed_pact"], around.ALIAS)},
        signatories=list(Organisation.objects.using(around.ALIAS).public().filter(pacts=record)),
        approved=list(record.approved_parties.using(around.ALIAS).public()),
        proposals=around.shelf(Proposal.objects.public().filter(pact=record).listed(), RELATED),
    )
    return for_one_person(request, response)


@page
def proposal(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    return show_proposal(request, found(Proposal, uid, city))


def show_proposal(request: HttpRequest, record: Proposal, **typed: Any) -> HttpResponse:
    """The page of a public proposal; `typed` are forms that could not be accepted, with what was typed."""
    rivals = Proposal.objects.public().filter(building=record.building_id).exclude(pk=record.pk).listed()
    accompanied = around.public_of(House, record.house_id)
    context = {
        **located(record),
        **proposal_page.everybody(request, record, around.ALIAS),
        **proposal_page.own_part(request, record),
        **(shown_files(record) if record.text_public else {}),
        "building": around.public_of(Building, record.building_id),
        "accompanied": accompanied,
        "house": None if accompanied else around.nearest_house(record.city, record.label_point),
        "pact": around.public_of(Pact, record.pact_id),
        "call": Call.objects.using(around.ALIAS).public().filter(pk=record.call_id).first() if record.call_id else None,
        "proposers": list(Organisation.objects.using(around.ALIAS).public().filter(proposals=record)),
        **({"means": ""} if record.pact_id else {}),
        "rivals": around.shelf(rivals if record.building_id else Proposal.objects.none(), RELATED),
    }
    return for_one_person(request, show(request, record, **context | typed))


@page
def organisation(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Organisation, uid, city)
    return show(
        request,
        record,
        houses=around.shelf(House.objects.public().filter(operator=record).listed(), RELATED),
        proposals=around.shelf(Proposal.objects.public().filter(proposers=record).listed(), RELATED),
        pacts=around.shelf(Pact.objects.public().filter(signatories=record).listed(), RELATED),
    )


def organisation_of(pk: int | None) -> Organisation | None:
    return Organisation.objects.using(around.ALIAS).public().filter(pk=pk).first() if pk else None


@page
def neighbourhood(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    return show_territory(request, found(Neighbourhood, uid, city, partition__role__in=[Role.PRIMARY, Role.OTHER]))


@page
def district(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    return show_territory(request, found(Neighbourhood, uid, city, partition__role=Role.DISTRICT))


def show_territory(request: HttpRequest, record: Neighbourhood) -> HttpResponse:
    children = Neighbourhood.objects.using(around.ALIAS).public().filter(parent=record, partition__current=True)
    return show(
        request,
        record,
        **page_of(record),
        parent=territory(record.parent_id),
        children=list(around.plain(children).order_by("name")),
        neighbours=around.neighbours(record),
        filter="district" if record.layer == "districts" else "neighbourhood",
    )


@page
def city(request: HttpRequest, city: str) -> HttpResponse:
    record = get_object_or_404(City.objects.using(around.ALIAS), slug=city)
    districts = around.city_territories(record, Role.DISTRICT)
    neighbourhoods = around.city_territories(record, Role.PRIMARY)
    houses = House.objects.public().filter(city=record).listed().order_by("name")
    proposals = Proposal.objects.public().filter(city=record).listed().order_by("-submitted_on", "name")
    context = {
        "city": record,
        "figures": around.figures(record),
        "districts": [(one, [n for n in neighbourhoods if n.parent_id == one.pk]) for one in districts],
        "loose": [one for one in neighbourhoods if one.parent_id not in {d.pk for d in districts}],
        "schematic": any(one.partition.schematic for one in (*districts, *neighbourhoods)),
        "official": record.profile.get("official", {}),
        "box": around.drawn_box(record),
        "houses": around.shelf(houses, RELATED),
        "proposals": around.shelf(proposals),
    }
    return render(request, "commons/city.html", context)


@require_safe
def record(request: HttpRequest, uid: str) -> HttpResponseBase:
    """`/id/<uid>`, for ever: the page of the record, 410 when it is no longer public, 404 when it never was."""
    for model in apps.get_models():
        if issubclass(model, Published):
            try:
                return redirect(found(model, uid))
            except Gone:
                return render(request, "410.html", {"city": None}, status=410)
            except Http404:
                continue
    raise Http404
