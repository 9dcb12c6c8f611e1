"""What a person was told, and what they want to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import Message
from people.outbox import in_language
from people.preferences import PreferencesForm, stop, stopped_by
from people.signed_in import private
from people.topics import TOPICS

PAGE = 30


@require_safe
@login_required
@private
def inbox(request: HttpRequest) -> HttpResponse:
    unread = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())
    mine = request.user.messages.annotate(unread=unread).order_by("-unread", "-created_at", "-pk")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    count = request.user.messages.filter(read_at__isnull=True).count()
    return render(request, "people/inbox.html", {"page": page, "unread": count})


@require_POST
@login_required
@private
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Marks one message as read (`message`), or all of them."""
    mine = request.user.messages.filter(read_at__isnull=True)
    if chosen := request.POST.get("message", ""):
        if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
            raise Http404
        mine = mine.filter(pk=int(chosen))
    mine.update(read_at=timezone.now())
    return redirect("inbox")


@require_safe
@login_required
@private
def inbox_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes to the page that a message is about; the message has been read then."""
    message = get_object_or_404(Message, pk=pk, user=request.user)
    Message.objects.filter(pk=pk, read_at__isnull=True).update(read_at=timezone.now())
    path = in_language(message.path, translation.get_language() or "it")
    return redirect(path or "inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.prefer()
        messages.success(request, _("Saved. This is how we write to you from now on."))
        return redirect("preferences")
    return render(request, "people/inbox_preferences.html", {"form": form}, status=400 if form.errors else 200)


@csrf_exempt  # mail programs post the link of a mail by themselves (RFC 8058); the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
@private
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once, then stops: a link that is only looked at changes nothing."""
    found = stopped_by(token)
    if found is None:
        raise Http404
    user, topic = found
    if request.method == "POST":
        stop(user, topic)
    context = {"topic": TOPICS.get(topic, ""), "done": request.method == "POST"}
    return render(request, "people/inbox_unsubscribe.html", context)
