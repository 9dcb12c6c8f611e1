"""The REST API for acting: one's own proposals, their steps, and taking part."""

from django.urls import path

from commons.api import views
from commons.api.schema import Description

urlpatterns = [
    path("proposals/", views.Proposals.as_view(), name="api-proposals"),
    path("proposals/<str:uid>/", views.OneProposal.as_view(), name="api-proposal"),
    path("proposals/<str:uid>/moves/", views.Moves.as_view(), name="api-moves"),
    path("proposals/<str:uid>/moves/<str:name>/", views.OneMove.as_view(), name="api-move"),
    path("proposals/<str:uid>/comments/", views.Comments.as_view(), name="api-comments"),
    path("proposals/<str:uid>/join/", views.Join.as_view(), name="api-join"),
    path("proposals/<str:uid>/support/", views.Supporting.as_view(), name="api-support"),
    path("follows/<str:uid>/", views.Following.as_view(), name="api-follow"),
    path("me/", views.Myself.as_view(), name="api-me"),
    path("messages/", views.Messages.as_view(), name="api-messages"),
    path("schema/", Description.as_view(), name="api-schema"),
    path("docs/", views.documentation, name="api-docs"),
]
