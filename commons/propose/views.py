"""The pages where a proposal is begun and written, and what their script asks."""

from typing import Any

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.models import Building, Call, Idea, Proposal
from commons.pace import too_fast
from commons.propose import drafts, writing
from commons.propose.both import GROUPS, both_texts
from commons.propose.forms import DraftForm, StartForm, initial_place
from commons.propose.parts import PARTS, progress
from commons.propose.place import Found, find_places, said_point
from commons.propose.resources import resource_rows
from commons.propose.similar import similar
from commons.refusals import NotPossible
from commons.whereabouts import BadPlace
from neighbourhoods.models import City
from people.roles import may, roles_in
from people.signed_in import private


@private
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, city: str) -> HttpResponse:
    """Where a proposal begins: what is there already, what one has begun, and a button that makes the draft."""
    where = get_object_or_404(City, slug=city)
    building, call, idea = _asked(request, where)
    form = StartForm(request.POST or None, initial={"name": idea.name} if idea else None)
    status, words = 200, ""
    if request.method == "POST":
        status = 400
        if call and not writing.call_is_open(call):
            status, words = 409, _("This call is not open.")
        elif form.is_valid() and not request.user.is_authenticated and too_fast(request, "draft"):
            status, words = 429, _("You have begun many drafts in a short time. Try again in an hour, or sign in.")
        elif form.is_valid():
            return _begun(request, where, building, call, idea, form)
    context = {
        "city": where, "building": building, "call": call, "idea": idea, "form": form, "words": words,
        "call_open": bool(call) and writing.call_is_open(call),
        "begun": drafts.own_drafts(where, request.user, writing.held_keys(request)),
        "similar": similar(where, building) if building else None,
        "office": may(roles_in(request.user, where), "enter_for_others"),
    }  # fmt: skip
    return render(request, "commons/propose/start.html", context, status=status)


def _asked(request: HttpRequest, city: City) -> tuple[Building | None, Call | None, Idea | None]:
    """The building, the call and the idea that the address names; 404 for what is not public."""
    given = request.GET
    building = given.get("building") and get_object_or_404(Building.objects.public(), city=city, uid=given["building"])
    call = given.get("call") and get_object_or_404(Call.objects.public(), city=city, uid=given["call"])
    idea = given.get("idea") and get_object_or_404(Idea.objects.public(), city=city, uid=given["idea"])
    return building or None, call or None, idea or None


