"""Answers that a browser may keep: a weak version first, the work only when it is new, gzip by isal."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from isal import igzip, isal_zlib

SMALLEST_GZIP = 500
LARGEST_WHOLE = 1_000_000


def etag(*parts: object) -> str:
    """The entity tag of everything an answer depends on."""
    return 'W/"' + hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32] + '"'


def fresh(request: HttpRequest, tag: str) -> bool:
    """Whether the client already has this version (weak comparison, RFC 9110 section 13.1.2)."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in asked or tag.removeprefix("W/") in {one.removeprefix("W/") for one in asked}


def open_data(response: HttpResponseBase, tag: str = "") -> HttpResponseBase:
    """Headers of public data: anybody may read it from any site, and asks each time whether it changed.

    The mark lets `mapping.front` allow the proxy in front to keep it for a moment.
    """
    response.is_open_data = True
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link"
    if tag:
        response["ETag"] = tag
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def not_modified(tag: str) -> HttpResponseBase:
    return open_data(HttpResponse(status=304), tag)


def accepts_gzip(request: HttpRequest) -> bool:
    """Whether the client takes gzip (RFC 9110 section 12.5.3): named or meant by `*`, with a quality above nought."""
    offers = request.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
    qualities = {name: quality(rest) for name, _, rest in (offer.partition(";") for offer in offers)}
    return qualities.get("gzip", qualities.get("*", 0)) > 0


def quality(parameter: str) -> float:
    """The weight of an offer; what cannot be read counts as a refusal."""
    if not parameter:
        return 1
    return float(parameter[2:]) if re.fullmatch(r"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", parameter) else 0


def whole(request: HttpRequest, body: bytes | list[bytes], media_type: str, tag: str) -> HttpResponseBase:
    """An answer that fits in memory. Parts of it go out one after the other: to join a megabyte first would take as
    long as PostgreSQL needs for forty records."""
    pieces = body if isinstance(body, list) else [body]
    size = sum(map(len, pieces))
    packed = size >= SMALLEST_GZIP and accepts_gzip(request)
    if packed:
        pieces = [igzip.compress(b"".join(pieces), 1)]
        size = len(pieces[0])
    response = HttpResponse(content_type=media_type)
    response.writelines(pieces)
    response["Content-Length"] = str(size)
    if packed:
        response["Content-Encoding"] = "gzip"
    return open_data(response, tag)


def beginning(parts: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first megabyte or so of an answer, or as far as an empty part, which says that the rest is long; and
    whether that is all of it."""
    taken: list[bytes] = []
    size = 0
    for part in parts:
        taken.append(part)
        size += len(part)
        if size > LARGEST_WHOLE or not part:
            return b"".join(taken), False
    return b"".join(taken), True


@dataclass
class Stream:
    """Parts of an answer, and how to let go of the snapshot they come from: Django calls `close` when the client
    has them all or has gone."""

    parts: Iterator[bytes]
    close: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        return self.parts


def streamed(
    request: HttpRequest, parts: Iterator[bytes], media_type: str, tag: str, close: Callable[[], None]
) -> HttpResponseBase:
    """An answer of any length in flat memory; `close` is called at its end, however it ends."""
    packed = accepts_gzip(request)
    response = StreamingHttpResponse(Stream(gzipped(parts) if packed else parts, close), content_type=media_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    return open_data(response, tag)


def gzipped(parts: Iterator[bytes]) -> Iterator[bytes]:
    packer = isal_zlib.compressobj(1, wbits=31)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()
