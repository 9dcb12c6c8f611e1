"""What the desk does for neighbourhoods: laboratories with who came, projects with their money, and their needs.

Somebody with a few areas finds only what is of these.
"""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from commons.desk.door import Desk
from commons.gather.reporting import late_ones
from commons.models import Laboratory, Need, NeighbourhoodPlan, Pact, Priority, Project, Visit
from commons.refusals import Missing, Refused
from neighbourhoods.models import Neighbourhood
from neighbourhoods.vocabulary import Role
from people.roles import Role as Part

RENUMBERED = 1_000  # beyond every number that a priority can have


def needs_of(desk: Desk) -> QuerySet:
    """The needs that lie on this desk; those without a place lie on the desks of the whole city."""
    return desk.within(Need.objects.filter(city=desk.city)).select_related("neighbourhood", "laboratory", "city")


def territories_of(desk: Desk) -> QuerySet:
    """The neighbourhoods in force that this desk may work for."""
    found = Neighbourhood.objects.public().current().in_role(Role.PRIMARY).filter(city=desk.city)
    if desk.areas is not None:
        found = found.filter(Q(pk__in=desk.areas) | Q(parent__in=desk.areas))
    return found.only("name", "code").order_by("code")


def laboratories_of(desk: Desk) -> QuerySet:
    """The laboratories of this desk: of its areas, or led by its person."""
    found = Laboratory.objects.filter(city=desk.city)
    if desk.areas is None:
        return found
    mine = Q(neighbourhoods__in=desk.areas) | Q(neighbourhoods__parent__in=desk.areas) | Q(architect=desk.user)
    return found.filter(pk__in=Laboratory.objects.filter(mine).values("pk"))


def projects_of(desk: Desk) -> QuerySet:
    """The projects of this desk: that lie in its areas, or belong to a laboratory or a pact of it."""
    found = Project.objects.filter(city=desk.city).select_related("city", "pact", "laboratory")
    if desk.areas is None:
        return found
    here = desk.within(Project.objects.filter(city=desk.city)).values("pk")
    led, agreed = laboratories_of(desk).values("pk"), desk.pacts().values("pk")
    return found.filter(Q(pk__in=here) | Q(laboratory__in=led) | Q(pact__in=agreed))


def priorities_of(desk: Desk) -> QuerySet:
    """What the plans of the neighbourhoods of this desk put first."""
    return Priority.objects.filter(plan__neighbourhood__in=territories_of(desk)).select_related("plan")


def plans_of(desk: Desk) -> QuerySet:
    """The strategic plans of the neighbourhoods of this desk, the latest first."""
    found = NeighbourhoodPlan.objects.filter(city=desk.city).select_related("neighbourhood", "city")
    return found if desk.areas is None else found.filter(neighbourhood__in=territories_of(desk))


def keep_plan(form: Any, rows: Any) -> NeighbourhoodPlan:
    """Writes a plan and its priorities, numbered from one in the order that was typed."""
    gone = [row.instance for row in rows.deleted_forms if row.instance.pk]
    for priority in gone:
        if priority.projects.exists():
            words = _("Projects serve “%(name)s”: change what they serve first, then take it out.")
            raise Refused([Missing("priorities", words % {"name": priority.name})])
    plan = form.save()
    Priority.objects.filter(pk__in=[one.pk for one in gone]).delete()
    plan.priorities.update(number=F("number") + RENUMBERED)  # no two have the same number at any moment
    typed = [row for row in rows if (row.has_changed() or row.instance.pk) and row not in rows.deleted_forms]
    typed.sort(key=lambda row: row.cleaned_data["place"] or RENUMBERED)
    listed = [row.instance for row in typed]
    others = plan.priorities.exclude(pk__in=[one.pk for one in listed if one.pk])  # somebody else has just added them
    for number, priority in enumerate([*listed, *others], start=1):
        priority.plan, priority.number = plan, number
        priority.save()
    return plan


def keep_laboratory(desk: Desk, form: Any) -> Laboratory:
    """Writes a laboratory; a new one is led by the architect who opens it."""
    lab = form.save(commit=False)
    if not lab.pk and Part.ARCHITECT in desk.roles:
        lab.architect = desk.user
    if not lab.urban and not form.cleaned_data["neighbourhoods"]:
        raise Refused([Missing("neighbourhoods", _("Say which neighbourhood it is of, or that it is an urban one."))])
    lab.save()
    form.save_m2m()
    return lab


def keep_project(desk: Desk, form: Any) -> Project:
    """Writes a project. Whoever has a few areas writes only what belongs to these."""
    project = form.save(commit=False)
    if not project.laboratory_id and not project.pact_id:
        raise Refused([Missing("laboratory", _("Say which laboratory or which pact it belongs to."))])
    if project.laboratory_id and not laboratories_of(desk).filter(pk=project.laboratory_id).exists():
        raise Refused([Missing("laboratory", _("This laboratory is not of your areas."))])
    if project.pact_id and not desk.pacts().filter(pk=project.pact_id).exists():
        raise Refused([Missing("pact", _("This pact is not of your areas."))])
    project.precision = "exact" if project.place else "none"
    project.save()
    form.save_m2m()
    return project


def plan_meeting(laboratory: Laboratory, form: Any) -> str:
    session = form.save(commit=False)
    session.laboratory = laboratory
    session.save()
    return _("The meeting is written down.")


def sign_in(laboratory: Laboratory, form: Any) -> str:
    """Who came: the lines become keys and are forgotten."""
    came = form.cleaned_data["session"].signed_by(form.cleaned_data["signs"].splitlines())
    return _("Written down: %(count)d. The names are not kept.") % {"count": came}


def write_minutes(laboratory: Laboratory, form: Any) -> str:
    session = form.cleaned_data["session"]
    session.minutes = form.cleaned_data["minutes"]
    session.save(update_fields=["minutes"])
    return _("The minutes are written.")


def overdue(desk: Desk) -> dict[str, list[Any]]:
    """What should have come by now on this desk: reports of pacts, and visits. For the office and nobody else."""
    pacts = list(desk.pacts().filter(report_due__lt=desk.city.today()).select_related("city").listed())
    late = late_ones(pacts)
    running = (Pact.State.ACTIVE, Pact.State.SUSPENDED, Pact.State.REPORTING)
    visits = Visit.objects.late(desk.city.today()).filter(pact__in=desk.pacts().filter(state__in=running).values("pk"))
    return {
        "reports": [pact for pact in pacts if pact.pk in late],
        "visits": list(visits.select_related("pact__city").order_by("planned_on")),
    }


def same_city(desk: Desk, uid: str, records: QuerySet) -> Any:
    """The record of this desk with this identifier; Http404 for any other."""
    return get_object_or_404(records, uid=uid, city=desk.city)
