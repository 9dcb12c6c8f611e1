"""Answers of the OGC API: a document as JSON or as a page, a collection or a record as GeoJSON or as a page."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from mapping.conditional import etag, fresh, not_modified, whole
from mapping.explore import only_city
from mapping.ogc import links
from mapping.ogc.accept import HTML
from mapping.ogc.negotiation import representation
from mapping.query import unknown_parameters


def only_f(request: HttpRequest) -> None:
    """Refuses every parameter but `f`."""
    if unknown := [name for name in request.GET if name != "f"]:
        raise unknown_parameters(unknown)


def answer(
    request: HttpRequest,
    make: Callable[[str], dict[str, Any]],
    template: str,
    media_type: str = links.PLAIN_JSON,
    **context: Any,
) -> HttpResponseBase:
    """A document, made for the representation that is asked; 304 when the client has it."""
    only_f(request)
    shown = representation(request)
    made = make(shown)
    if shown == HTML:
        return page(request, template, {"document": made, **context})
    body = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
    tag = etag(body)
    return said(not_modified(tag) if fresh(request, tag) else whole(request, body, media_type, tag))


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of the OGC API. It shows public data only, and is asked for anew each time."""
    response = render(request, template, {"city": only_city(), "root": links.address("/"), **context})
    patch_vary_headers(response, ["Accept"])
    return response


def said(response: HttpResponseBase, **headers: str) -> HttpResponseBase:
    """With the headers of every answer for programs: what it depends on, its language, and more."""
    patch_vary_headers(response, ["Accept"])
    response["Content-Language"] = get_language() or "it"
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Crs"
    return response
