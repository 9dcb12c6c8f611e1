"""The pages of a city and of what is in it, each by its permanent identifier."""

from django.urls import include, path

from commons.views import care, explore, needs

urlpatterns = [
    path("", include("commons.desk.urls")),
    path("", include("commons.propose.urls")),
    path("", include("commons.gather.urls")),
    path("", include("commons.api.page_urls")),
    path("", include("commons.filing_urls")),
    path("", include("commons.figures.urls")),
    path("id/<str:uid>", explore.record, name="record"),
    path("<slug:city>/about/", explore.city, name="city"),
    path("<slug:city>/neighbourhoods/<str:uid>/", explore.neighbourhood),
    path("<slug:city>/districts/<str:uid>/", explore.district),
    path("<slug:city>/buildings/<str:uid>/", explore.building),
    path("<slug:city>/houses/<str:uid>/", explore.house),
    path("<slug:city>/proposals/<str:uid>/", explore.proposal),
    path("<slug:city>/pacts/<str:uid>/", explore.pact),
    path("<slug:city>/needs/", needs.needs, name="needs"),
    path("<slug:city>/needs/new/", needs.new, name="need-new"),
    path("<slug:city>/needs/track/", needs.track, name="need-track"),
    path("<slug:city>/needs/<str:uid>/", needs.need),
    path("<slug:city>/projects/<str:uid>/", care.project),
    path("<slug:city>/laboratories/<str:uid>/", care.laboratory),
    path("<slug:city>/organisations/<str:uid>/", explore.organisation),
]
