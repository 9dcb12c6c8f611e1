"""The portal: ideas, events, news and the manifesto of a city, and where they are written."""

from django.urls import path

from commons.portal import desk, groups, news, views, write

urlpatterns = [
    path("<slug:city>/portal/", views.portal, name="portal"),
    path("<slug:city>/portal/mine/", write.mine, name="portal-mine"),
    path("<slug:city>/manifesto/", views.manifesto, name="manifesto"),
    path("<slug:city>/news/", news.news, name="news"),
    path("<slug:city>/news.atom", news.news_feed, name="news-feed"),
    path("<slug:city>/ideas/", views.ideas, name="ideas"),
    path("<slug:city>/ideas/new/", write.write, {"kind": "ideas"}, name="idea-new"),
    path("<slug:city>/ideas/<str:uid>/", views.idea),
    path("<slug:city>/ideas/<str:uid>/edit/", write.write, {"kind": "ideas"}, name="idea-edit"),
    path("<slug:city>/events/", views.events, name="events"),
    path("<slug:city>/events.ics", views.events_calendar, name="events-calendar"),
    path("<slug:city>/events/new/", write.write, {"kind": "events"}, name="event-new"),
    path("<slug:city>/events/<str:uid>/", views.event),
    path("<slug:city>/events/<str:uid>/edit/", write.write, {"kind": "events"}, name="event-edit"),
    path("<slug:city>/events/<str:uid>/cancel/", write.cancel, name="event-cancel"),
    path("<slug:city>/events/<str:uid>/files/", write.event_files, name="event-files"),
    path("<slug:city>/events/<str:uid>/event.ics", views.event_calendar, name="event-calendar"),
    path("<slug:city>/organisations/<str:uid>/portal/", groups.group, name="organisation-portal"),
    path("<slug:city>/desk/portal/", desk.portal, name="desk-portal"),
    path("<slug:city>/desk/portal/news/", desk.add_news, name="desk-news"),
]
