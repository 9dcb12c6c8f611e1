"""Rooms of the desk that are lists: the map of the queue, the dossiers of buildings, what goes to the protocol."""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commons.desk.door import Desk, desk_page
from commons.desk.plan import draw_plan
from commons.desk.queue import read_queue
from commons.models import Building, BuildingEntry, Proposal

A_PAGE = 50


class SearchForm(forms.Form):
    """What a list is narrowed down by."""

    q = forms.CharField(label=_("Words in the name"), max_length=100, required=False)
    marked = forms.BooleanField(required=False)

    def __init__(self, data: Any, label: Any, every: Any) -> None:
        super().__init__(data, auto_id="search-%s")
        self.fields["q"].label, self.fields["marked"].label = label, every


def listed(request: HttpRequest, desk: Desk, template: str, form: SearchForm, records: QuerySet) -> HttpResponse:
    """One page of a list, and the address of the others."""
    page: Page = Paginator(records, A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    said = {"desk": desk, "city": desk.city, "form": form, "page": page, "address": kept.urlencode()}
    return render(request, f"commons/desk/{template}.html", said)


@require_safe
@desk_page()
def map_(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same queue on the large map: filters as in the list, and a way back to it."""
    asked = read_queue(desk, request.GET)
    kept = request.GET.copy()
    kept.pop("page", None)
    said = {
        "desk": desk, "city": desk.city, "queue": asked, "address": kept.urlencode(),
        "plan": draw_plan(desk, asked.records, asked.asked.get("box"), large=True),
    }  # fmt: skip
    kept.pop("box", None)
    return render(request, "commons/desk/map.html", said | {"unboxed": kept.urlencode()})


@require_safe
@desk_page("edit_place")
def buildings(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The buildings of the city: first those with something to be confirmed."""
    form = SearchForm(request.GET, _("Words in the name or address"), _("Only with something to be confirmed"))
    asked = form.cleaned_data if form.is_valid() else {}
    waits = Q(entries__state=BuildingEntry.State.PROPOSED)
    found = Building.objects.filter(city=desk.city).annotate(waiting=Count("entries", filter=waits))
    if words := asked.get("q"):
        found = found.filter(Q(name__icontains=words) | Q(address__icontains=words) | Q(asset_code__icontains=words))
    if asked.get("marked"):
        found = found.filter(waiting__gt=0)
    plain = found.only("uid", "name", "language", "address", "use_status", "use_since", "visibility", "city")
    return listed(request, desk, "buildings", form, plain.order_by("-waiting", "name", "pk"))


@require_safe
@desk_page("answer")
def protocol(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was handed in and has no protocol number yet, the oldest first; each with its dossier."""
    form = SearchForm(request.GET, _("Words in the title, receipt or protocol"), _("Also those that have their number"))
    asked = form.cleaned_data if form.is_valid() else {}
    found = desk.proposals().filter(receipt__gt="")
    if words := asked.get("q"):
        numbers = Q(receipt__icontains=words) | Q(protocol_number__icontains=words)
        found = found.filter(Q(name__icontains=words) | numbers)
    if not asked.get("marked"):
        found = found.filter(protocol_number="").exclude(state__in=[Proposal.State.WITHDRAWN])
    columns = ("uid", "name", "language", "receipt", "submitted_on", "protocol_number", "protocol_date", "city")
    return listed(request, desk, "protocol", form, found.only(*columns).order_by("submitted_on", "pk"))
