"""The page where a pact's parties report, and the office checks what they sent. Nobody else sees it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.gather import reporting
from commons.gather.forms import ReportForm
from commons.models import Pact, Report
from commons.pace import too_fast
from commons.refusals import Missing, Refused
from commons.texts import plain

LONGEST_NOTE = 5_000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    pact = get_object_or_404(Pact.objects.public().select_related("city", "house"), city__slug=city, uid=uid)
    party, office = reporting.may_report(pact, request.user), reporting.may_check(pact, request.user)
    if not party and not office:
        raise PermissionDenied
    if request.method == "POST":
        return written(request, pact) if party else checked(request, pact)
    return show(request, pact, reporting.open_report(pact), party=party)


def written(request: HttpRequest, pact: Pact) -> HttpResponse:
    """Keeps or sends what a party wrote; on an error the page again with every word of it."""
    current = reporting.open_report(pact) or Report()
    form = ReportForm(request.POST, instance=current)
    if not form.is_valid():
        return show(request, pact, current, form=form, party=True, status=400)
    if too_fast(request, "report"):
        form.add_error(None, _("That was very fast. Nothing is lost: wait a few minutes and send it again."))
        return show(request, pact, current, form=form, party=True, status=429)
    sends = "send" in request.POST
    try:
        reporting.write_report(pact, request.user, form.save(commit=False), sends)
    except Refused as why:
        form.add_error(None, str(why))
        return show(request, pact, current, form=form, party=True, status=why.status)
    said = _("The report has been sent to the office.") if sends else _("The draft is kept. You can go on any time.")
    messages.success(request, said)
    return redirect("report", pact.city.slug, pact.uid)


def checked(request: HttpRequest, pact: Pact) -> HttpResponse:
    """The office's check of the report that waits."""
    waiting = get_object_or_404(Report, pact=pact, state=Report.State.SENT)
    note = plain(request.POST.get("note", "").replace("\0", ""))
    try:
        if len(note) > LONGEST_NOTE:
            raise Refused([Missing("note", _("This text is too long: at most 5,000 characters."))])
        reporting.check_report(waiting, request.user, note, "accept" in request.POST)
    except Refused as why:
        return show(request, pact, waiting, note=note, wrong=str(why), status=why.status)
    messages.success(request, _("Your check has been recorded and the group has been told."))
    return redirect("report", pact.city.slug, pact.uid)


def blank(pact: Pact, current: Report | None) -> ReportForm:
    """The form as it is opened: the draft, or a new report with the days that it will tell of."""
    return ReportForm(instance=current) if current else ReportForm(initial=reporting.period_of(pact))


def show(request: HttpRequest, pact: Pact, current: Report | None, status: int = 200, **more: Any) -> HttpResponse:
    """The page for a party (a form, or that it was sent) or for the office (what was sent)."""
    writable = more.get("party") and (current is None or current.state != Report.State.SENT)
    context = {
        "city": pact.city,
        "record": pact,
        "report": current if current and current.pk else None,
        "form": blank(pact, current) if writable and pact.state in reporting.REPORTED else None,
        "late": reporting.late(pact),
        "earlier": list(pact.reports.filter(state=Report.State.CHECKED)[:50]),
    }
    response = render(request, "commons/gather/report.html", context | more, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
