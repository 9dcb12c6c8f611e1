"""What the page of a pact tells beside its text: who signed, by number; its public history, disputes and reports."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from commons.gather.reporting import REPORTED, late, may_check, may_report
from commons.gather.story import TOLD
from commons.models import (
    Attachment,
    Dispute,
    Evaluation,
    Evidence,
    Follow,
    FormalAct,
    Pact,
    PactIndicator,
    Project,
    Proposal,
    Report,
    Signature,
    Step,
    Visit,
)
from neighbourhoods.vocabulary import Visibility
from people.roles import may

MOST = 100
HEAVY = ("place", "label_point", "shares", "description", "neighbourhood__boundary", "neighbourhood__label_point")


def everybody(record: Pact, alias: str) -> dict[str, Any]:
    """What all may read. Single people are counted, never named; of a dispute only what is about, since when, how it
    ended."""
    steps = list(Step.objects.using(alias).filter(pact=record.pk)[:MOST])
    names = dict(Pact.State.choices)
    return {
        "counts": counts(record, alias),
        "history": [
            {"words": names[step.target_state], "at": step.at, "note": step.note if step.move in TOLD else ""}
            for step in steps
            if step.move != "recorded"
        ],
        "acts": acts_of(record, alias),
        "disputes": list(
            Dispute.objects.using(alias)
            .filter(pact=record.pk)
            .only("subject", "opened_on", "closed_on", "outcome", "pact")[:MOST]
        ),
        "reports": list(Report.objects.using(alias).public().filter(pact=record.pk)[:MOST]),
        "projects": list(projects_of(record, alias)),
        "indicators": measured(record, alias),
        "told": list(Evidence.objects.using(alias).public().filter(pact=record.pk, indicator__isnull=True)[:MOST]),
        "visits": list(Visit.objects.using(alias).public().filter(pact=record.pk)[:MOST]),
        "evaluation": Evaluation.objects.using(alias).public().filter(pact=record.pk).first(),
    }


def projects_of(record: Pact, alias: str) -> QuerySet:
    """The projects of a pact. Those of one that is ready to sign are on its page, and count nowhere else yet."""
    every = Project.objects.using(alias).filter(pact=record.pk, visibility=Visibility.PUBLIC)
    return every.select_related("neighbourhood").defer(*HEAVY).order_by("name")[:MOST]


def measured(record: Pact, alias: str, shown: bool = True) -> list[PactIndicator]:
    """The agreed indicators, each with `values`: what the parties showed for it, the latest first. Two statements."""
    found = Evidence.objects.using(alias).filter(pact=record.pk, indicator__isnull=False)
    values = defaultdict(list)
    for one in found.filter(shown=True) if shown else found:
        values[one.indicator_id].append(one)
    indicators = list(PactIndicator.objects.using(alias).filter(pact=record.pk)[:MOST])
    for one in indicators:
        one.values = values[one.pk]
    return indicators


def late_visits(record: Pact) -> list[Visit]:
    """Visits that should have been made, while the pact runs: for the parties and the office."""
    running = record.state in {Pact.State.ACTIVE, Pact.State.SUSPENDED, Pact.State.REPORTING}
    return list(record.visits.late(record.city.today())) if running else []


def acts_of(record: Pact, alias: str) -> list[FormalAct]:
    """The acts that it stands on: its own, and those that approved the public proposals it was born of."""
    born = Proposal.objects.public().filter(pact=record.pk)
    acts = FormalAct.objects.using(alias).filter(Q(pact=record.pk) | Q(proposal__in=born))
    return list(acts.select_related("document")[:MOST])


def counts(record: Pact, alias: str) -> list[tuple[str, int]]:
    """How many of each kind signed for the civic side, in words."""
    civic = Signature.objects.using(alias).filter(pact=record.pk, side=Signature.Side.CIVIC)
    number = dict(civic.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(label, number[kind]) for kind, label in Signature.Kind.choices if kind in number]


def papers(record: Pact, there: list[Attachment], alias: str) -> list[Attachment]:
    """The pact on paper, each `signed` or, from before the signing, not. What a register says is signed, is."""
    sign = Step.objects.using(alias).filter(pact=record.pk, move="sign").order_by("-pk").first() if there else None
    for one in there:
        after = sign is None or one.uploaded_at >= sign.at
        one.signed = record.state != Pact.State.TO_SIGN and after
    return there


def own_part(request: HttpRequest, record: Pact) -> dict[str, Any]:
    """What parties and office see besides: whether a report is due or late, and where to write or check it."""
    if not request.user.is_authenticated:
        return {}
    follows = {"followed": Follow.objects.filter(uid=record.uid, user=request.user).exists()}
    live = Pact.objects.select_related("city", "house").get(pk=record.pk)
    follows["on_the_desk"] = may(live.roles_of(request.user), "desk")
    party, office = may_report(live, request.user), may_check(live, request.user)
    if may(live.roles_of(request.user), "lead"):
        follows["visits_late"] = late_visits(live)
    if not party and not office:
        return follows
    return follows | {
        "party": party,
        "reports_now": live.state in REPORTED,
        "report_late": late(live),
        "visits_late": late_visits(live),
        "report_waits": office and live.reports.filter(state=Report.State.SENT).exists(),
    }
