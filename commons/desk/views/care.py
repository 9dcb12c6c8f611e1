"""The desk's rooms for neighbourhoods: needs, laboratories with their projects, and what is overdue."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.desk import care
from commons.desk.care_forms import (
    DecideForm,
    LaboratoryForm,
    MeetingForm,
    MinutesForm,
    MoneyForm,
    ProjectForm,
    SheetForm,
)
from commons.desk.door import Desk, desk_page
from commons.desk.views.records import explain
from commons.models import Laboratory, Need, Project
from commons.needs import decide_need
from commons.refusals import Refused

A_PAGE = 30
DOINGS = {
    "meeting": (MeetingForm, care.plan_meeting),
    "sheet": (SheetForm, care.sign_in),
    "minutes": (MinutesForm, care.write_minutes),
}


@require_safe
@desk_page("lead")
def needs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The needs of the desk in one status: at first those that nobody has read."""
    wanted = request.GET.get("status", "")
    chosen = wanted if wanted in Need.Status.values else Need.Status.RECEIVED
    rows = care.needs_of(desk).filter(status=chosen).order_by("-reported_at", "-pk")
    page = Paginator(rows.defer("place", "shares"), A_PAGE).get_page(request.GET.get("page"))
    said = {"desk": desk, "city": desk.city, "page": page, "chosen": chosen, "statuses": Need.Status.choices}
    return render(request, "commons/desk/needs.html", said | {"address": f"status={chosen}"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("lead")
def need(request: HttpRequest, desk: Desk, uid: str) -> HttpResponseBase:
    """One need, and what becomes of it."""
    found = care.same_city(desk, uid, care.needs_of(desk))
    form, status = DecideForm(desk, found, request.POST or None), 200
    if request.method == "POST":
        status = 400
        try:
            if form.is_valid():
                decide_need(found, form.cleaned_data.pop("status"), desk.user, **form.cleaned_data)
                messages.success(request, _("Done. Whoever reported it can see it."))
                return redirect("desk-needs", desk.city.slug)
        except Refused as refused:
            explain(form, refused)
            status = refused.status
    said = {"desk": desk, "city": desk.city, "need": found, "form": form}
    return render(request, "commons/desk/need.html", said, status=status)


@require_safe
@desk_page("lead")
def laboratories(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = care.laboratories_of(desk).attended()[:200]
    projects = care.projects_of(desk).order_by("-pk")[:200]
    said = {"desk": desk, "city": desk.city, "laboratories": found, "projects": projects}
    return render(request, "commons/desk/laboratories.html", said)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("lead")
def laboratory(request: HttpRequest, desk: Desk, uid: str = "") -> HttpResponseBase:
    """A laboratory, new or known: its form, its meetings, who came, its projects."""
    record = care.same_city(desk, uid, care.laboratories_of(desk)) if uid else Laboratory(city=desk.city)
    form = LaboratoryForm(request.POST or None, instance=record, desk=desk)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                kept = care.keep_laboratory(desk, form)
        except Refused as refused:
            explain(form, refused)
            return show_laboratory(request, desk, uid, 400, form=form)
        messages.success(request, _("The laboratory is kept."))
        return redirect("desk-laboratory", desk.city.slug, kept.uid)
    return show_laboratory(request, desk, uid, 400 if request.method == "POST" else 200, form=form)


def show_laboratory(
    request: HttpRequest, desk: Desk, uid: str, status: int, form: Any = None, **tried: Any
) -> HttpResponse:
    record = care.same_city(desk, uid, care.laboratories_of(desk).attended()) if uid else None
    said: dict[str, Any] = {"desk": desk, "city": desk.city, "laboratory": record, "form": form}
    if record:
        said["edit"] = form or LaboratoryForm(instance=record, desk=desk)
        said["forms"] = [(name, tried.get(name) or kind(record)) for name, (kind, _do) in DOINGS.items()]
        said["projects"] = record.projects.select_related("priority")
        said["sessions"] = record.sessions.all()
        said["form"] = form or next(iter(tried.values()), None)
    else:
        said["edit"] = form
    return render(request, "commons/desk/laboratory.html", said, status=status)


@require_POST
@desk_page("lead")
def laboratory_do(request: HttpRequest, desk: Desk, uid: str, name: str) -> HttpResponseBase:
    """Plans a meeting, writes who came, writes its minutes."""
    record = care.same_city(desk, uid, care.laboratories_of(desk))
    if name not in DOINGS:
        raise Http404
    kind, do = DOINGS[name]
    form = kind(record, request.POST)
    if not form.is_valid():
        return show_laboratory(request, desk, uid, 400, **{name: form})
    with transaction.atomic():
        messages.success(request, do(record, form))
    return redirect("desk-laboratory", desk.city.slug, uid)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("lead")
def project(request: HttpRequest, desk: Desk, uid: str = "") -> HttpResponseBase:
    """A project, new or known, and its money."""
    record = care.same_city(desk, uid, care.projects_of(desk)) if uid else Project(city=desk.city)
    wants_money = bool(uid) and request.POST.get("do") == "money"
    asked = {name: request.GET.get(name, "") for name in ("laboratory", "pact")}
    begins = {name: int(key) for name, key in asked.items() if key.isdecimal() and len(key) < 19}
    form = ProjectForm(None if wants_money else request.POST or None, instance=record, desk=desk, initial=begins)
    money = MoneyForm(request.POST if wants_money else None)
    if request.method == "POST" and (money if wants_money else form).is_valid():
        try:
            with transaction.atomic():
                kept = add_money(record, money) if wants_money else care.keep_project(desk, form)
            messages.success(request, _("It is kept."))
            return redirect("desk-project", desk.city.slug, kept.uid)
        except Refused as refused:
            explain(form, refused)
    saved = Project.objects.get(pk=record.pk) if record.pk else None
    said = {
        "desk": desk, "city": desk.city, "project": saved, "edit": form, "money": money,
        "form": money if wants_money else form, "totals": saved.money.totals() if saved else [],
    }  # fmt: skip
    return render(request, "commons/desk/project.html", said, status=400 if request.method == "POST" else 200)


def add_money(project: Project, form: MoneyForm) -> Project:
    amount = form.save(commit=False)
    amount.project = project
    amount.save()
    return project


@require_safe
@desk_page("lead")
def monitoring(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is overdue on this desk."""
    return render(request, "commons/desk/monitoring.html", {"desk": desk, "city": desk.city} | care.overdue(desk))
