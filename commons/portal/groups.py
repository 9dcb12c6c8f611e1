"""An organisation's own part of the portal: its signature of the manifesto and its sites, kept by those who lead it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.models import ManifestoSignature, MemberSite
from commons.portal.access import in_office
from commons.portal.forms import SiteForm
from commons.portal.qualities import in_words
from commons.portal.write import writer_page
from commons.qualities import Quality
from neighbourhoods.models import City
from people.models import Organisation

MOST_SITES = 10


@require_http_methods(["GET", "HEAD", "POST"])
@writer_page
def group(request: HttpRequest, city: City, uid: str) -> HttpResponse:
    """Signs, takes the signature back, adds or removes a site: `do` says which."""
    record = get_object_or_404(Organisation.objects.select_related("city"), city=city, uid=uid)
    if not record.is_led_by(request.user) and not in_office(request.user, city):
        raise Http404
    form = SiteForm(request.POST if request.POST.get("do") == "add" else None, instance=MemberSite(organisation=record))
    if request.method == "POST" and deed(request, record, form):
        return redirect("organisation-portal", city.slug, uid)
    context = {
        "city": city, "record": record, "form": form, "qualities": in_words(Quality),
        "signature": ManifestoSignature.objects.filter(organisation=record, withdrawn_on__isnull=True).first(),
        "sites": MemberSite.objects.filter(organisation=record),
    }  # fmt: skip
    return render(request, "commons/portal/group.html", context, status=400 if request.method == "POST" else 200)


def deed(request: HttpRequest, record: Organisation, form: SiteForm) -> bool:
    """Does what was asked; whether it could be done."""
    sites = MemberSite.objects.filter(organisation=record)
    match request.POST.get("do", ""):
        case "sign":
            sign(record, request)
        case "unsign":
            standing = ManifestoSignature.objects.filter(organisation=record, withdrawn_on__isnull=True)
            standing.update(withdrawn_on=record.city.today())
            messages.success(request, _("The signature is taken back."))
        case "add" if form.is_valid() and sites.count() < MOST_SITES:
            form.save()
            messages.success(request, _("The site is on the organisation's page."))
        case "remove" if request.POST.get("site", "").isascii() and request.POST["site"].isdigit():
            sites.filter(pk=request.POST["site"][:18]).delete()
        case _:
            return False
    return True


def sign(record: Organisation, request: HttpRequest) -> None:
    """Signs from today on; one that took its signature back signs again."""
    said = {"signed_on": record.city.today(), "withdrawn_on": None, "signed_by": request.user}
    signature, made = ManifestoSignature.objects.get_or_create(organisation=record, defaults=said)
    if not made and signature.withdrawn_on:
        ManifestoSignature.objects.filter(pk=signature.pk).update(**said)
    messages.success(request, _("The organisation has signed the manifesto."))
