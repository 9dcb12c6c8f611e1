"""The import pages of the desk: a file comes in, is looked at, is brought in, and can be undone."""

import json
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from commons.desk.door import Desk, desk_page
from commons.refusals import Refused
from mapping.errors import Problem
from mapping.importing.readers import READERS
from mapping.intake import showing, steps, undo
from mapping.intake.forms import COMMON, ChoicesForm, UploadForm
from mapping.intake.work import notice_killed
from mapping.models import ImportRun, SavedSource, Upload

PER_PAGE = 25
OVERHEAD = 64 * 1024  # of a form round its file


def small_enough(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Asks who it is and how long the request is before a byte of the file is read; then for the form's token."""
    inner = desk_page("import")(csrf_protect(view))

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.IMPORT_MOST_BYTES + OVERHEAD:
            limit = settings.IMPORT_MOST_BYTES // 1024**2
            raise Problem("too-large", _("The file is bigger than %(limit)s MB.") % {"limit": limit})
        return inner(request, **kwargs)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@small_enough
def imports(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What is on its way, what came in, and a form for the next file."""
    sent = request.method == "POST"
    form = UploadForm(desk.city, request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        upload = steps.keep(form.upload(request.user), form.cleaned_data["file"])
        return redirect("import-file", desk.city.slug, upload.uid)
    notice_killed()
    runs = ImportRun.objects.filter(city=desk.city, dry_run=False).select_related("user", "undone_by").defer("report")
    context = {
        "desk": desk, "city": desk.city, "form": form, "readers": READERS.values(),
        "uploads": Upload.objects.open().filter(city=desk.city).select_related("user").defer("look")[:50],
        "runs": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
        "sources": SavedSource.objects.filter(city=desk.city),
    }  # fmt: skip
    return render(request, "mapping/intake/imports.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("import")
def file(request: HttpRequest, desk: Desk, uid: str) -> HttpResponseBase:
    """One file: how far it is, what it is, what it would change, and what to decide."""
    notice_killed()
    upload = get_object_or_404(Upload.objects.select_related("saved", "run", "city"), city=desk.city, uid=uid)
    form, status = ChoicesForm(upload, request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        try:
            if answer := decide(request, desk, upload, form):
                return answer
            status = 400
        except Refused as refused:
            form.add_error(None, str(refused))
            status = refused.status
    if upload.state == Upload.State.APPLIED and upload.run:
        return redirect("import-run", desk.city.slug, upload.run.uid)
    context = {"desk": desk, "city": desk.city, "upload": upload, "form": form, "common": COMMON}
    return render(request, "mapping/intake/file.html", context | showing.look(upload), status=status)


def decide(request: HttpRequest, desk: Desk, upload: Upload, form: ChoicesForm) -> HttpResponse | None:
    """Does what the pressed button says; None when the form has to be mended first."""
    pressed = request.POST.get("do")
    if pressed == "discard":
        steps.discard(upload)
        return redirect("imports", desk.city.slug)
    if pressed == "stop":
        steps.stop(upload)
    elif not form.is_valid():
        return None
    elif pressed == "apply" and not showing.differs(upload, form.decided()):
        steps.bring_in(upload)
    else:
        steps.look_again(upload, form.decided())
    return redirect("import-file", desk.city.slug, upload.uid)


@require_safe
@desk_page("import")
def progress(request: HttpRequest, desk: Desk, uid: str) -> HttpResponse:
    """How far the work on a file is, for the page's script."""
    notice_killed()
    upload = get_object_or_404(Upload.objects.defer("look"), city=desk.city, uid=uid)
    return JsonResponse(showing.how_far(upload))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("import")
def run(request: HttpRequest, desk: Desk, uid: str) -> HttpResponseBase:
    """One import that ended: what it did, and the button that undoes it."""
    found = get_object_or_404(ImportRun.objects.select_related("user", "undone_by", "city"), city=desk.city, uid=uid)
    refused, status = "", 200
    if request.method == "POST":
        try:
            undo.undo(found, request.user)
        except undo.CannotUndo as why:
            refused, status = str(why), 409
        else:
            messages.success(request, _("The import is undone. Everything is as it was before."))
            return redirect("import-run", desk.city.slug, found.uid)
    against = undo.reason_against(found)
    context = {
        "desk": desk, "city": desk.city, "run": found, "refused": refused, "against": against,
        "edited": [] if against else undo.edited_since(found),
    }  # fmt: skip
    return render(request, "mapping/intake/run.html", context | showing.outcome(found), status=status)


@require_safe
@desk_page("import")
def report(request: HttpRequest, desk: Desk, uid: str) -> HttpResponse:
    """The report of an import, as the commands write it."""
    found = get_object_or_404(ImportRun, city=desk.city, uid=uid)
    text = json.dumps(found.report, ensure_ascii=False, indent=1) + "\n"
    named = {"Content-Disposition": f'attachment; filename="{found.source}-{found.started_at:%Y-%m-%d}.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=named)
