"""Bodies of requests, read strictly from their bytes: JSON that means one thing only, GeoJSON with a place that is one.

The place itself is read in `commons.whereabouts`, as for the pages.
"""

import hashlib
import json
import math
import re
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.http import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from commons.api.problems import Trouble, wrong
from commons.whereabouts import BadPlace, check_in, read_geometry
from neighbourhoods.models import City

DEEPEST = 32
LONGEST_INTEGER = 20
# Strings are taken whole, so that brackets inside them do not count; possessive, so that nothing is tried twice.
MARKS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|([\[{])|([\]}])', re.DOTALL)


class StrictJSONParser(BaseParser):
    """Reads `application/json`; the digest of the bytes is left on the request, for repeated requests."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict | None = None) -> Any:
        request: Request = (parser_context or {})["request"]
        if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in {"", "identity"}:
            raise Trouble("unsupported-media", "Send the body as it is, without compression.")
        most, length = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, int(request.META.get("CONTENT_LENGTH") or 0)
        if length > most:
            raise Trouble("too-large", f"A body has at most {most // 1024 // 1024} MB.")
        try:
            raw = stream.read(length)
        except UnreadablePostError:
            raw = b""
        if len(raw) < length:
            raise Trouble("invalid-input", "The body ends before its length.")
        request.body_digest = hashlib.sha256(raw).hexdigest()
        return read(raw)


class StrictGeoJSONParser(StrictJSONParser):
    media_type = "application/geo+json"


class GeoJSONRenderer(JSONRenderer):
    """Lets a program ask for GeoJSON by its name."""

    media_type, format = "application/geo+json", "geojson"


def read(raw: bytes) -> Any:
    """The value of a JSON text: UTF-8, no key twice, no number that is none, not deeper than anybody needs."""
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        refuse("The body is not valid UTF-8.")
    shallow(text)
    try:
        value = json.loads(text, object_pairs_hook=once_each, parse_constant=no_constant, parse_float=finite,
                           parse_int=whole)  # fmt: skip
    except json.JSONDecodeError as error:
        refuse(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.")
    if "\\u" in text:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            refuse("A text holds half of a character (a lone surrogate).")
    return value


def refuse(why: str) -> NoReturn:
    raise Trouble("invalid-input", why) from None


def shallow(text: str) -> None:
    depth = 0
    for mark in MARKS.finditer(text):
        if mark.group(1):
            depth += 1
            if depth > DEEPEST:
                refuse(f"The body is nested deeper than {DEEPEST} levels.")
        elif mark.group(2):
            depth -= 1


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            refuse(f"The member “{key[:100]}” stands twice in one object.")
        found[key] = value
    return found


def no_constant(name: str) -> NoReturn:
    refuse(f"{name} is not a number of JSON.")


def finite(digits: str) -> float:
    value = float(digits)
    return value if math.isfinite(value) else refuse("A number is too large.")


def whole(digits: str) -> int:
    return int(digits) if len(digits) <= LONGEST_INTEGER else refuse("A number is too large.")


def an_object(value: Any, allowed: set[str], where: str = "") -> dict[str, Any]:
    """The value when it is an object with no members but these."""
    if not isinstance(value, dict):
        raise wrong(where, _("This must be a JSON object."))
    if strange := sorted(set(value) - allowed):
        errors = [
            {"field": f"{where}.{name}".strip(".")[:200], "detail": _("This member is not known here.")}
            for name in strange[:50]
        ]
        raise Trouble("invalid-input", _("Some members are not known here, or cannot be written."), errors)
    return value


def feature(data: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(`{"geometry": …}` or nothing, properties) of a GeoJSON Feature; its bbox is ours to compute."""
    body = an_object(data, {"type", "geometry", "properties"})
    if body.get("type") != "Feature":
        raise wrong("type", _('Send a GeoJSON Feature: {"type": "Feature", "geometry": …, "properties": …}.'))
    properties = body.get("properties", {})
    if not isinstance(properties, dict):
        raise wrong("properties", _("This must be a JSON object."))
    return {key: body[key] for key in ("geometry",) if key in body}, properties


def place_of(value: Any, city: City) -> GEOSGeometry:
    """The place that a GeoJSON geometry says, in EPSG:4326; refused where it is not one, or not in the city."""
    body = an_object(value, {"type", "coordinates"}, "geometry")
    try:
        place = read_geometry(body)
        check_in(city, place)
    except BadPlace as refusal:
        said = f"{refusal.words} ({refusal.detail})" if refusal.detail else refusal.words
        raise wrong(f"geometry.{refusal.member}", said) from refusal
    return place
