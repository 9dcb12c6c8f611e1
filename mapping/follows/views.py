"""Following a view of the map, and the feeds and calendars of whatever can be followed, which need no account."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commons.gather.calendar import calendar_of
from commons.gather.following import begin, change, followed_by
from commons.gather.joining import set_follow
from commons.gather.views import hurried
from commons.models import Follow
from commons.pace import too_fast
from commons.refusals import Refused
from mapping.conditional import etag, fresh, not_modified, whole
from mapping.errors import Problem
from mapping.feeds import Told, answer, body_of, read_cursor, without_cursor
from mapping.follows.agenda import events_of
from mapping.follows.letters import reasons_of, stopped_by
from mapping.follows.question import Question
from mapping.follows.subject import Subject, record_of, things_of
from mapping.formats.rows import snapshot
from neighbourhoods.models import City
from people.signed_in import private

CALENDAR = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
def follow_view(request: HttpRequest, city: str) -> HttpResponse:
    """Shows how a view of the map can be followed, and follows it: the question is in the address."""
    place = get_object_or_404(City, slug=city)
    question = Question.parse(place, request.GET)
    if request.method != "POST":
        return render(request, "commons/gather/follow.html", ways(request, question))
    if not request.user.is_authenticated:
        return redirect_to_login(question.address)
    if request.POST.get("on") == "0":
        set_follow(question.uid, request.user, False)
        return redirect("following")
    try:
        if too_fast(request, "click"):
            raise Refused(hurried())
        name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:200] or question.words()
        begin(request.user, question.uid, request.POST.get("rhythm", ""), place, question.text, name)
    except Refused as why:
        return render(
            request, "commons/gather/follow.html", ways(request, question) | {"wrong": why}, status=why.status
        )
    messages.success(request, _("You follow %(name)s. We write to you when something moves.") % {"name": name})
    return redirect("following")


def ways(request: HttpRequest, question: Question) -> dict[str, Any]:
    """What the page that offers to follow a question says."""
    followed = followed_by(request.user, question.uid)
    slug, tail = question.city.slug, question.query_string
    return {
        "city": question.city, "what": followed.name if followed else question.words(), "followed": followed,
        "rhythms": Follow.Rhythm.choices, "chosen": followed.rhythm if followed else Follow.Rhythm.AT_ONCE,
        "question": question, "action": question.address, "here": question.address, "site": settings.SITE_URL,
        "changes": reverse("view-changes", args=[slug]) + tail,
        "calendar": reverse("view-calendar", args=[slug]) + tail,
        "back": question.map_address, "back_words": _("Back to the map"),
    }  # fmt: skip


@csrf_exempt  # mail programs post the link of a mail by themselves (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@private
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once, then pauses what is told of one thing followed; a link that is only looked at changes nothing."""
    follow = stopped_by(token)
    if follow is None:
        raise Problem("not-found")
    if request.method == "POST":
        change(follow, "pause")
    context = {"name": reasons_of({follow})[follow.pk], "done": request.method == "POST", "city": None}
    return render(request, "commons/gather/follow_stop.html", context)


@require_safe
def view_changes(request: HttpRequest, city: str) -> HttpResponseBase:
    """The feed of what a question to the map finds."""
    given = request.GET.copy()
    before = read_cursor(f"view:{city}", given)
    question = asked(city, without_cursor(given))
    params = dict(QueryDict(question.text).lists())
    path = reverse("view-changes", args=[city])
    return answer(request, lambda: feed(things_of(question), f"view:{city}", path, params), before)


@require_safe
def record_changes(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The feed of a record and of what belongs to it."""
    given = request.GET.copy()
    before = read_cursor(f"record:{uid}", given)
    path = reverse("record-changes", args=[uid])
    return answer(request, lambda: feed(record_of(uid), f"record:{uid}", path, {}), before)


def feed(subject: Subject, name: str, path: str, params: dict[str, Any]) -> Told:
    said = _("%(layer)s: what changed") % {"layer": subject.name}
    page, author = settings.SITE_URL + subject.page, body_of(subject.city)
    return Told(name, said, "", page, path, params, author, subject.sources)


@require_safe
def view_calendar(request: HttpRequest, city: str) -> HttpResponseBase:
    """The calendar of what a question to the map finds."""
    question = asked(city, request.GET)
    return agenda(request, lambda: things_of(question))


@require_safe
def record_calendar(request: HttpRequest, uid: str) -> HttpResponseBase:
    """The calendar of a record and of what belongs to it."""
    return agenda(request, lambda: record_of(uid))


def agenda(request: HttpRequest, make: Any) -> HttpResponseBase:
    """The calendar of a subject; its tag is of the body, for the tables of meetings and calls have no version."""
    with snapshot():
        subject = make()
        body = calendar_of(subject.name, subject.city, events_of(subject))
    tag = etag(hashlib.sha256(body).hexdigest())
    return not_modified(tag) if fresh(request, tag) else whole(request, body, CALENDAR, tag)


def asked(city: str, params: QueryDict) -> Question:
    place = get_object_or_404(City.objects.using("public"), slug=city)
    return Question.parse(place, params)
