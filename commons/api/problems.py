"""What the API says when it does not do what was asked: RFC 9457 documents of the same kinds as everywhere else.

The kinds, statuses and titles are those of `docs/problems.md`; a test holds them equal to the rest of the program.
"""

import json
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as FieldsWrong
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.encoding import force_str
from rest_framework import exceptions

from commons.refusals import Refused

KINDS = {
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
OF_STATUS = {status: kind for kind, (status, _title) in reversed(KINDS.items())} | {400: "invalid-input"}


class Trouble(Exception):
    """An answer that is an error: its `kind` is a key of KINDS, `errors` say which parameter or field."""

    def __init__(self, kind: str, detail: str = "", errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.errors = kind, detail, errors or []


def field_error(field: str, detail: str) -> dict[str, str]:
    return {"field": field, "detail": str(detail)}


def wrong(field: str, detail: str) -> Trouble:
    """One field of the body is wrong."""
    return Trouble("invalid-input", str(detail), [field_error(field, detail)])


def document(kind: str, detail: str, errors: list[dict[str, str]]) -> HttpResponse:
    """The document of a problem, never cached; of a status without a kind of ours, the plain one of the RFC."""
    status, title = KINDS.get(kind, (405, "Method not allowed"))
    said = {"type": f"/problems/{kind}" if kind in KINDS else "about:blank", "title": title, "status": status}
    said |= {"detail": detail} | ({"errors": errors} if errors else {})
    # What a program sent is said back to it: a lone half of a pair is no text that could be encoded.
    body = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(body, content_type="application/problem+json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def answer(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The handler of the REST framework: a document for each error, None for one that is our own mistake."""
    trouble = trouble_of(error)
    if trouble is None:
        return None
    response = document(trouble.kind, trouble.detail, trouble.errors)
    if header := getattr(error, "auth_header", ""):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    elif trouble.kind == "unavailable":
        response["Retry-After"] = "5"
    return response


def trouble_of(error: Exception) -> Trouble | None:
    match error:
        case Trouble():
            return error
        case Refused():
            errors = [field_error(one.field, one.words) for one in error.missing if one.field]
            return Trouble(OF_STATUS[error.status], str(error), errors)
        case exceptions.ValidationError():
            return Trouble("invalid-input", "Some fields are not right.", list(flat(error.detail)))
        case FieldsWrong():
            return Trouble("invalid-input", "Some fields are not right.", list(flat(error.message_dict)))
        case exceptions.MethodNotAllowed():
            return Trouble("method-not-allowed", force_str(error.detail))
        case exceptions.APIException():
            return Trouble(OF_STATUS.get(error.status_code, "invalid-input"), force_str(error.detail))
        case Http404():
            return Trouble("not-found", "There is nothing at this address that you may see.")
        case PermissionDenied():
            return Trouble("forbidden", str(error))
        case RequestDataTooBig():
            return Trouble("too-large", "The body is too large.")
        case BadRequest() | SuspiciousOperation() | DataError():
            return Trouble("invalid-input", "The request cannot be read.")
        case OperationalError() | InterfaceError():
            return Trouble("unavailable", "The database does not answer; try again in a moment.")
    return None


def flat(detail: Any, path: str = "") -> list[dict[str, str]]:
    """The nested errors of a serializer as one list, with the path of each field."""
    if isinstance(detail, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()]
        return [one for key, value in pairs for one in flat(value, key.removesuffix(".non_field_errors"))]
    if isinstance(detail, list):
        nested = any(isinstance(one, dict | list) for one in detail)
        return [
            found
            for n, one in enumerate(detail)
            for found in flat(one, f"{path}.{n}" if nested else path)
        ]  # fmt: skip
    return [field_error(path, detail)]
