"""The page of the desk that says what is wrong in the data."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.desk.door import Desk, desk_page
from mapping.quality.checks import CHECKS
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
