"""The page from which a house is kept, and one page for each room, desk or event of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from commons.hosting.door import house_page
from commons.hosting.forms import KINDS, HouseForm
from commons.hosting.keeping import drop_part, keep_house, keep_part, parts_of
from commons.models import Event, House
from commons.refusals import Refused

TITLES = {"spaces": _("A space of the house"), "desks": _("A desk of the house"), "events": _("An event of the house")}


@house_page
def keep(request: HttpRequest, house: House) -> HttpResponse:
    """Everything of the house on one page, its facts as a form."""
    form = HouseForm(request.POST if request.method == "POST" else None, instance=house)
    if request.method == "POST" and form.is_valid():
        keep_house(form, request.user)
        messages.success(request, _("Saved: everybody can read it on the page of the house."))
        return redirect("house-keep", house.city.slug, house.uid)
    if form.errors:
        house.refresh_from_db()
    said = {
        "city": house.city, "record": house, "form": form,
        "spaces": parts_of(house, "spaces"), "desks": parts_of(house, "desks"),
        "events": parts_of(house, "events").coming().defer("place", "label_point", "shares"),
    }  # fmt: skip
    return render(request, "commons/hosting/keep.html", said, status=400 if form.errors else 200)


@house_page
def part(request: HttpRequest, house: House, kind: str, pk: int | None = None) -> HttpResponse:
    """One room, desk or event: a new one, or one to change or to take away."""
    if kind not in KINDS:
        raise Http404
    there = get_object_or_404(parts_of(house, kind), pk=pk) if pk else None
    if request.method == "POST" and there and request.POST.get("do") == "drop":
        drop_part(house, there, request.user)
        messages.success(request, _("It is cancelled, and its page says so.") if kind == "events" else _("Taken away."))
        return redirect("house-keep", house.city.slug, house.uid)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = KINDS[kind](*sent, instance=there)
    if request.method == "POST" and form.is_valid() and kept(request, house, form):
        messages.success(request, _("Saved: everybody can read it on the page of the house."))
        return redirect("house-keep", house.city.slug, house.uid)
    cancelled = isinstance(there, Event) and there.status == Event.Status.CANCELLED
    said = {
        "city": house.city, "record": house, "form": form, "kind": kind, "title": TITLES[kind], "there": there,
        "may_drop": there is not None and not cancelled,
    }  # fmt: skip
    return render(request, "commons/hosting/part.html", said, status=400 if form.errors else 200)


def kept(request: HttpRequest, house: House, form: Any) -> bool:
    """Whether it could be written; what is wrong with a file is said beside it."""
    try:
        keep_part(house, form, request.user)
    except Refused as refused:
        form.add_error("programme", str(refused))
        return False
    return True
