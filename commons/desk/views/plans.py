"""The desk's pages for strategic plans: those of its neighbourhoods, and the form of one with its priorities."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commons.desk import care
from commons.desk.door import Desk, desk_page
from commons.desk.plan_forms import PlanForm, PriorityRows
from commons.models import NeighbourhoodPlan
from commons.refusals import Refused


@require_safe
@desk_page("lead")
def plans(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The plans of the desk's neighbourhoods, and the neighbourhoods that have none."""
    found = list(care.plans_of(desk).prefetch_related("priorities")[:200])
    planned = {one.neighbourhood_id for one in found}
    without = [one for one in care.territories_of(desk) if one.pk not in planned]
    said = {"desk": desk, "city": desk.city, "plans": found, "without": without}
    return render(request, "commons/desk/plans.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("lead")
def plan(request: HttpRequest, desk: Desk, uid: str = "") -> HttpResponseBase:
    """A plan, new or known, with its priorities."""
    fresh = NeighbourhoodPlan(city=desk.city, language=get_language() or "it")
    record = care.same_city(desk, uid, care.plans_of(desk)) if uid else fresh
    asked = request.GET.get("neighbourhood", "")
    begins = {"neighbourhood": int(asked)} if asked.isdecimal() and len(asked) < 19 else {}
    form = PlanForm(request.POST or None, instance=record, desk=desk, initial=begins)
    rows = PriorityRows(request.POST or None, instance=record, prefix="priorities")
    refused: list[str] = []
    if request.method == "POST" and all([form.is_valid(), rows.is_valid()]):
        try:
            with transaction.atomic():
                kept = care.keep_plan(form, rows)
            messages.success(request, _("The plan is kept. Its neighbourhood's page shows it."))
            return redirect("desk-plan", desk.city.slug, kept.uid)
        except Refused as refusal:
            refused = [one.words for one in refusal.missing]
    saved = NeighbourhoodPlan.objects.select_related("neighbourhood__city").get(pk=record.pk) if record.pk else None
    said = {"desk": desk, "city": desk.city, "plan": saved, "form": form, "rows": rows, "refused": refused}
    return render(request, "commons/desk/plan.html", said, status=400 if request.method == "POST" else 200)
