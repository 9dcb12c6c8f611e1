"""Needs, for everybody: the list, the form that needs no account, and what a tracking code tells."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commons.codes import LENGTH, typed_code
from commons.models import Laboratory, Need, Project
from commons.needs import alike, allow, report_need, tracked
from commons.pace import too_fast
from commons.propose.place import Found, find_places
from commons.propose.writing import map_of
from commons.refusals import Refused
from commons.views import around
from commons.views.explore import found, located, page, show
from commons.whereabouts import BadPlace
from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts
from neighbourhoods.vocabulary import Role
from people.signed_in import private

A_PAGE = 50
RELATED = 30


class NeedForm(PlainTexts, forms.Form):
    """What a resident reports. `website` is a trap: people do not see it, programs fill it."""

    name = forms.CharField(
        label=_("what is it, in a few words"), max_length=200,
        help_text=_("For example: No bench at the tram stop. Name no persons: all can read it once we have."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("is something wrong, or missing?"), choices=Need.Kind.choices, widget=forms.RadioSelect,
        initial=Need.Kind.PROBLEM,
    )  # fmt: skip
    description = forms.CharField(
        label=_("tell more"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    place = forms.CharField(
        label=_("where"), max_length=200, required=False,
        help_text=_("A street, a public building, or coordinates like 45.07, 7.68. Leave it empty if it has no place."),
    )  # fmt: skip
    chosen = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    contact_email = forms.EmailField(
        label=_("your e-mail"), required=False, help_text=_("If you want to hear what becomes of it. Never shown."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(required=False)

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.city = city
        self.fits: list[Found] = []

    def clean_place(self) -> Found | None:
        """The one place that fits what was typed, or the one of several that was chosen; `fits` are to choose from."""
        text = self.cleaned_data["place"]
        try:
            found = find_places(self.city, text)
        except BadPlace as error:
            raise forms.ValidationError(error.words) from error
        if text and not found:
            raise forms.ValidationError(_("No place here fits. Try the street alone, or leave it empty."))
        chosen = [one for one in found if one.value == self.data.get("chosen")] if len(found) > 1 else found
        if text and not chosen:
            self.fits = found
            raise forms.ValidationError(_("Several places fit: choose one."))
        return chosen[0] if chosen else None

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("A field that must stay empty was filled. Send it again."))
        return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, city: str) -> HttpResponseBase:
    """The form. What others have said already is shown once before it is sent; nothing typed is lost."""
    here = get_object_or_404(City, slug=city)
    form, like, status = NeedForm(here, request.POST if request.method == "POST" else None), None, 200
    if request.method == "POST":
        status = 200 if form.is_valid() else 400
        data = {name: value for name, value in form.cleaned_data.items() if name not in {"website", "chosen"}}
        if status == 200 and "anyway" not in request.POST:
            like = alike(here, data["place"] and data["place"].place, data["name"])
        if status == 200 and not like:
            try:
                allow(request)
                return received(report_need(here, **data, user=request.user))
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
    said = {"city": here, "form": form, "alike": like, "config": map_of(here)}
    return render(request, "commons/needs/new.html", said, status=status)


def received(need: Need) -> HttpResponseBase:
    """To the page of its tracking code, which says that it is new: loading it again sends nothing again."""
    asked = urlencode({"code": need.code, "new": "1"})
    return redirect(f"{reverse('need-track', args=[need.city.slug])}?{asked}")


@private
@require_safe
def track(request: HttpRequest, city: str) -> HttpResponse:
    """What became of a need, for whoever has its code; `new` says that it has just come."""
    here = get_object_or_404(City, slug=city)
    typed = request.GET.get("code", "").replace("\x00", "")[:100]
    said = {"city": here, "typed": typed, "need": None, "length": LENGTH, "fresh": "new" in request.GET}
    if typed and too_fast(request, "track"):
        return render(request, "commons/needs/track.html", said | {"slow": True}, status=429)
    if typed:
        said["need"] = tracked(here, typed_code(typed))
    return render(request, "commons/needs/track.html", said, status=404 if typed and not said["need"] else 200)


class Narrow(forms.Form):
    """What the list is narrowed down by."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    neighbourhood = forms.ChoiceField(label=_("Neighbourhood"), required=False)

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = dict(Need.Status.choices)
        self.fields["status"].choices = [("", _("All")), *((one.value, words[one]) for one in Need.SHOWN)]
        places = around.city_territories(city, Role.PRIMARY)
        self.fields["neighbourhood"].choices = [("", _("All")), *((one.uid, one.name) for one in places)]


@require_safe
def needs(request: HttpRequest, city: str) -> HttpResponse:
    """The public needs of a city, the newest first."""
    here = get_object_or_404(City.objects.using(around.ALIAS), slug=city)
    form = Narrow(here, request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = Need.objects.using(around.ALIAS).public().filter(city=here).listed().order_by("-reported_at", "-pk")
    if asked.get("status"):
        rows = rows.filter(status=asked["status"])
    if asked.get("neighbourhood"):
        rows = rows.filter(neighbourhood__uid=asked["neighbourhood"])
    kept = request.GET.copy()
    kept.pop("page", None)
    listed = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    said = {"city": here, "form": form, "page": listed, "address": kept.urlencode()}
    return render(request, "commons/needs/list.html", said)


@page
def need(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Need, uid, city)
    lab = Laboratory.objects.using(around.ALIAS).public().filter(pk=record.laboratory_id).first()
    return show(
        request,
        record,
        **located(record),
        laboratory=lab,
        projects=around.shelf(Project.objects.public().filter(needs=record).listed(), RELATED),
    )
