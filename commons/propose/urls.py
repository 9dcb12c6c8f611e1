"""Writing a proposal."""

from django.urls import path

from commons.propose import meeting, sending, team, views

urlpatterns = [
    path("<slug:city>/propose/", views.start, name="propose"),
    path("<slug:city>/propose/find/", views.find, name="propose-find"),
    path("<slug:city>/propose/<str:uid>/", views.draft, name="draft"),
    path("<slug:city>/propose/<str:uid>/save/", views.autosave, name="draft-save"),
    path("<slug:city>/propose/<str:uid>/similar/", views.similar_now, name="draft-similar"),
    path("<slug:city>/propose/<str:uid>/delete/", views.discard, name="draft-discard"),
    path("<slug:city>/propose/<str:uid>/submit/", sending.submit, name="draft-submit"),
    path("<slug:city>/propose/<str:uid>/receipt/", sending.receipt, name="draft-receipt"),
    path("<slug:city>/propose/<str:uid>/answer/", sending.answer, name="draft-answer"),
    path("<slug:city>/propose/<str:uid>/withdraw/", sending.withdraw, name="draft-withdraw"),
    path("<slug:city>/propose/<str:uid>/meeting/", meeting.meeting, name="draft-meeting"),
    path("<slug:city>/propose/<str:uid>/invite/", team.team, name="draft-invite"),
    path("<slug:city>/propose/<str:uid>/invited/<str:secret>/", team.invited, name="draft-invited"),
]
