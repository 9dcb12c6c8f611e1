"""Where events and ideas are written, sent and published."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.models import Event, House, Idea
from commons.models.writing import Written
from commons.portal.access import in_office, may_begin, may_cancel, may_write, publishes
from commons.portal.forms import EventForm, IdeaForm, StreamRows, WrittenForm
from commons.portal.words import tell_moved, told
from commons.traces import leave_trace
from commons.views.files import files_page
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence, Visibility
from people.signed_in import private

KINDS: dict[str, tuple[type[Written], type[WrittenForm]]] = {"events": (Event, EventForm), "ideas": (Idea, IdeaForm)}


def writer_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of somebody signed in, by the clocks of the city; visitors are asked to sign in."""

    @private
    @wraps(view)
    def answer(request: HttpRequest, city: str, **options: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        here = get_object_or_404(City, slug=city)
        with timezone.override(ZoneInfo(here.time_zone)):
            return view(request, here, **options)

    return answer


def record_of(request: HttpRequest, city: City, kind: str, uid: str) -> Any:
    """What this person may write: a new one, or theirs. Nobody else learns that it exists."""
    model = KINDS[kind][0]
    if not uid:
        hidden = {"visibility": Visibility.HIDDEN, "licence": Licence.CC_BY, "language": get_language() or "it"}
        if kind == "events":
            hidden["house"] = House.objects.public().filter(city=city, uid=request.GET.get("house", "")).first()
        return model(city=city, author=request.user, **hidden)
    record = get_object_or_404(model.objects.select_related("city"), city=city, uid=uid)
    if not may_write(request.user, record):
        raise Http404
    return record


@require_http_methods(["GET", "HEAD", "POST"])
@writer_page
def write(request: HttpRequest, city: City, kind: str, uid: str = "") -> HttpResponse:
    """The form of an event or an idea. `do` says what happens besides keeping it: `send` or `publish`."""
    if not uid and not may_begin(request.user, city):
        return render(request, "commons/portal/join_first.html", {"city": city, "kind": kind}, status=403)
    record = record_of(request, city, kind, uid)
    data = request.POST if request.method == "POST" else None
    form = KINDS[kind][1](data, instance=record, user=request.user, city=city)
    rows = StreamRows(data, instance=record, prefix="streams") if kind == "events" else None
    if data is not None and all([form.is_valid(), rows is None or rows.is_valid()]):
        keep(request, form, rows)
        return redirect("portal-mine", city.slug)
    saved = type(record).objects.filter(pk=record.pk).first()
    context = {
        "city": city, "kind": kind, "form": form, "rows": rows, "record": saved,
        "publishes": in_office(request.user, city) or publishes(request.user, record),
    }  # fmt: skip
    return render(request, "commons/portal/write.html", context, status=400 if data is not None else 200)


@transaction.atomic
def keep(request: HttpRequest, form: WrittenForm, rows: Any) -> None:
    """Saves it and does what was asked besides; says which of these it was."""
    record, was_public = form.settle(), form.instance.visibility == Visibility.PUBLIC
    record.save()
    if rows is not None:
        rows.instance = record
        rows.save()
    if was_public:
        tell_moved(record, form.changed_data, request.user)
    asked = request.POST.get("do", "")
    if asked in {"send", "publish"} and publishes(request.user, record):
        record.publish()
        leave_trace(record, request.user, "publish")
        messages.success(request, _("Published: everybody can read it now."))
    elif asked == "send" and record.visibility == Visibility.HIDDEN:
        record.send()
        messages.success(request, _("Sent. The office reads it and publishes it, or tells you what is missing."))
    elif record.visibility == Visibility.PUBLIC:
        leave_trace(record, request.user, "edit")
        messages.success(request, _("Saved: everybody reads it as it is now."))
    else:
        messages.success(request, _("Kept. Nobody else reads it until you send it."))


@require_safe
@writer_page
def mine(request: HttpRequest, city: City) -> HttpResponse:
    """What this person may go on writing here, and how far each has come."""
    own = {
        kind: list(model.objects.of_writer(request.user).filter(city=city).order_by("-updated_at")[:100])
        for kind, (model, _form) in KINDS.items()
    }
    for one in own["events"]:
        told(one).cancellable = may_cancel(request.user, one)
    for one in [*own["events"], *own["ideas"]]:
        one.editable = may_write(request.user, one)
    context = {"city": city, "may_begin": may_begin(request.user, city)}
    return render(request, "commons/portal/mine.html", context | own)


@require_POST
@writer_page
def cancel(request: HttpRequest, city: City, uid: str) -> HttpResponse:
    """The event does not take place; it stays where it was announced and says so."""
    event = get_object_or_404(Event.objects.select_related("city", "house"), city=city, uid=uid)
    if not may_cancel(request.user, event):
        raise Http404
    event.cancel()
    leave_trace(event, request.user, "cancel")
    messages.success(request, _("Cancelled: its page and its calendar say so."))
    return redirect("portal-mine", city.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@writer_page
def event_files(request: HttpRequest, city: City, uid: str) -> HttpResponse:
    """Images and documents of an event, such as its programme."""
    return files_page(request, record_of(request, city, "events", uid))
