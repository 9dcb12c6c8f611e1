"""The page of a proposal or a pact on the desk, its moves and the deeds beside them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commons.desk.deeds import find_deed, perform
from commons.desk.door import MODELS, Desk, desk_page
from commons.desk.dossier import dossier, side_by_side
from commons.desk.forms import MoveForm, seen_of
from commons.lifecycle import MACHINES
from commons.models import Pact
from commons.refusals import NotPossible, Refused


def known(kind: str) -> str:
    if kind not in MODELS:
        raise Http404
    return kind


def show(request: HttpRequest, desk: Desk, kind: str, uid: str, status: int = 200, **bound: Any) -> HttpResponse:
    record = desk.record(kind, uid)
    return render(request, f"commons/desk/{record.machine}.html", dossier(desk, kind, record, bound), status=status)


def address(desk: Desk, record: Any) -> HttpResponseBase:
    return redirect(f"desk-{record.machine}", desk.city.slug, record.uid)


def explain(form: Any, refused: Refused) -> None:
    """The refusal, at the fields it belongs to."""
    for one in refused.missing:
        form.add_error(one.field if one.field in form.fields else None, one.words)


@require_safe
@desk_page()
def record(request: HttpRequest, desk: Desk, kind: str, uid: str) -> HttpResponse:
    return show(request, desk, kind, uid)


@require_safe
@desk_page()
def compare(request: HttpRequest, desk: Desk, uid: str) -> HttpResponse:
    """A proposal and its rivals on the same place, side by side."""
    one = desk.record("proposals", uid)
    context = {"desk": desk, "city": desk.city, "record": one, "proposals": side_by_side(desk, one)}
    return render(request, "commons/desk/compare.html", context)


@require_POST
@desk_page()
def move(request: HttpRequest, desk: Desk, kind: str, uid: str, name: str) -> HttpResponseBase:
    """Makes a move of the table; a refusal says why and keeps what was typed."""
    found = desk.record(known(kind), uid)
    step = next((one for one in MACHINES[found.machine] if one.name == name), None)
    if step is None:
        raise Http404
    form = MoveForm(step, found, desk, request.POST)
    if not form.is_valid():
        return show(request, desk, kind, uid, 400, **{name: form})
    try:
        with transaction.atomic():
            unseen(form, found)
            found.advance(name, by=desk.user, note=form.cleaned_data["note"], **form.given())
    except Refused as refused:
        explain(form, refused)
        return show(request, desk, kind, uid, refused.status, **{name: form})
    messages.success(request, _("Done. It is now: %(state)s.") % {"state": found.get_state_display()})
    return address(desk, found)


def unseen(form: MoveForm, record: Any) -> None:
    """Raises NotPossible when the record has moved on since the form was shown: a second click, or a colleague."""
    if (seen := form.cleaned_data["seen"]) and seen != seen_of(record):
        said = {"state": record.get_state_display()}
        raise NotPossible(_("Meanwhile it has moved on. It is now: %(state)s. Nothing was changed.") % said)


@require_POST
@desk_page()
def act(request: HttpRequest, desk: Desk, kind: str, uid: str, name: str) -> HttpResponseBase:
    """Does one of the deeds beside the moves."""
    found, deed = desk.record(known(kind), uid), find_deed(name)
    if deed is None or kind not in deed.kinds:
        raise Http404
    form = deed.blank(found, request.POST, request.FILES)
    if not form.is_valid():
        return show(request, desk, kind, uid, 400, **{name: form})
    try:
        made = perform(deed, found, desk.user, form)
    except Refused as refused:
        explain(form, refused)
        return show(request, desk, kind, uid, refused.status, **{name: form})
    messages.success(request, deed.done)
    return address(desk, made if isinstance(made, Pact) else found)
