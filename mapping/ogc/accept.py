"""Who speaks to the OGC API, a program or a person: read from the address and the Accept header alone.

Programs say `*/*` or nothing and get JSON; a page goes only to those who name text/html before it.
"""

import re

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_path

JSON, HTML = "json", "html"
ROOT = "/ogc"
# What a client may name, and what it then gets.
MEDIA_TYPES = {
    "application/geo+json": JSON,
    "application/json": JSON,
    "application/schema+json": JSON,
    "application/vnd.oai.openapi+json": JSON,
    "application/openapi+json": JSON,
    "application/problem+json": JSON,
    "text/html": HTML,
    "application/xhtml+xml": HTML,
}
RANGES = {"*/*": JSON, "application/*": JSON, "text/*": HTML}


def is_ours(path: str) -> bool:
    """Whether an address belongs to the OGC API, in any language."""
    bare = "/" + path.split("/", 2)[-1] if get_language_from_path(path) else path
    return bare == ROOT or bare.startswith(f"{ROOT}/")


def language_of(path: str) -> str:
    """The language that an address speaks."""
    return get_language_from_path(path) or settings.LANGUAGE_CODE


def offers(header: str) -> list[tuple[float, str]]:
    """What an Accept header names with its weight; what cannot be read weighs nothing."""
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.lower().split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        found.append((float(weight) if re.fullmatch(r"[01](\.[0-9]{0,3})?", weight) else 0.0, name))
    return found


def accepted(header: str) -> str:
    """`json` or `html` by an Accept header, or nothing where it allows neither; a named type counts before a range
    of the same weight."""
    if not header.strip():
        return JSON
    best, chosen = 0.0, ""
    for known in (MEDIA_TYPES, RANGES):
        for weight, name in offers(header):
            if name in known and weight > best:
                best, chosen = weight, known[name]
    return chosen


def asks_for_page(request: HttpRequest) -> bool:
    """Whether this request of the OGC API is a person's, who wants a page, errors included."""
    if not is_ours(request.path_info):
        return False
    return (request.GET["f"] if "f" in request.GET else accepted(request.headers.get("Accept", ""))) == HTML
