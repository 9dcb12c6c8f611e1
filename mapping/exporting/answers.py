"""A layer as a file: made while one waits when it is small, in the background when it is large."""

import json
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from commons.pace import client_address
from mapping.conditional import etag, fresh, not_modified, open_data
from mapping.exporting import work
from mapping.exporting.ranges import Slice, send
from mapping.formats import FORMATS, FileFormat, Format
from mapping.formats.files import Making, make, workspace
from mapping.formats.rows import matched, snapshot
from mapping.models import Export
from mapping.query import Query
from mapping.versions import version

READY = Export.State.READY


def tag_of(query: Query, form: Format | FileFormat, seen: str) -> str:
    """The entity tag of a query's data in a format, at a version of the layer."""
    return etag(seen, query.address(form.suffix, query.after), settings.RELEASE)


def disposition(query: Query, form: Format | FileFormat) -> str:
    """What a browser does with the answer, and how it calls the file."""
    name = "-".join(filter(None, ["riservato" if query.layer.reserved else "", query.city, query.layer.slug]))
    return f'{"attachment" if form.download else "inline"}; filename="{name}.{form.suffix}"'


def file_response(request: HttpRequest, query: Query, form: FileFormat) -> HttpResponseBase:
    """The file, or 304; for a large one what was made of it before, else where it is being made.

    Tag, size and bytes are of one snapshot. HEAD says all but the length of what would have to be made first.
    """
    with snapshot() as cursor:
        seen = version(query.layer.tables)
        total = size_of(cursor, query, seen)
        if total > most_at_once(form):
            return large_response(request, query, form, seen, total)
        tag = tag_of(query, form, seen)
        if fresh(request, tag):
            return not_modified(tag)
        body: HttpResponseBase = HttpResponse() if request.method == "HEAD" else sent(built(cursor, query, form))
    body["Content-Type"] = form.media_type
    body["Content-Disposition"] = disposition(query, form)
    body["Accept-Ranges"] = "none"
    if request.method == "HEAD":
        del body["Content-Length"]
    return open_data(body, tag)


def size_of(cursor: CursorWrapper, query: Query, seen: str) -> int:
    """How many records a file of this query has, at most."""
    total = matched(cursor, query, seen)
    return total if query.limit is None else min(total, query.limit)


def most_at_once(form: FileFormat) -> int:
    """How many records are made while somebody waits; a spreadsheet takes ten times as long as anything else."""
    return settings.EXPORT_LARGE_XLSX if form.suffix == "xlsx" else settings.EXPORT_LARGE


def built(cursor: CursorWrapper, query: Query, form: FileFormat) -> IO[bytes]:
    """A new file, open at its beginning and nowhere else: its name is gone already, so nothing is left behind."""
    with workspace() as folder:
        return make(form, Making.begin(query, cursor), folder).open("rb")


def sent(file: IO[bytes]) -> HttpResponseBase:
    """All of an open file, which is closed in the end."""
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingHttpResponse(Slice(file, size), headers={"Content-Length": str(size)})


def large_response(request: HttpRequest, query: Query, form: FileFormat, seen: str, total: int) -> HttpResponseBase:
    """The finished file; while it is being made, the page that tells how far it is, or for programs 202 with its
    address: the same request later gives the file."""
    export = work.ask(query, form, seen, total, client_address(request))
    if export.state == READY and (file := opened(export.path)):
        return kept_file(request, export, file)
    page = reverse("export", args=[export.uid])
    if "text/html" in request.headers.get("Accept", ""):
        response: HttpResponse = HttpResponseRedirect(page)
    else:
        said = {"state": export.state, "percent": export.percent, "records": total, "page": settings.SITE_URL + page}
        response = HttpResponse(json.dumps(said), content_type="application/json", status=202)
        response["Location"] = page
        response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept"])
    return response


def opened(path: Path) -> IO[bytes] | None:
    """The file, or None where it is no more."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None


def kept_file(request: HttpRequest, export: Export, file: IO[bytes]) -> HttpResponseBase:
    """A finished file, whole or in part."""
    query, form = work.query_of(export), FORMATS[export.suffix]
    response = send(request, file, export.size or 0, form.media_type, f'"{export.sha256[:40]}"')
    response["Content-Disposition"] = disposition(query, form)
    return response
