"""The office's desk."""

from django.urls import path

from commons.desk.views import care, figures, organisations, pages, plans, queue, records, rooms

urlpatterns = [
    path("desk/", queue.home, name="desk-home"),
    path("<slug:city>/desk/", queue.queue, name="desk"),
    path("<slug:city>/desk/bulk/", queue.bulk, name="desk-bulk"),
    path("<slug:city>/desk/map/", rooms.map_, name="desk-map"),
    path("<slug:city>/desk/buildings/", rooms.buildings, name="desk-buildings"),
    path("<slug:city>/desk/protocol/", rooms.protocol, name="desk-protocol"),
    path("<slug:city>/desk/organisations/", organisations.organisations, name="desk-organisations"),
    path("<slug:city>/desk/organisations/<str:uid>/", organisations.decide, name="desk-organisation"),
    path("<slug:city>/desk/funnel/", pages.funnel, name="desk-funnel"),
    path("<slug:city>/desk/why/", pages.why, name="desk-why"),
    path("<slug:city>/desk/moderation/", pages.moderation, name="desk-moderation"),
    path("<slug:city>/desk/calls/", pages.calls, name="desk-calls"),
    path("<slug:city>/desk/calls/new/", pages.call, name="desk-call-new"),
    path("<slug:city>/desk/calls/<str:uid>/", pages.call, name="desk-call"),
    path("<slug:city>/desk/calls/<str:uid>/publish/", pages.publish, name="desk-call-publish"),
    path("<slug:city>/desk/figures/", figures.figures, name="desk-figures"),
    path("<slug:city>/desk/figures/new/", figures.figure, name="desk-figure-new"),
    path("<slug:city>/desk/figures/edition/", figures.publish, name="desk-edition"),
    path("<slug:city>/desk/figures/<str:uid>/", figures.figure, name="desk-figure"),
    path("<slug:city>/desk/proposals/<str:uid>/", records.record, {"kind": "proposals"}, name="desk-proposal"),
    path("<slug:city>/desk/proposals/<str:uid>/compare/", records.compare, name="desk-compare"),
    path("<slug:city>/desk/pacts/<str:uid>/", records.record, {"kind": "pacts"}, name="desk-pact"),
    path("<slug:city>/desk/needs/", care.needs, name="desk-needs"),
    path("<slug:city>/desk/needs/<str:uid>/", care.need, name="desk-need"),
    path("<slug:city>/desk/laboratories/", care.laboratories, name="desk-laboratories"),
    path("<slug:city>/desk/laboratories/new/", care.laboratory, name="desk-laboratory-new"),
    path("<slug:city>/desk/laboratories/<str:uid>/", care.laboratory, name="desk-laboratory"),
    path("<slug:city>/desk/laboratories/<str:uid>/<slug:name>/", care.laboratory_do, name="desk-laboratory-do"),
    path("<slug:city>/desk/projects/new/", care.project, name="desk-project-new"),
    path("<slug:city>/desk/projects/<str:uid>/", care.project, name="desk-project"),
    path("<slug:city>/desk/plans/", plans.plans, name="desk-plans"),
    path("<slug:city>/desk/plans/new/", plans.plan, name="desk-plan-new"),
    path("<slug:city>/desk/plans/<str:uid>/", plans.plan, name="desk-plan"),
    path("<slug:city>/desk/monitoring/", care.monitoring, name="desk-monitoring"),
    path("<slug:city>/desk/<slug:kind>/<str:uid>/move/<slug:name>/", records.move, name="desk-move"),
    path("<slug:city>/desk/<slug:kind>/<str:uid>/do/<slug:name>/", records.act, name="desk-act"),
]
