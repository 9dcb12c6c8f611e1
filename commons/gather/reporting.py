"""Reports of a pact (story 12): the parties write and send, the office checks; only then are they public."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.models import Pact, Report
from commons.notifications import AUDIENCES
from commons.refusals import NotAllowed, NotPossible
from people.models import User
from people.outbox import tell
from people.roles import may

REPORTED = frozenset({Pact.State.ACTIVE, Pact.State.REPORTING})
State = Report.State
ANSWERS = timedelta(days=183)


def may_report(pact: Pact, user: Any) -> bool:
    """Whether this person reports for the pact: who proposed it, or represents a group that signed."""
    return may(pact.roles_of(user), "report")


def may_check(pact: Pact, user: Any) -> bool:
    """Whether this person checks reports: of the office, and not a party of this pact."""
    roles = pact.roles_of(user)
    return may(roles, "answer") and not may(roles, "report")


def open_report(pact: Pact) -> Report | None:
    """The report that is being written or waits for the office; None when the next one can be begun."""
    return pact.reports.exclude(state=State.CHECKED).first()


def period_of(pact: Pact) -> dict[str, date | None]:
    """The days that the next report tells of: from where the last one ended, or the pact began, until today."""
    last = pact.reports.order_by("-period_end").values_list("period_end", flat=True).first()
    begins, today = last + timedelta(days=1) if last else pact.starts_on, pact.city.today()
    return {"period_start": min(begins, today) if begins else None, "period_end": today}


def late(pact: Pact, sent: Iterable[datetime] | None = None) -> bool:
    """Whether the report is due and has not been sent: for the parties and the office alone.

    A report answers the deadline when it was sent in the half year before it, or since. `sent` are the moments when
    this pact's reports were sent, where they are known already.
    """
    due = pact.report_due
    if pact.state not in REPORTED or not due or due >= pact.city.today():
        return False
    if sent is None:
        sent = pact.reports.filter(sent_at__isnull=False).values_list("sent_at", flat=True)
    return not any(moment.date() >= due - ANSWERS for moment in sent)


def late_ones(pacts: list[Pact]) -> set[int]:
    """The keys of the pacts whose report is late. One statement, however many there are."""
    sent = defaultdict(list)
    for key, moment in Report.objects.filter(pact__in=pacts, sent_at__isnull=False).values_list("pact_id", "sent_at"):
        sent[key].append(moment)
    return {pact.pk for pact in pacts if late(pact, sent[pact.pk])}


@transaction.atomic
def write_report(pact: Pact, by: User, report: Report, send: bool) -> Report:
    """Keeps the draft, and sends it when asked. Raises NotAllowed, or NotPossible when the pact takes no report now or
    another one waits."""
    locked = Pact.objects.public().select_for_update(of=("self",), no_key=True).select_related("city").get(pk=pact.pk)
    if not may_report(locked, by):
        raise NotAllowed(_("Only those who proposed it or signed it report on it."))
    if locked.state not in REPORTED:
        raise NotPossible(_("No report is asked for now."))
    waiting = open_report(locked)
    if waiting and (waiting.state == State.SENT or waiting.pk != report.pk):
        raise NotPossible(_("Somebody of your group has changed or sent the report meanwhile. Open the page again."))
    report.pact, report.written_by = locked, report.written_by or by
    if send:
        report.state, report.sent_at = State.SENT, timezone.now()
    report.save()
    if send:
        say(report, "report_sent", "office", by)
    return report


@transaction.atomic
def check_report(report: Report, by: User, note: str, accept: bool) -> Report:
    """The office's check: from then on it is public; or it goes back to the parties with words on what is missing."""
    report = Report.objects.select_for_update(of=("self",)).select_related("pact__city").get(pk=report.pk)
    if not may_check(report.pact, by):
        raise NotAllowed(_("The office checks reports, and nobody their own."))
    if report.state != State.SENT:
        raise NotPossible(_("This report does not wait for the office any more."))
    if not accept and not note:
        raise NotPossible(_("Write what is missing before you send it back."))
    report.check_note, report.checked_by = note, by
    report.state = State.CHECKED if accept else State.DRAFT
    report.checked_at = timezone.now() if accept else None
    report.save(update_fields=["check_note", "checked_by", "checked_at", "state"])
    say(report, "report_checked", "parties", by)
    return report


def say(report: Report, kind: str, audience: str, by: User) -> None:
    """Tells an audience of the pact, once for each time it was sent."""
    words = {"record": report.pact, "city": report.pact.city, "report": report}
    path = f"{report.pact.get_absolute_url()}report/"
    moment = report.sent_at.isoformat() if report.sent_at else ""
    for user in AUDIENCES[audience](report.pact):
        if user.pk != by.pk:
            tell(user, kind, f"{kind}:{report.pk}:{report.state}:{moment}:{user.pk}", words, path)
