"""The pages of projects and laboratories."""

from django.http import HttpRequest, HttpResponse

from commons.models import Laboratory, Need, Pact, Priority, Project
from commons.views import around
from commons.views.charts import guarded
from commons.views.explore import found, located, page, show
from neighbourhoods.models import Neighbourhood

RELATED = 50


@page
def project(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    record = found(Project, uid, city)
    served = Priority.objects.using(around.ALIAS).filter(plan__visibility="public", pk=record.priority_id)
    return show(
        request,
        record,
        **located(record),
        totals=record.money.using(around.ALIAS).totals(),
        pact=around.public_of(Pact, record.pact_id),
        laboratory=Laboratory.objects.using(around.ALIAS).public().filter(pk=record.laboratory_id).first(),
        priority=served.first(),
        needs=around.shelf(Need.objects.public().filter(projects=record).listed(), RELATED),
    )


@page
def laboratory(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Who came is counted: different people and attendances, neither told where they are few."""
    record = found(Laboratory, uid, city)
    counted = Laboratory.objects.using(around.ALIAS).attended().get(pk=record.pk)
    territories = Neighbourhood.objects.using(around.ALIAS).public().filter(pk__in=record.neighbourhoods.values("pk"))
    return show(
        request,
        record,
        territories=list(around.plain(territories).order_by("code")),
        people=guarded(counted.people or 0),
        attendances=guarded(counted.attendances or 0),
        sessions=list(record.sessions.using(around.ALIAS)),
        projects=around.shelf(Project.objects.public().filter(laboratory=record).listed(), RELATED),
        needs=around.shelf(Need.objects.public().filter(laboratory=record).listed(), RELATED),
        architect=record.architect.display_name if record.architect else "",
    )
