"""Accounts, organisations, one's own data."""

from django.urls import include, path

from people.views import data, organisations

urlpatterns = [
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/bridge/", include("allauth.socialaccount.urls")),
    path("me/account/", data.account, name="account-settings"),
    path("", include("people.inbox_urls")),
    path("me/data/", data.own_data, name="own-data"),
    path("me/data/download/", data.download, name="own-data-download"),
    path("me/organisations/", organisations.mine, name="my-organisations"),
    path("me/organisations/new/", organisations.create, name="new-organisation"),
    path("me/organisations/<str:uid>/", organisations.one, name="my-organisation"),
    path("me/organisations/<str:uid>/invite/", organisations.invite, name="invite-member"),
    path("me/organisations/<str:uid>/end/", organisations.end, name="end-membership"),
    path("me/invitations/<str:key>/", organisations.invitation, name="invitation"),
]
