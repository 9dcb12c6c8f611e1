"""One table from error to status, and problem documents (RFC 9457) for everything that is not a page."""

import json
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from mapping.ogc.accept import asks_for_page, is_ours

PROBLEMS = {
    "bad-parameter": (400, "A parameter cannot be read"),
    "unknown-parameter": (400, "A parameter is not known here"),
    "invalid-input": (400, "The input is not valid"),
    "login-required": (401, "Sign in first"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "not-acceptable": (406, "No such representation"),
    "conflict": (409, "Conflict with the present state"),
    "gone": (410, "No longer public"),
    "changed-meanwhile": (412, "Somebody changed it meanwhile"),
    "too-large": (413, "Too large"),
    "unsupported-media": (415, "Media type not supported"),
    "too-many": (429, "Too many requests"),
    "unavailable": (503, "Not available right now"),
}
DATA_PATHS = ("/layers", "/tiles/", "/api/", "/catalog", "/map.", "/healthz", "/exports/", "/oembed")


class Problem(Exception):
    """An answer that is an error: its `kind` is a key of PROBLEMS, `errors` say which parameter or field."""

    def __init__(self, kind: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors = kind, detail, errors or []
        self.status, self.title = PROBLEMS[kind]


def bad(parameter: str, detail: str) -> Problem:
    """The refusal of one parameter."""
    return Problem("bad-parameter", f"{parameter}: {detail}", [{"parameter": parameter, "detail": detail}])


def problem_response(problem: Problem) -> HttpResponse:
    """The RFC 9457 document of a problem, never cached."""
    document = {
        "type": f"/problems/{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        document["errors"] = problem.errors
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False), content_type="application/problem+json", status=problem.status
    )
    response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    if problem.status == 503:
        response["Retry-After"] = "5"
    return response


def wants_problem(request: HttpRequest) -> bool:
    """Whether this address speaks to programs: its errors are documents, not pages."""
    spoken = request.path.startswith(DATA_PATHS) or request.path.endswith((".atom", "/search.json"))
    return spoken or (is_ours(request.path) and not asks_for_page(request))


def unreadable(request: HttpRequest) -> str:
    """Why the address itself cannot be read: bytes that are no UTF-8, or NUL. Empty when all is well."""
    raw = unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    path = request.path_info
    if b"\0" in raw or "\0" in path:
        return "The address holds a NUL character."
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "The address is not valid UTF-8."
    return "The address is not valid UTF-8." if "�" in path else ""


def as_problem(error: Exception) -> Problem | None:
    """The problem that an exception stands for, or None when it is our own mistake."""
    match error:
        case Problem():
            return error
        case Http404():
            return Problem("not-found", "There is nothing at this address.")
        case PermissionDenied():
            return Problem("forbidden")
        case RequestDataTooBig():
            return Problem("too-large")
        case BadRequest() | SuspiciousOperation():
            return Problem("invalid-input")
        case InternalError() if "TopologyException" in str(error):
            return Problem("invalid-input", "These shapes cannot be laid over each other; move a corner a little.")
        case OperationalError() | InterfaceError():
            return Problem("unavailable", "The database does not answer; try again in a moment.")
    return None


class ProblemMiddleware:
    """Refuses unreadable addresses and turns problems into documents, or into pages that say the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if why := unreadable(request):
            return self.answer(request, Problem("bad-parameter", why))
        response = self.get_response(request)
        if response.status_code == 404 and wants_problem(request) and "json" not in response.get("Content-Type", ""):
            return problem_response(Problem("not-found", "There is nothing at this address."))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = as_problem(error)
        if problem is None or (isinstance(error, Http404) and not wants_problem(request)):
            return None
        return self.answer(request, problem)

    def answer(self, request: HttpRequest, problem: Problem) -> HttpResponse:
        if wants_problem(request):
            return problem_response(problem)
        name = f"{problem.status}.html" if problem.status in {400, 403, 404, 410, 429, 503} else "problem.html"
        context = {"problem": problem, "city": None}
        if problem.status == 503:  # who is signed in stands in the database, which may be what does not answer
            context |= {"user": None, "messages": None}
        return render(request, name, context, status=problem.status)
