"""The office's part of the portal: what waits to be published, and the news."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons.desk.door import Desk, desk_page
from commons.models import Event, Idea, NewsItem
from commons.portal.forms import AnswerForm, NewsForm
from commons.portal.words import told
from commons.traces import leave_trace

MODELS = {"events": Event, "ideas": Idea}
MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("edit_place")
def portal(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What waits, the oldest first. Each is published or given back with a reason."""
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer(request, desk, form)
        return redirect("desk-portal", desk.city.slug)
    return shown(request, desk, form, NewsForm(initial={"published_on": desk.city.today()}))


def answer(request: HttpRequest, desk: Desk, form: AnswerForm) -> None:
    """Publishes it or gives it back; the trace says who did."""
    said = form.cleaned_data
    record = get_object_or_404(MODELS[said["kind"]].objects.handed_in(), city=desk.city, uid=said["uid"])
    if said["do"] == "publish":
        record.publish()
        messages.success(request, _("Published: everybody can read it now."))
    else:
        record.give_back(said["answer"])
        messages.success(request, _("Given back: whoever wrote it reads why."))
    leave_trace(record, request.user, f"{said['do']}: {said['answer']}")


@require_POST
@desk_page("edit_place")
def add_news(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """One more piece of news, public at once."""
    news = NewsForm(request.POST, instance=NewsItem(city=desk.city))
    if not news.is_valid():
        return shown(request, desk, AnswerForm(), news)
    leave_trace(news.save(), request.user, "publish")
    messages.success(request, _("The news is on its page and in the feed."))
    return redirect("desk-portal", desk.city.slug)


def shown(request: HttpRequest, desk: Desk, form: AnswerForm, news: NewsForm) -> HttpResponse:
    there = {kind: model.objects.waiting().filter(city=desk.city) for kind, model in MODELS.items()}
    context = {
        "desk": desk, "city": desk.city, "form": form, "news_form": news,
        "events": [told(one) for one in there["events"].select_related("city", "house", "building")[:MOST]],
        "ideas": there["ideas"].select_related("organisation")[:MOST],
        "news": NewsItem.objects.filter(city=desk.city)[:20],
    }  # fmt: skip
    return render(request, "commons/desk/portal.html", context, status=400 if form.errors or news.errors else 200)