def _begun(
    request: HttpRequest, city: City, building: Building | None, call: Call | None, idea: Idea | None, form: StartForm
) -> HttpResponse:
    if not request.session.session_key:
        request.session.create()
    proposal, key = drafts.begin(
        city, request.user, name=form.cleaned_data["name"], building=building, call=call, idea=idea,
        for_others=form.cleaned_data["for_others"], language=get_language() or "it",
    )  # fmt: skip
    if key:
        writing.hold(request, proposal, key)
    return redirect("draft", city=city.slug, uid=proposal.uid)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The writing page. Its `?key=` is taken into the session and out of the address."""
    if key := request.GET.get("key", ""):
        proposal = get_object_or_404(Proposal, city__slug=city, uid=uid)
        if drafts.opens(proposal, key):
            writing.hold(request, proposal, key)
        return redirect("draft", city=city, uid=uid)
    proposal, able = writing.opened(request, city, uid)
    if "edit" not in able:
        if proposal.state != Proposal.State.DRAFT:
            return redirect("draft-receipt", city=city, uid=uid)
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "commons/propose/read.html", writing.reading_of(proposal, able))
    if request.method == "POST":
        writing.keep_answer(request, proposal)
        return written(request, proposal, able) or redirect("draft", city=city, uid=uid)
    context = writing.context_of(
        request, proposal, able, DraftForm(proposal, user=request.user), resource_rows(proposal)
    )
    return render(request, "commons/propose/draft.html", context)


def written(request: HttpRequest, proposal: Proposal, able: frozenset[str]) -> HttpResponse | None:
    """Saves what the form brought; None when all is well, else the page that says what is not.

    Fields that the person has decided to leave as the others wrote them (`choose-<field>=theirs`) are left out.
    """
    form, rows = writing.read_form(request, proposal, request.POST)
    if not form.is_valid() or (rows is not None and not rows.is_valid()):
        context = writing.context_of(request, proposal, able, form, rows or resource_rows(proposal))
        return render(request, "commons/propose/draft.html", context, status=400)
    theirs = {name.removeprefix("choose-") for name, value in request.POST.items() if value == "theirs"}
    values = {name: value for name, value in form.values().items() if GROUPS.get(name, name) not in theirs}
    kept = rows.rows() if rows is not None and "resources" not in theirs else None
    try:
        saved = drafts.keep(proposal, _revision(request), values, kept)
    except drafts.Conflict as conflict:
        return _conflict(request, proposal, form, rows, conflict)
    if saved.revision != proposal.revision:
        messages.success(request, _("Saved at %(time)s.") % {"time": f"{timezone.localtime():%H:%M}"})
    return None


def _revision(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("revision", ""))
    except ValueError as error:
        raise BadRequest("revision") from error


def _conflict(request: HttpRequest, proposal: Proposal, form: DraftForm, rows: Any, conflict: Any) -> HttpResponse:
    """Both texts, and a choice for each field; everything that came travels on in the page."""
    context = {
        "city": proposal.city, "proposal": proposal, "theirs": conflict.theirs,
        "both": both_texts(form, rows, conflict),
        "given": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in {"csrfmiddlewaretoken", "revision"} and not name.startswith("choose-")
        ],
    }  # fmt: skip
    return render(request, "commons/propose/conflict.html", context, status=409)


PLACE = set(PARTS["where"].fields)


@private
@require_POST
def autosave(request: HttpRequest, city: str, uid: str) -> HttpResponseBase:
    """What has just been typed, as JSON: {"revision", "fields", "resources"}. 400 says which fields do not fit, and
    nothing is written; 409 says that somebody else saved first."""
    proposal, able = writing.opened(request, city, uid)
    if "edit" not in able and proposal.state in drafts.OPEN:
        raise PermissionDenied
    if request.content_type != "application/json":
        return JsonResponse({"errors": {}, "words": "application/json"}, status=415)
    revision, data, names, with_rows = writing.read_script(request.body)
    form, rows = writing.read_form(request, proposal, data, names, with_rows)
    if not form.is_valid() or (rows is not None and not rows.is_valid()):
        return JsonResponse(_faults(form, rows), status=400)
    try:
        saved = drafts.keep(proposal, revision, form.values(), rows.rows() if rows is not None else None)
    except drafts.Conflict as conflict:
        return JsonResponse({"conflict": conflict.fields, "revision": conflict.theirs.revision}, status=409)
    except NotPossible as refusal:
        return JsonResponse({"closed": str(refusal)}, status=409)
    return JsonResponse(_said(request, saved, moved=bool(names & PLACE)))


def _faults(form: DraftForm, rows: Any) -> dict[str, Any]:
    errors = {name: [str(one) for one in said] for name, said in form.errors.items()}
    if rows is not None and not rows.is_valid():
        errors["resources"] = rows.errors_said
    offered = [{"words": one.words, "value": one.value} for one in form.found]
    return {"errors": errors, "found": offered}


def _said(request: HttpRequest, saved: Proposal, moved: bool) -> dict[str, Any]:
    """What the page says anew after a save: the time, what is missing, and where it lies if that may have changed."""
    missing = writing.missing_of(saved)
    context = {"proposal": saved, "city": saved.city, "missing": missing, "parts": progress(missing, set())}
    said = {
        "revision": saved.revision,
        "time": f"{timezone.localtime():%H:%M}",
        "missing": render_to_string("commons/propose/_missing.html", context),
    }
    if moved:
        context["around"] = writing.where_of(saved)
        said["around"] = render_to_string("commons/propose/_around.html", context)
        said["place"] = initial_place(saved)
    return said


def offered_point(point: Point) -> dict[str, str]:
    one = Found(said_point(point), point)
    return {"words": one.words, "value": one.value}


@private
@require_safe
def find(request: HttpRequest, city: str) -> HttpResponseBase:
    """The places that fit what is typed, as JSON."""
    where = get_object_or_404(City, slug=city)
    text = request.GET.get("q", "")[:200]
    try:
        places = find_places(where, text)
    except BadPlace as error:
        offered = [offered_point(error.swapped)] if error.swapped else []
        return JsonResponse({"found": offered, "words": error.words})
    return JsonResponse({"found": [{"words": one.words, "value": one.value} for one in places], "words": ""})


@private
@require_safe
def similar_now(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The similar proposals of a draft as it now is: a fragment of its page."""
    proposal, _able = writing.opened(request, city, uid)
    context = {"similar": writing.similar_to(proposal), "city": proposal.city, "proposal": proposal}
    return render(request, "commons/propose/_similar.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Asks whether to take a draft away, and does it."""
    proposal, _able = writing.opened(request, city, uid, "discard")
    if request.method == "POST":
        drafts.discard(proposal)
        messages.success(request, _("The draft is deleted."))
        return redirect("propose", city=city)
    return render(request, "commons/propose/discard.html", {"city": proposal.city, "proposal": proposal})
