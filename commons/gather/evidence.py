"""The page where the civic side of a pact shows how it is going. Nobody else writes for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.desk.monitoring import keep_evidence
from commons.desk.monitoring_forms import EvidenceForm
from commons.gather.pact_page import measured
from commons.gather.reporting import REPORTED, may_report
from commons.models import Evidence, Pact
from commons.pace import too_fast
from commons.refusals import NotPossible, Refused
from commons.telling import TooMany


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """A value of an agreed indicator or words, for the groups that signed; kept as it was written."""
    pact = get_object_or_404(Pact.objects.public().select_related("city", "house"), city__slug=city, uid=uid)
    if not may_report(pact, request.user):
        raise PermissionDenied
    form, status = EvidenceForm(request.POST or None, record=pact), 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                allow(request, pact)
                keep_evidence(pact, request.user, form, Evidence.Party.CIVIC)
                messages.success(request, _("Everybody can see it."))
                return redirect(f"{pact.get_absolute_url()}#monitoring")
        except Refused as refused:
            status = refused.status
            for one in refused.missing:
                form.add_error(one.field if one.field in form.fields else None, one.words)
    said = {"city": pact.city, "record": pact, "form": form, "indicators": measured(pact, "default")}
    return render(request, "commons/gather/evidence.html", said, status=status)


def allow(request: HttpRequest, pact: Pact) -> None:
    """Raises NotPossible for a pact that does not run, TooMany for too much at once."""
    if pact.state not in REPORTED:
        raise NotPossible(_("This pact does not run now: nothing is shown for it."))
    if too_fast(request, "report"):
        raise TooMany(_("That was too often in a short time. What you wrote is still here: send it in ten minutes."))
