"""The dossier of a proposal as a PDF, and the protocol number that comes back."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commons.dossier import dossier_of, set_protocol
from commons.files_access import may_read_all
from commons.models import Proposal
from commons.refusals import Refused
from neighbourhoods.plain_text import PlainTexts
from people.roles import may

WITH = ("city", "building", "house", "neighbourhood", "district")


class ProtocolForm(PlainTexts, forms.Form):
    number = forms.CharField(label=_("protocol number"), max_length=50)
    date = forms.DateField(label=_("protocol date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@never_cache
@require_safe
def dossier(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The PDF, for those who write the proposal and for the office."""
    proposal = get_object_or_404(Proposal.objects.select_related(*WITH), city__slug=city, uid=uid)
    if not may_read_all(request, proposal):
        raise Http404
    answer = HttpResponse(dossier_of(proposal), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{(proposal.receipt or proposal.uid).lower()}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def protocol(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Where the office writes the number that the protocol office gave."""
    proposal = get_object_or_404(Proposal.objects.select_related("city"), city__slug=city, uid=uid)
    if not may(proposal.roles_of(request.user), "answer"):
        raise PermissionDenied
    given = {"number": proposal.protocol_number, "date": proposal.protocol_date or proposal.city.today()}
    form = ProtocolForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            set_protocol(proposal, form.cleaned_data["number"], form.cleaned_data["date"], request.user)
            return redirect("protocol", proposal.city.slug, proposal.uid)
        except Refused as refusal:
            for one in refusal.missing:
                form.add_error(one.field or None, one.words)
    said = {"city": proposal.city, "record": proposal, "form": form}
    return render(request, "commons/dossier/protocol.html", said, status=400 if form.errors else 200)
