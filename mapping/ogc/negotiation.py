"""Which representation of a resource a client gets: `f` says it, else the Accept header."""

from django.http import HttpRequest

from mapping.errors import Problem
from mapping.ogc.accept import HTML, JSON, accepted
from mapping.query import bad


def representation(request: HttpRequest) -> str:
    """`json` or `html`. Raises Problem: 400 for an `f` that is neither, 406 for an Accept that allows neither."""
    asked = request.GET.getlist("f")
    if len(asked) > 1:
        raise bad("f", "may be given once only")
    if asked and asked[0] not in {JSON, HTML}:
        raise bad("f", "must be json or html")
    chosen = asked[0] if asked else accepted(request.headers.get("Accept", ""))
    if not chosen:
        raise Problem("not-acceptable", "There is JSON (application/json, application/geo+json) and text/html.")
    return chosen
