"""Entering through the city's bridge. One address for all languages: the bridge knows it as the place to return to."""

from allauth.socialaccount.providers.openid_connect.views import callback, login
from csp.decorators import csp_update
from django.urls import path

# The button on this page posts here and is sent on to the bridge, and by it to whom the person chooses there.
to_the_bridge = csp_update({"form-action": ["https:"]})(login)

urlpatterns = [
    path("<str:provider_id>/login/", to_the_bridge, name="openid_connect_login"),
    path("<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
