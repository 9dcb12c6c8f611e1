"""The other pages of the desk: the funnel, why something is not public, moderation, and calls."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.desk import calls as issued
from commons.desk.door import Desk, desk_page
from commons.desk.forms import CallForm
from commons.desk.funnel import FunnelForm, as_csv, read_funnel
from commons.desk.moderation import ModerationForm, moderate, shelves
from commons.desk.why import find, rules
from commons.models import Call, Proposal
from commons.refusals import Refused


@require_safe
@desk_page()
def funnel(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = FunnelForm(request.GET, desk)
    form.is_valid()
    found = read_funnel(desk, form.cleaned_data)
    if request.GET.get("format") == "csv":
        named = {"Content-Disposition": f'attachment; filename="{desk.city.slug}-funnel.csv"'}
        return HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8", headers=named)
    kept = request.GET.copy()
    kept["format"] = "csv"
    context = {"desk": desk, "city": desk.city, "form": form, "funnel": found, "csv": kept.urlencode()}
    return render(request, "commons/desk/funnel.html", context)


@require_safe
@desk_page()
def why(request: HttpRequest, desk: Desk) -> HttpResponse:
    uid = request.GET.get("uid", "").strip().strip("/").rpartition("/")[2][:36]
    record = find(desk, uid) if uid else None
    draft = isinstance(record, Proposal) and record.state == Proposal.State.DRAFT
    context = {"desk": desk, "city": desk.city, "uid": uid, "record": record, "draft": draft}
    said = rules(record) if record else []
    return render(request, "commons/desk/why.html", context | {"rules": said, "all_good": all(r.good for r in said)})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("moderate")
def moderation(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    form, status = ModerationForm(request.POST or None), 200
    if request.method == "POST":
        try:
            if form.is_valid():
                moderate(desk, **form.cleaned_data)
                messages.success(request, _("Done. The trace of it is kept."))
                return redirect("desk-moderation", desk.city.slug)
            status = 400
        except Refused as refused:
            status = refused.status
            form.add_error("reason", str(refused))
    context = {"desk": desk, "city": desk.city, "form": form} | shelves(desk)
    return render(request, "commons/desk/moderation.html", context, status=status)


@require_safe
@desk_page()
def calls(request: HttpRequest, desk: Desk) -> HttpResponse:
    found = issued.calls_of(desk)[:200]
    return render(request, "commons/desk/calls.html", {"desk": desk, "city": desk.city, "calls": found})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("call")
def call(request: HttpRequest, desk: Desk, uid: str = "") -> HttpResponseBase:
    """A call, new or in preparation, in its form; a published one only to read."""
    record = get_object_or_404(Call, city=desk.city, uid=uid) if uid else Call(city=desk.city)
    form = CallForm(request.POST or None, instance=record, desk=desk)
    if request.method == "POST" and record.state != Call.State.PREPARING:
        raise Http404
    if request.method == "POST" and form.is_valid():
        kept = form.save()
        messages.success(request, _("The call is kept. It is not published yet."))
        return redirect("desk-call", desk.city.slug, kept.uid)
    return show_call(request, desk, record, form, 400 if request.method == "POST" else 200)


@require_POST
@desk_page("call")
def publish(request: HttpRequest, desk: Desk, uid: str) -> HttpResponseBase:
    record = get_object_or_404(Call, city=desk.city, uid=uid)
    try:
        issued.publish(record)
    except Refused as refused:
        form = CallForm(None, instance=record, desk=desk)
        return show_call(request, desk, record, form, refused.status, [one.words for one in refused.missing])
    messages.success(request, _("The call is published. It opens and closes by itself."))
    return redirect("desk-call", desk.city.slug, uid)


def show_call(
    request: HttpRequest, desk: Desk, record: Call, form: CallForm, status: int, refused: list[str] | None = None
) -> HttpResponse:
    saved = Call.objects.get(pk=record.pk) if record.pk else None
    context = {
        "desk": desk, "city": desk.city, "call": saved, "form": form, "refused": refused,
        "editable": not saved or saved.state == Call.State.PREPARING, "missing": saved.missing() if saved else [],
        "answers": issued.answers_to(desk, saved) if saved else [],
    }  # fmt: skip
    return render(request, "commons/desk/call.html", context, status=status)
