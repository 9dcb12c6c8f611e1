"""News: dated links with a sentence, as a page and as an Atom feed."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commons.models import NewsItem
from commons.portal.views import city_of, page_of
from commons.views import around
from commons.views.explore import page
from neighbourhoods.models import City

LATEST = 50
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)


class NewsFeed(Atom1Feed):
    """Atom whose date is that of its latest entry, so that the same news are the same bytes."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=NOTHING_YET)


@page
def news(request: HttpRequest, city: str) -> HttpResponse:
    here = city_of(city)
    shown = page_of(request, NewsItem.objects.using(around.ALIAS).public().filter(city=here))
    return render(request, "commons/portal/news.html", {"city": here, "page": shown})


@page
def news_feed(request: HttpRequest, city: str) -> HttpResponse:
    """The latest news of a city. An entry leads to what was published elsewhere."""
    body = feed_of(city_of(city)).writeString("utf-8")
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(body, content_type=Atom1Feed.content_type, headers=headers)


def feed_of(city: City) -> NewsFeed:
    feed = NewsFeed(
        title=_("News: %(city)s") % {"city": city.name},
        link=settings.SITE_URL + reverse("news", args=[city.slug]),
        description=None,
        language=get_language(),
        author_name=city.body or city.name,
        feed_url=settings.SITE_URL + reverse("news-feed", args=[city.slug]),
    )
    for one in NewsItem.objects.using(around.ALIAS).public().filter(city=city)[:LATEST]:
        day = datetime.combine(one.published_on, time(), ZoneInfo(city.time_zone))
        feed.add_item(
            title=one.name, link=one.address, description=one.sentence, unique_id=f"urn:uuid:{one.uid}",
            pubdate=day, updateddate=max(day, one.updated_at) if one.updated_at else day,
            author_name=one.publisher or None,
        )  # fmt: skip
    return feed
