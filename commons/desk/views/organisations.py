"""Organisations on the desk: those without the city's mark first, and the decision on one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commons.desk import organisations as marks
from commons.desk.door import Desk, desk_page
from commons.desk.organisations import DecisionForm
from commons.desk.views.rooms import SearchForm
from commons.refusals import Refused
from people.models import Organisation

A_PAGE = 20


@require_safe
@desk_page("verify")
def organisations(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk)


def show(request: HttpRequest, desk: Desk, status: int = 200, **tried: DecisionForm) -> HttpResponse:
    """The list; `tried` is a decision that was refused, by the identifier of its organisation."""
    search = SearchForm(request.GET, _("Words in the name"), _("Those that have the mark"))
    asked = search.cleaned_data if search.is_valid() else {}
    found = marks.organisations_of(desk).filter(verified=bool(asked.get("marked")))
    if words := asked.get("q"):
        found = found.filter(name__icontains=words)
    # Somebody waits for those that were founded here; what a register named waits for nobody.
    order = ("name", "pk") if asked.get("marked") else ("-members", "pk")
    page = Paginator(found.order_by(*order), A_PAGE).get_page(request.GET.get("page"))
    page.object_list = marks.with_evidence(desk, list(page.object_list))
    for one in page.object_list:
        one.form = tried.get(one.uid) or DecisionForm(auto_id=f"{one.uid}-%s")
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {"desk": desk, "city": desk.city, "form": search, "page": page, "address": kept.urlencode(),
               "figures": marks.figures(desk), "refused": next(iter(tried.values()), None)}  # fmt: skip
    return render(request, "commons/desk/organisations.html", context, status=status)


@require_POST
@desk_page("verify")
def decide(request: HttpRequest, desk: Desk, uid: str) -> HttpResponseBase:
    """One decision; a refusal says why and keeps the words."""
    organisation = get_object_or_404(Organisation, city=desk.city, uid=uid)
    form = DecisionForm(request.POST, auto_id=f"{uid}-%s")
    if not form.is_valid():
        return show(request, desk, 400, **{uid: form})
    try:
        marks.decide(desk, organisation, **form.cleaned_data)
    except Refused as refused:
        form.add_error("reason", str(refused))
        return show(request, desk, refused.status, **{uid: form})
    messages.success(request, _("Done. The trace of it is kept."))
    return redirect("desk-organisations", desk.city.slug)
