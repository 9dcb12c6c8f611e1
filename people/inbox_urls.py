"""What a person was told, and what they want to be told."""

from django.urls import path

from people.views import inbox

urlpatterns = [
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/read/", inbox.inbox_read, name="inbox-read"),
    path("messages/<int:pk>/", inbox.inbox_open, name="inbox-open"),
    path("messages/preferences/", inbox.preferences, name="preferences"),
    path("messages/stop/<str:token>/", inbox.unsubscribe, name="unsubscribe"),
]
