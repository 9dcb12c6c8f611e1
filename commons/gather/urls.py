"""Taking part: comments, joining, support, following, calls, a person's own page, reports."""

from django.urls import path

from commons.gather import calls, evidence, reports, views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/following/", views.followed, name="following"),
    path("me/following/<int:pk>/", views.change_followed, name="following-change"),
    path("id/<str:uid>/follow/", views.follow, name="follow"),
    path("<slug:city>/calls/", calls.calls, name="calls"),
    path("<slug:city>/calls/<str:uid>/", calls.call, name="call"),
    path("<slug:city>/proposals/<str:uid>/comment/", views.comment, name="comment"),
    path("<slug:city>/proposals/<str:uid>/join/", views.join, name="join"),
    path("<slug:city>/proposals/<str:uid>/join/<int:key>/", views.join_answer, name="join-answer"),
    path("<slug:city>/proposals/<str:uid>/support/", views.support, name="support"),
    path("<slug:city>/proposals/<str:uid>/sessions.ics", views.sessions, name="sessions"),
    path("<slug:city>/pacts/<str:uid>/evidence/", evidence.evidence, name="evidence"),
    path("<slug:city>/pacts/<str:uid>/report/", reports.report, name="report"),
]
