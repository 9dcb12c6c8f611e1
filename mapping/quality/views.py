"""The pages of the desk that say what is wrong in the data, and put it right."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from commons.desk.door import Desk, desk_page
from commons.refusals import Refused
from mapping.quality.checks import CHECKS
from mapping.quality.fixing import find, forms_for, other_ways, put_right
from mapping.quality.report import as_csv, plan_of, read_report
from mapping.query import bad


@require_safe
@desk_page()
def quality(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The report of a city, as a page or as a table; `check` narrows it to one."""
    only = request.GET.get("check", "")
    if only and only not in {check.name for check in CHECKS}:
        raise bad("check", f"must be one of {', '.join(check.name for check in CHECKS)}")
    results = read_report(desk, only)
    if request.GET.get("format") == "csv":
        named = {"Content-Disposition": f'attachment; filename="{desk.city.slug}-quality.csv"'}
        text = as_csv(results, settings.SITE_URL)
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=named)
    context = {
        "desk": desk, "city": desk.city, "results": results, "only": only, "plan": plan_of(desk, results),
        "total": sum(result.count for result in results),
    }  # fmt: skip
    return render(request, "mapping/quality.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("edit_place")
def fix(request: HttpRequest, desk: Desk, layer: str, uid: str) -> HttpResponseBase:
    """One record, and what can be done to put it right."""
    record, status = find(desk, layer, uid), 200
    do = request.POST.get("do", "") if request.method == "POST" else ""
    offered = forms_for(record, request.POST, do)
    if request.method == "POST":
        status, form = 400, offered.get(do)
        if form is not None and form.is_valid():
            try:
                messages.success(request, put_right(desk, record, do, form))
                return redirect("desk-quality", desk.city.slug)
            except Refused as refused:
                status = refused.status
                form.add_error(None, str(refused))
    context = {
        "desk": desk, "city": desk.city, "record": record, "layer": layer, "forms": offered, "sent": offered.get(do),
        "ways": other_ways(desk, record),
    }  # fmt: skip
    return render(request, "mapping/fix.html", context, status=status)
