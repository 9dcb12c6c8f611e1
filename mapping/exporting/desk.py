"""The desk's pages of reserved exports: what there is, and the file itself, which no cache keeps."""

from contextlib import ExitStack, closing
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.desk.door import Desk, desk_page
from mapping.conditional import Stream
from mapping.exporting.answers import built, disposition, sent
from mapping.exporting.crs import check_crs
from mapping.exporting.reserved import PARAMETERS, exportable, note, reserved_layer
from mapping.formats import FORMATS, FileFormat, Format
from mapping.formats.rows import snapshot
from mapping.formats.writing import parts
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.versions import version


@require_safe
@desk_page("export")
def desk_export(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which layers can be taken with what is not public, in which formats, and how many records each has for this
    person."""
    found = [reserved_layer(desk, layer) for layer in exportable()]
    listed = [(layer, layer.queryset().using("public").count()) for layer in found]
    context = {"desk": desk, "city": desk.city, "layers": listed, "forms": FORMATS.values()}
    return render(request, "mapping/exporting/desk.html", context)


@require_safe
@desk_page("export")
def desk_export_file(request: HttpRequest, desk: Desk, slug: str, suffix: str) -> HttpResponseBase:
    """A layer with what is not public, for this person's areas. Private, stored nowhere, and noted."""
    if suffix not in FORMATS or slug not in {layer.slug for layer in exportable()}:
        raise Http404
    form, layer = FORMATS[suffix], reserved_layer(desk, LAYERS[slug])
    query = replace(Query.parse(layer, request.GET, PARAMETERS), city=desk.city.slug)
    check_crs(query, form)
    response = HttpResponse() if request.method == "HEAD" else body(query, form)
    if request.method != "HEAD":
        note(desk, query, suffix)
    response["Content-Type"] = form.media_type
    response["Content-Disposition"] = disposition(query, form).replace("inline", "attachment")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def body(query: Query, form: Format | FileFormat) -> HttpResponseBase:
    """The bytes, out of one snapshot."""
    with ExitStack() as until_sent:
        cursor = until_sent.enter_context(snapshot())
        if isinstance(form, FileFormat):
            return sent(built(cursor, query, form))
        pieces = until_sent.enter_context(closing(parts(cursor, query, form, version(query.layer.tables))))
        return StreamingHttpResponse(Stream(pieces, until_sent.pop_all().close))
