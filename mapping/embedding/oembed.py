"""oEmbed 1.0 (oembed.com): whoever writes an address of ours in another site gets the map instead of the link.

Only addresses of this installation are read, and never asked for: nothing is fetched.
"""

import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapping.conditional import etag, fresh, not_modified, whole
from mapping.embedding.frames import HEIGHT, LEAST, MOST, WIDTH, Frame, embeddable, public_record
from mapping.errors import Problem
from mapping.layers import LAYERS
from mapping.query import bad, unknown_parameters
from mapping.selection import Selection
from neighbourhoods.models import City

PARAMETERS = ("url", "format", "maxwidth", "maxheight")
LONGEST = 2_000
KEPT = 3_600  # seconds for which who asked may keep the answer


@require_safe
def oembed(request: HttpRequest) -> HttpResponseBase:
    """`/oembed?url=…&format=json&maxwidth=…&maxheight=…`"""
    said = read(request.GET)
    if said.get("format", "json") != "json":
        raise Problem("not-acceptable", "There is only JSON here: format=json.")
    size = (read_size(said, "maxwidth", WIDTH), read_size(said, "maxheight", HEIGHT))
    body = json.dumps(answer(said.get("url", ""), size), ensure_ascii=False, separators=(",", ":")).encode()
    tag = etag(body)
    return not_modified(tag) if fresh(request, tag) else whole(request, body, "application/json", tag)


def read(params: QueryDict) -> dict[str, str]:
    if unknown := [name for name in params if name not in PARAMETERS]:
        raise unknown_parameters(unknown)
    for name in params:
        if len(params.getlist(name)) > 1:
            raise bad(name, "may be given once only")
    return params.dict()


def read_size(said: dict[str, str], name: str, most: int) -> int:
    """How wide or high the answer may be."""
    text = said.get(name) or str(most)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text, re.ASCII) or int(text) < LEAST:
        raise bad(name, f"must be a whole number of pixels, {LEAST} or more")
    return min(int(text), most if name not in said else MOST)


def answer(url: str, size: tuple[int, int]) -> dict[str, Any]:
    """What oEmbed says of one of our addresses; Problem (400, 404, 410) for every other."""
    match, params, language = route(url)
    with translation.override(language):
        city = City.objects.using("public").filter(slug=match.kwargs.get("city", "")).first()
        if city is None:
            raise Problem("not-found", "There is no such map.")
        if "uid" in match.kwargs:
            return told(*of_record(city, layer_of(url), match.kwargs["uid"]), size)
        selection = Selection.parse(city, params)
        title = _("The shared map of %(city)s") % {"city": city.name}
        return told(Frame(city, embeddable(selection), title), picture_of(selection, city), size)


def route(url: str) -> tuple[ResolverMatch, QueryDict, str]:
    """Which page of ours an address is, its parameters and its language; nothing of it is fetched."""
    if not url or len(url) > LONGEST:
        raise bad("url", "must be the address of a page of this site")
    try:
        asked, own = urlsplit(url), urlsplit(settings.SITE_URL)
        ours = (asked.scheme, asked.netloc) == (own.scheme, own.netloc)
    except ValueError:
        ours = False
    if not ours or not re.fullmatch(r"[\x21-\x7e]+", url):
        raise Problem("not-found", "Only pages of this site can be embedded by this address.")
    language = next((code for code, _name in settings.LANGUAGES if asked.path.startswith(f"/{code}/")), "")
    try:
        with translation.override(language or settings.LANGUAGE_CODE):
            match = resolve(asked.path)
    except (Resolver404, Http404):
        raise Problem("not-found", "There is no such page.") from None
    if match.url_name not in {"map", "city", "embed", "feature"} and not is_record(match):
        raise Problem("not-found", "This page has no map of its own.")
    return match, QueryDict(asked.query) if match.url_name in {"map", "embed"} else QueryDict(), language or "it"


def is_record(match: ResolverMatch) -> bool:
    return not match.url_name and set(match.kwargs) == {"city", "uid"}


def layer_of(url: str) -> str:
    """The layer in the address of a record: the part before its identifier."""
    return urlsplit(url).path.rstrip("/").split("/")[-2]


def of_record(city: City, slug: str, uid: str) -> tuple[Frame, str]:
    """The frame and the picture of a public record."""
    if slug not in LAYERS:
        raise Problem("not-found", "This page has no map of its own.")
    record = public_record(LAYERS[slug].queryset().model, uid, city)
    if record is None or getattr(record, LAYERS[slug].geometry) is None:
        raise Problem("not-found", "This record has no place on the map.")
    return Frame(city, f"?feature={uid}", f"{record.name} · {city.name}"), f"feature={uid}"


def picture_of(selection: Selection, city: City) -> str:
    """The parameters of the picture of a view."""
    box = selection.bbox or city.envelope.extent
    return selection.image(box, 0, 0).partition("?")[2].partition("&width=")[0]


def told(frame: Frame, picture: str, size: tuple[int, int]) -> dict[str, Any]:
    """The document: a frame where somebody may show one, else a picture."""
    width, height = size
    image = f"{settings.SITE_URL}/map.png?{picture}&" + urlencode({"width": width, "height": height})
    said: dict[str, Any] = {"version": "1.0", "title": frame.title, "provider_name": "Mappa Comune"}
    said |= {"provider_url": settings.SITE_URL, "cache_age": KEPT, "width": width, "height": height}
    if not settings.EMBED_ORIGINS:
        return said | {"type": "photo", "url": image}
    framed = Frame(frame.city, frame.view, frame.title, width, height)
    thumbnail = {"thumbnail_url": image, "thumbnail_width": width, "thumbnail_height": height}
    return said | {"type": "rich", "html": framed.code} | thumbnail
