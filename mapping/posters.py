"""`/<city>/buildings/<uid>/poster.pdf`: the poster of a public building, for the door it is about."""

import threading

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from commons.models import Building
from commons.poster import PAPERS, poster_of
from commons.views.explore import Gone, found
from mapping.conditional import etag, fresh, not_modified, whole
from mapping.errors import Problem
from mapping.layers import LAYERS
from mapping.query import bad, unknown_parameters
from mapping.selection import ground
from mapping.versions import version

AT_ONCE = 2  # posters that a process draws at the same time: each takes a core for some 100 ms
PATIENCE = 5  # seconds that the next one waits
_turns = threading.BoundedSemaphore(AT_ONCE)


@require_safe
def poster(request: HttpRequest, city: str, uid: str) -> HttpResponseBase:
    """The PDF, in the language of the address; `size` is a4 or a3."""
    size = read_size(request)
    tables = sorted({table for layer in (LAYERS["buildings"], *ground()) for table in layer.tables})
    with transaction.atomic(using="public"):
        try:
            building = found(Building, uid, city)
        except Gone:
            raise Problem("gone") from None
        tag = etag(version(tables), uid, size, get_language(), settings.RELEASE, settings.SITE_URL)
        if fresh(request, tag):
            return not_modified(tag)
        response = whole(request, drawn(building, size), "application/pdf", tag)
    response["Content-Disposition"] = f'inline; filename="{city}-{uid[:8]}-{size}.pdf"'
    return response


def read_size(request: HttpRequest) -> str:
    if unknown := [name for name in request.GET if name != "size"]:
        raise unknown_parameters(unknown)
    given = request.GET.getlist("size") or ["a4"]
    if len(given) > 1 or given[0] not in PAPERS:
        raise bad("size", f"must be one of {', '.join(PAPERS)}, once")
    return given[0]


def drawn(building: Building, size: str) -> bytes:
    """The bytes; Problem (503) when too many are under way."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Problem("unavailable", "Too many posters are being made; try again in a few seconds.")
    try:
        return poster_of(building, size)
    finally:
        _turns.release()
