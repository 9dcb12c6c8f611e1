"""A file sent whole or from where a broken download ended (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from mapping.conditional import fresh

PIECE = 1 << 18
ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.I)


@dataclass
class Slice:
    """`left` bytes of an open file from where it stands. Django calls `close` at the end, however it ends."""

    file: IO[bytes]
    left: int

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (piece := self.file.read(min(PIECE, self.left))):
            self.left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range that a header asks for. None: it asks for none that is understood, or for
    several, and the whole is sent. Raises ValueError for one that lies outside."""
    match = ONE_RANGE.fullmatch(header.strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        last = int(match[2])
        if last == 0 or size == 0:
            raise ValueError("outside")
        return max(0, size - last), size - 1
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise ValueError("outside")
    return first, min(int(match[2]), size - 1) if match[2] else size - 1


def send(request: HttpRequest, file: IO[bytes], size: int, media_type: str, tag: str) -> HttpResponseBase:
    """A kept file with a strong `tag`: 200, 206, 304 or 416. Closes the file where it sends none of it."""
    if fresh(request, tag):
        file.close()
        return described(HttpResponse(status=304), tag)
    wanted = request.headers.get("Range", "")
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        wanted = ""
    try:
        part = asked_range(wanted, size)
    except ValueError:
        file.close()
        return described(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), tag)
    first, last = part or (0, size - 1)
    file.seek(first)
    response = StreamingHttpResponse(
        Slice(file, last - first + 1), content_type=media_type, status=206 if part else 200
    )
    response["Content-Length"] = str(last - first + 1)
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return described(response, tag)


def described(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    """Headers of a public file that can be fetched in pieces."""
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Content-Range, Content-Length, Accept-Ranges"
    patch_vary_headers(response, ["Accept"])
    return response
