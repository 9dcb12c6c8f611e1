"""The queue's page, what is done to many at once, and the way to one's desk."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from commons.desk.bulk import BulkForm, carry_out, rehearse
from commons.desk.door import Desk, desk_of, desk_page
from commons.desk.plan import draw_plan
from commons.desk.queue import read_queue
from neighbourhoods.models import City


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The desk of somebody who has one; the choice of cities for somebody who has several."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    desks = [desk for city in City.objects.all() if (desk := desk_of(request.user, city))]
    if not desks:
        raise Http404
    if len(desks) == 1:
        return redirect("desk", desks[0].city.slug)
    return render(request, "commons/desk/home.html", {"desks": desks, "city": None})


@require_safe
@desk_page()
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    asked = read_queue(desk, request.GET)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "desk": desk, "city": desk.city, "queue": asked, "plan": draw_plan(desk, asked.records, asked.asked.get("box")),
        "bulk": BulkForm(desk), "address": kept.urlencode(), "today": desk.city.today(), "counts": asked.counts,
    }  # fmt: skip
    kept.pop("box", None)
    return render(request, "commons/desk/queue.html", context | {"unboxed": kept.urlencode()})


@require_POST
@desk_page()
def bulk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """First says what will be done to each record and what will be refused; does it only when that is confirmed."""
    form = BulkForm(desk, request.POST)
    context = {"desk": desk, "city": desk.city, "form": form}
    if not form.is_valid():
        return render(request, "commons/desk/bulk.html", context, status=400)
    done = bool(request.POST.get("confirmed"))
    lines = carry_out(desk, form) if done else rehearse(desk, form)
    return render(request, "commons/desk/bulk.html", context | {"lines": lines, "done": done, "action": form.action()})
