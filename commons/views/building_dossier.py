"""The building's dossier, for those who look after it: its history, what waits to be confirmed, how it is asked for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commons.building_history import SAYS, add_entry, change_how_to_ask, confirm, dismiss
from commons.files_access import roles_for
from commons.models import Building, BuildingEntry
from commons.refusals import Refused
from neighbourhoods.plain_text import PlainTexts
from people.roles import may


class EntryForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = BuildingEntry
        fields = ("on", *SAYS)
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "works": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"on": _("The day from which it is true."), "note": _("Everybody can read it. Name no persons.")}


class HowToAskForm(PlainTexts, forms.Form):
    text = forms.CharField(
        label=_("how to ask for it"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One step a line."),
    )  # fmt: skip


def building_of(request: HttpRequest, city: str, uid: str) -> Building:
    """The building, for somebody who may change its dossier."""
    building = get_object_or_404(Building.objects.select_related("city"), city__slug=city, uid=uid)
    if not may(roles_for(request.user, building), "edit_place"):
        raise PermissionDenied
    return building


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Everything that is known of the building's past, and a form for what became true on a day."""
    building = building_of(request, city, uid)
    form = EntryForm(request.POST or None, initial={"on": building.city.today()})
    if request.method == "POST" and form.is_valid():
        try:
            add_entry(building, request.user, **form.cleaned_data)
            messages.success(request, _("Written in the building's history."))
            return redirect("building-dossier", city, uid)
        except Refused as refusal:
            for one in refusal.missing:
                form.add_error(one.field or None, one.words)
    return shown(request, building, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def how_to_ask(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """How the building can be asked for, step by step."""
    building = building_of(request, city, uid)
    form = HowToAskForm(request.POST if request.method == "POST" else None, initial={"text": building.how_to_ask})
    if request.method == "POST" and form.is_valid():
        change_how_to_ask(building, form.cleaned_data["text"], request.user)
        messages.success(request, _("Saved: everybody can read it on the building's page."))
        return redirect("building-dossier", city, uid)
    said = {"city": building.city, "record": building, "form": form}
    return render(request, "commons/dossier/how_to_ask.html", said, status=400 if form.errors else 200)


@never_cache
@require_POST
def settle(request: HttpRequest, city: str, uid: str, entry: int) -> HttpResponse:
    """Confirms or dismisses what the program proposed."""
    building = building_of(request, city, uid)
    waiting = get_object_or_404(building.entries, pk=entry)
    try:
        {"confirm": confirm, "dismiss": dismiss}.get(request.POST.get("answer", ""), dismiss_nothing)(
            waiting, request.user
        )
        messages.success(request, _("Written in the building's history."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return shown(request, building, EntryForm(initial={"on": building.city.today()}), refusal.status)
    return redirect("building-dossier", city, uid)


def dismiss_nothing(entry: BuildingEntry, by: Any) -> None:
    """Neither of the two answers was given."""
    raise Refused(str(_("Choose whether to confirm it or to dismiss it.")))


def shown(request: HttpRequest, building: Building, form: EntryForm, status: int = 0) -> HttpResponse:
    entries = list(building.entries.select_related("recorded_by"))
    said = {
        "city": building.city, "record": building, "form": form,
        "waiting": [one for one in entries if one.state == BuildingEntry.State.PROPOSED],
        "history": [one for one in entries if one.state == BuildingEntry.State.CONFIRMED],
        "files": building.attachments.filter(removed_at__isnull=True).count(),
    }  # fmt: skip
    return render(request, "commons/dossier/building.html", said, status=status or (400 if form.errors else 200))
