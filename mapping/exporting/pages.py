"""The page of an export in the making, and the finished file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mapping.errors import Problem
from mapping.exporting.answers import kept_file, opened
from mapping.exporting.work import is_current, query_of
from mapping.formats import FORMATS
from mapping.models import Export

State = Export.State


@require_safe
@never_cache
def export(request: HttpRequest, uid: str) -> HttpResponse:
    """How far a file is; when it is ready, where to fetch it. Without a script the page asks again by itself."""
    found = get_object_or_404(Export, uid=uid, reserved=False)
    waiting = found.state in {State.WAITING, State.WORKING}
    stale = found.state == State.READY and not (is_current(found) and found.path.exists())
    context = {
        "export": found, "layer": query_of(found).layer, "form": FORMATS[found.suffix], "waiting": waiting,
        "stale": stale, "ready": found.state == State.READY and not stale,
    }  # fmt: skip
    return render(request, "mapping/exporting/export.html", context)


@require_safe
def export_file(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The finished file, whole or the rest of it. 410 once it may hold what is not public any more."""
    found = Export.objects.filter(uid=uid, reserved=False).first()
    if found is None:
        raise Http404
    if found.state != State.READY:
        raise Problem("conflict", "This file is not ready yet.")
    file = opened(found.path) if is_current(found) else None
    if file is None:
        raise Problem("gone", f"The data have changed since this file was made. Ask again at {found.query}")
    return kept_file(request, found, file)
