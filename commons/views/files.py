"""Files: the one address they are served from, after asking who may; and the pages where they are added to a proposal
or to a building's dossier and taken away."""

import re
import unicodedata
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.files import MOST_FILES, attach, open_file, parent_of, remove, shelved
from commons.files_access import is_open, may_edit, may_read, roles_for
from commons.models import Attachment, Building, Event, Proposal
from commons.papers import ENDINGS
from commons.portal.access import may_write
from commons.refusals import Missing, Refused
from commons.texts import clean_text
from people.roles import may

SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
LONGEST_TITLE = 200
KINDS = (Attachment.Kind.PHOTO, Attachment.Kind.DOCUMENT)


@require_safe
def file(request: HttpRequest, uid: str, variant: str) -> HttpResponseBase:
    """The bytes of a file, to whoever may see them. A file taken away is 410, one that is not for you 404."""
    attachment = get_object_or_404(
        Attachment.objects.select_related("proposal", "pact", "building", "event__city"), uid=uid
    )
    if variant not in {"original", "small"} or (variant == "small" and not attachment.width):
        raise Http404
    everybody = is_open(attachment)
    if not everybody and not may_read(request, attachment):
        raise Http404
    if attachment.removed_at:
        return render(request, "410.html", {"city": None}, status=410)
    etag = f'"{attachment.sha256[:32]}-{variant}"'
    if everybody and etag in request.headers.get("If-None-Match", ""):
        return guarded(HttpResponse(status=304), etag)
    try:
        body = open_file(attachment, "small" if variant == "small" else "")
    except FileNotFoundError as error:
        raise Http404 from error
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # pictures and documents are packed already
    answer = FileResponse(body, content_type=attachment.media_type)
    answer["Content-Disposition"] = content_disposition_header(not attachment.width, safe_name(attachment))
    return guarded(answer, etag if everybody else "")


def guarded(answer: HttpResponseBase, etag: str) -> HttpResponseBase:
    """What every file says to a browser: do not guess, do not run, ask again; and keep nothing that is not public."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "public, no-cache" if etag else "private, no-store"
    if etag:
        answer["ETag"] = etag
    return answer


def safe_name(attachment: Attachment) -> str:
    """A name to save it under: the letters of its title, and the ending of what it is."""
    words = unicodedata.normalize("NFKD", attachment.title or attachment.get_kind_display())
    words = re.sub(r"[^A-Za-z0-9]+", "-", words.encode("ascii", "ignore").decode()).strip("-")
    return f"{words[:60] or 'file'}.{ENDINGS.get(attachment.media_type, 'bin')}"


def draft_of(request: HttpRequest, city: str, uid: str) -> Proposal:
    """The proposal, for somebody who may change it now; nobody else learns that it exists."""
    proposal = get_object_or_404(Proposal.objects.select_related("city"), city__slug=city, uid=uid)
    if not may_edit(request, proposal):
        raise Http404
    return proposal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_files(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Photos and documents of a proposal: what is there, and a form for more."""
    return files_page(request, draft_of(request, city, uid))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def building_files(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Photos and documents of a building, for those who look after its dossier."""
    building = get_object_or_404(Building.objects.select_related("city"), city__slug=city, uid=uid)
    if not may(roles_for(request.user, building), "edit_place"):
        raise PermissionDenied
    return files_page(request, building)


def files_page(request: HttpRequest, record: Proposal | Building | Event) -> HttpResponse:
    """Takes what was sent, then shows the page again: with what was refused and why, if anything was."""
    refused = take(request, record) if request.method == "POST" else []
    if request.method == "POST" and not refused:
        return redirect(request.get_full_path())
    there = shelved(record)
    said = {
        "city": record.city, "record": record, "files": there, "refused": refused, "room": MOST_FILES - len(there),
        "kinds": [kind for kind in Attachment.Kind.choices if kind[0] in KINDS], "most": MOST_FILES,
        "typed": request.POST,
    }  # fmt: skip
    return render(request, "commons/files.html", said, status=400 if refused else 200)


def take(request: HttpRequest, record: Proposal | Building | Event) -> list[Missing]:
    """Keeps each file that can be kept; what is wrong with the others."""
    kind, title = request.POST.get("kind", ""), request.POST.get("title", "")
    uploads = request.FILES.getlist("file")
    if kind not in KINDS:
        return [Missing("kind", _("Say whether it is a photo or a document."))]
    if not uploads:
        return [Missing("file", _("Choose a file first."))]
    if len(clean_text(title)) > LONGEST_TITLE:
        return [Missing("title", _("The title is too long: at most %(most)d characters.") % {"most": LONGEST_TITLE})]
    refused = []
    for upload in uploads:
        try:
            kept = attach(record, upload, kind, request.user, title, public=request.POST.get("public") == "yes")
            say_whose(kept, request.POST)
        except Refused as refusal:
            refused += refusal.missing
    return refused


def say_whose(kept: Attachment, said: Mapping[str, str]) -> None:
    """Who made an image and under which rights it is shown, where the form asks for them."""
    kept.made_by, kept.rights = (clean_text(said.get(name, ""))[:LONGEST_TITLE] for name in ("made_by", "rights"))
    if kept.made_by or kept.rights:
        kept.save(update_fields=["made_by", "rights"])


@never_cache
@require_POST
def remove_file(request: HttpRequest, uid: str) -> HttpResponse:
    """Takes a file away, for those who may add one there."""
    there = Attachment.objects.select_related("proposal__city", "pact", "building__city", "event__city")
    attachment = get_object_or_404(there, uid=uid, removed_at__isnull=True)
    parent = parent_of(attachment)
    if isinstance(parent, Proposal):
        allowed, back = may_edit(request, parent), "draft-files"
    elif isinstance(parent, Event):
        allowed, back = may_write(request.user, parent), "event-files"
    else:
        allowed, back = may(roles_for(request.user, parent), "edit_place"), "building-files"
    if not allowed or attachment.kind not in KINDS:
        raise Http404
    remove(attachment, request.user)
    return redirect(back, parent.city.slug, parent.uid)
