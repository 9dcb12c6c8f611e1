"""Taking part in a proposal: each form goes in by POST and leads back to the page, to the place it was sent from."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.gather import calendar, comments, following, joining, own
from commons.gather.forms import CommentForm, JoinForm
from commons.gather.kept import drop, keep
from commons.models import Follow, JoinRequest, Proposal
from commons.pace import too_fast
from commons.refusals import NotAllowed, Refused
from commons.views import around
from commons.views.explore import Gone, found, page, show_proposal
from people.signed_in import private

SLOW_DOWN = 429


def of_proposal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST to a public proposal; `record` is given with what is not public concealed. To read leads to its page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, city: str, uid: str, **more: Any) -> HttpResponse:
        record = Proposal.objects.public().filter(city__slug=city, uid=uid).select_related("city").first()
        if record is None:
            raise Http404
        if request.method != "POST":
            return redirect(record)
        record.conceal()
        return view(request, record=record, **more)

    return answer


def back(record: Any, anchor: str) -> HttpResponse:
    return redirect(f"{record.get_absolute_url()}#{anchor}", permanent=False)


def again(request: HttpRequest, record: Proposal, status: int, **typed: Any) -> HttpResponse:
    """The same page, read anew by the road of reading, with what was typed and what is wrong with it."""
    try:
        response = show_proposal(request, found(Proposal, record.uid, record.city.slug), **typed)
    except Gone as gone:
        raise Http404 from gone
    response.status_code = status
    return response


def refused(form: Any, why: str) -> Any:
    """The form with a reason that belongs to no field."""
    form.is_valid()
    form.add_error(None, why)
    return form


def hurried() -> str:
    return _("That was very fast. Nothing is lost: wait a few minutes and send it again.")


@of_proposal
def comment(request: HttpRequest, record: Proposal) -> HttpResponse:
    form, name = CommentForm(request.POST), f"comment:{record.uid}"
    if form.caught():
        return back(record, "comments")
    if not form.is_valid():
        return again(request, record, 400, comment_form=form)
    if not request.user.is_authenticated:
        keep(request, name, form.cleaned_data["text"])
        return redirect_to_login(f"{record.get_absolute_url()}#comments")
    if too_fast(request, "comment"):
        return again(request, record, SLOW_DOWN, comment_form=refused(form, hurried()))
    try:
        written = comments.write_comment(record, request.user, form.cleaned_data["text"])
    except Refused as why:
        return again(request, record, why.status, comment_form=refused(form, str(why)))
    drop(request, name)
    shown = written.moderation == comments.Moderation.SHOWN
    read_first = _("Thank you. The office reads it, then it is published.")
    messages.success(request, _("Your comment is published.") if shown else read_first)
    return back(record, f"comment-{written.uid}" if shown else "comments")


@of_proposal
def join(request: HttpRequest, record: Proposal) -> HttpResponse:
    form, name = JoinForm(request.user, request.POST), f"join:{record.uid}"
    if form.caught():
        return back(record, "join")
    if not form.is_valid():
        return again(request, record, 400, join_form=form)
    if not request.user.is_authenticated:
        keep(request, name, form.cleaned_data["message"])
        return redirect_to_login(f"{record.get_absolute_url()}#join")
    if too_fast(request, "join"):
        return again(request, record, SLOW_DOWN, join_form=refused(form, hurried()))
    try:
        joining.ask_to_join(record, request.user, **form.asked())
    except Refused as why:
        return again(request, record, why.status, join_form=refused(form, str(why)))
    drop(request, name)
    messages.success(request, _("Your request has reached the group and the office. Only they can read it."))
    return back(record, "join")


@of_proposal
def join_answer(request: HttpRequest, record: Proposal, key: int) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(f"{record.get_absolute_url()}#requests")
    asked = get_object_or_404(JoinRequest, proposal=record.pk, pk=key)
    try:
        joining.answer_request(asked, request.user, request.POST.get("answer") == "accept")
    except NotAllowed as why:
        raise PermissionDenied from why
    messages.success(request, _("Your answer has been sent."))
    return redirect("me") if request.POST.get("from") == "me" else back(record, "requests")


@of_proposal
def support(request: HttpRequest, record: Proposal) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(f"{record.get_absolute_url()}#support")
    try:
        if too_fast(request, "click"):
            raise Refused(hurried())
        joining.set_support(record, request.user, request.POST.get("on") != "0")
    except Refused as why:
        messages.error(request, str(why))
    return back(record, "support")


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, uid: str) -> HttpResponse:
    """Follow any public record, or no longer; to read shows how. What is not public any more can still be let go."""
    record = next((one for model in own.KINDS for one in own.plain_of(model, [uid])), None)
    wanted = request.POST.get("on") != "0"
    if record is None and (wanted or not request.user.is_authenticated or request.method != "POST"):
        raise Http404
    if request.method != "POST":
        return render(request, "commons/gather/follow.html", ways_to_follow(request, record))
    if not request.user.is_authenticated:
        return redirect_to_login(f"{record.get_absolute_url()}#support")
    if too_fast(request, "click"):
        messages.error(request, hurried())
    else:
        set_follow(request, record, uid, wanted)
    if request.POST.get("from") == "following":
        return redirect("following")
    return back(record, "support") if isinstance(record, Model) and request.POST.get("from") != "me" else redirect("me")


def ways_to_follow(request: HttpRequest, record: Any) -> dict[str, Any]:
    """What the page that offers to follow a record says."""
    followed = following.followed_by(request.user, record.uid)
    return {
        "city": record.city, "what": record.name, "followed": followed, "rhythms": Follow.Rhythm.choices,
        "chosen": followed.rhythm if followed else Follow.Rhythm.AT_ONCE, "question": None,
        "action": reverse("follow", args=[record.uid]), "here": request.get_full_path(), "site": settings.SITE_URL,
        "changes": reverse("record-changes", args=[record.uid]),
        "calendar": reverse("record-calendar", args=[record.uid]),
        "back": record.get_absolute_url(), "back_words": record.name,
    }  # fmt: skip


def set_follow(request: HttpRequest, record: Any, uid: str, wanted: bool) -> None:
    """Follows a record, or lets it go, and says how to hear of it otherwise."""
    try:
        if wanted:
            following.begin(request.user, uid, request.POST.get("rhythm", ""))
            said = _("You follow %(name)s. We write to you when something moves.") % {"name": record.name}
            messages.success(request, said)
        else:
            joining.set_follow(uid, request.user, False)
    except Refused as why:
        messages.error(request, str(why))


@login_required
@require_http_methods(["GET", "HEAD"])
@private
def followed(request: HttpRequest) -> HttpResponse:
    """What a person follows, and how often they hear of it."""
    context = {"things": following.listed(request.user), "undo": following.taken_back(request), "city": None}
    return render(request, "commons/gather/following.html", context | {"rhythms": Follow.Rhythm.choices})


@login_required
@require_POST
@private
def change_followed(request: HttpRequest, pk: int) -> HttpResponse:
    """Pauses, resumes or removes one thing, or says how often; it leads back to the list."""
    one = get_object_or_404(Follow.objects.select_related("city"), pk=pk, user=request.user)
    do = request.POST.get("do", "")
    if do == "remove":
        following.remember(request, one)
    if not following.change(one, do, request.POST.get("rhythm", "")):
        messages.error(request, _("That was not understood. Nothing has changed."))
    return redirect("following")


@require_safe
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """A person's own page."""
    response = render(request, "commons/gather/me.html", own.own(request.user) | {"city": None})
    response["Cache-Control"] = "private, no-store"
    return response


@page
def sessions(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The meetings of a proposal as a calendar."""
    record = found(Proposal, uid, city)
    return HttpResponse(calendar.written(record, around.ALIAS), content_type="text/calendar; charset=utf-8")
