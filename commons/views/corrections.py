""" "Missing or wrong place? Tell us", for everybody; and the list of what was told, for those who moderate."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.models import Correction
from commons.refusals import Missing, Refused
from commons.telling import about, allow, record_correction, settle_correction
from commons.whereabouts import BadPlace, typed_point
from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts
from people.roles import may, roles_in

A_PAGE = 50


class TellForm(PlainTexts, forms.Form):
    """What somebody tells us. `website` is a trap: people do not see it, programs fill it."""

    text = forms.CharField(
        label=_("what is missing or wrong"), max_length=3_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In a few words: what should be there, or what should be put right. Name no persons."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("coordinates of the place"), max_length=100, required=False,
        help_text=_("Latitude, then longitude, like 45.07, 7.68. You can also write the address above."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("your e-mail"), required=False, help_text=_("If you want an answer. Nobody but the office sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    website = forms.CharField(required=False)

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.city = city

    def clean_place(self) -> Any:
        try:
            return typed_point(self.cleaned_data["place"], self.city)
        except BadPlace as error:
            raise forms.ValidationError(error.words) from error


class AnswerForm(PlainTexts, forms.Form):
    """What the office answers."""

    answer = forms.CharField(max_length=3_000, required=False, widget=forms.Textarea)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, city: str) -> HttpResponse:
    """The form. No account is needed; what was typed is kept when something is wrong with it."""
    here = get_object_or_404(City, slug=city)
    uid = (request.POST.get("about") or request.GET.get("about") or "").replace("\x00", "")[:36]
    form, status = TellForm(here, request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            if not form.cleaned_data.pop("website"):
                allow(request)
                record_correction(here, uid, **form.cleaned_data, user=request.user)
            return redirect("told-us", city)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
    status = 400 if form.errors and status == 200 else status
    said = {"city": here, "form": form, "record": about(here, uid)}
    return render(request, "commons/corrections/tell.html", said, status=status)


@require_safe
def thanks(request: HttpRequest, city: str) -> HttpResponse:
    return render(request, "commons/corrections/thanks.html", {"city": get_object_or_404(City, slug=city)})


def moderated(request: HttpRequest, city: str) -> City:
    """The city, for somebody who moderates in it."""
    here = get_object_or_404(City, slug=city)
    if not may(roles_in(request.user, here), "moderate"):
        raise PermissionDenied
    return here


@never_cache
@require_safe
def corrections(request: HttpRequest, city: str) -> HttpResponse:
    """What was told, the newest first: what waits, or with `state` what was settled."""
    here = moderated(request, city)
    return listed(request, here)


def listed(request: HttpRequest, city: City, status: int = 200, **also: Any) -> HttpResponse:
    wanted = request.GET.get("state", "")
    state = wanted if wanted in Correction.State.values else Correction.State.NEW
    found = Correction.objects.filter(city=city, state=state).select_related("user", "handled_by")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.record = about(city, one.about)
    said = {"city": city, "page": page, "state": state, "states": Correction.State.choices} | also
    return render(request, "commons/corrections/list.html", said, status=status)


@never_cache
@require_POST
def settle(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Says that a correction is done, or why it is set aside."""
    here = moderated(request, city)
    correction = get_object_or_404(Correction, city=here, uid=uid)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused([Missing("answer", " ".join(form.errors["answer"]))])
        settle_correction(correction, request.POST.get("state", ""), form.cleaned_data["answer"], request.user)
    except Refused as refusal:
        return listed(request, here, refusal.status, wrong=correction.uid, refused=str(refusal), typed=form.data)
    return redirect("corrections", city)
