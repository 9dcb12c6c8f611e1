"""The page from which a house is kept, and one page for each room or desk of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from commons.hosting.door import house_page
from commons.hosting.forms import KINDS, HouseForm
from commons.hosting.keeping import PARTS, drop_part, keep_house, keep_part
from commons.models import House

TITLES = {"spaces": _("A space of the house"), "desks": _("A desk of the house")}


@house_page
def keep(request: HttpRequest, house: House) -> HttpResponse:
    """Everything of the house on one page, its facts as a form."""
    form = HouseForm(request.POST if request.method == "POST" else None, instance=house)
    if request.method == "POST" and form.is_valid():
        keep_house(form, request.user)
        messages.success(request, _("Saved: everybody can read it on the page of the house."))
        return redirect("house-keep", house.city.slug, house.uid)
    said = {
        "city": house.city, "record": House.objects.get(pk=house.pk), "form": form,
        "spaces": house.spaces.all(), "desks": house.desks.all(),
        "events": house.events.coming().exclude(visibility="withdrawn").defer("place", "label_point", "shares"),
    }  # fmt: skip
    return render(request, "commons/hosting/keep.html", said, status=400 if form.errors else 200)


@house_page
def part(request: HttpRequest, house: House, kind: str, pk: int | None = None) -> HttpResponse:
    """One room or desk: a new one, or one to change or to take away."""
    if kind not in KINDS:
        raise Http404
    there = get_object_or_404(PARTS[kind], house=house, pk=pk) if pk else None
    if request.method == "POST" and there and request.POST.get("do") == "drop":
        drop_part(house, there, request.user)
        messages.success(request, _("Taken away."))
        return redirect("house-keep", house.city.slug, house.uid)
    form = KINDS[kind](request.POST if request.method == "POST" else None, instance=there)
    if request.method == "POST" and form.is_valid():
        keep_part(house, form, request.user)
        messages.success(request, _("Saved: everybody can read it on the page of the house."))
        return redirect("house-keep", house.city.slug, house.uid)
    said = {"city": house.city, "record": house, "form": form, "title": TITLES[kind], "there": there}
    return render(request, "commons/hosting/part.html", said, status=400 if form.errors else 200)
