"""REQUIREMENTS: what must be there for a move, by the name that the table of moves uses. Each asks the record and says
in plain words what is missing and where to write it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commons.deadlines import years
from commons.refusals import Missing

Asks = Callable[[Any], list[Missing]]


def wants(field: str, words: Callable[[], str]) -> Asks:
    """The field must not be empty; `words` are said in the language of the moment."""
    return lambda record: [] if getattr(record, field) not in (None, "", [], ()) else [Missing(field, words())]


def subject(proposal: Any) -> list[Missing]:
    found = [] if proposal.name.strip() else [Missing("name", _("Give it a name."))]
    if not proposal.contact_name.strip() and not proposal.proposers.exists():
        found.append(Missing("contact_name", _("Say who proposes it: a group, or your own name.")))
    return found


def contact(proposal: Any) -> list[Missing]:
    if proposal.contact_email or proposal.contact_phone:
        return []
    return [Missing("contact_email", _("Leave an e-mail address or a phone number: the office has to reach you."))]


def where(proposal: Any) -> list[Missing]:
    if proposal.place or proposal.building_id or proposal.no_place:
        return []
    return [Missing("place", _("Say where: choose a building, mark a place on the map, or say that it has no place."))]


def resources(proposal: Any) -> list[Missing]:
    if proposal.no_resources or proposal.resources.exists():
        return []
    return [Missing("resources", _("Say what you bring and what you ask for, or that you need nothing."))]


def call_open(proposal: Any) -> list[Missing]:
    """An answer to a call comes while the call is open, by the clock and not by when the timer last ran."""
    call = proposal.call
    if not call or (call.state != "preparing" and call.opens_at <= timezone.now() < call.closes_at):
        return []
    if call.state == "preparing" or timezone.now() < call.opens_at:
        return [Missing("call", _("The call is not open yet."))]
    closed = timezone.localtime(call.closes_at)
    words = _("The call closed on %(day)s at %(hour)s. You can still propose this on your own initiative.")
    return [Missing("call", words % {"day": f"{closed:%d/%m/%Y}", "hour": f"{closed:%H:%M}"})]


def comment_dates(proposal: Any) -> list[Missing]:
    opens, closes = proposal.comments_open_at, proposal.comments_close_at
    if not opens or not closes:
        return [Missing("comments_close_at", _("Say from when and until when people can comment."))]
    if closes <= max(opens, timezone.now()):
        return [Missing("comments_close_at", _("The end of the comments must lie ahead, and after their beginning."))]
    return []


def minutes(proposal: Any) -> list[Missing]:
    held = proposal.sessions.exclude(minutes="").filter(cancelled_at__isnull=True)
    skipped = "codesign" not in {step.target_state for step in proposal.steps.all()}
    return [] if skipped or held.exists() else [
        Missing("sessions", _("Write the minutes of at least one co-design session."))
    ]  # fmt: skip


def acts(proposal: Any) -> list[Missing]:
    """The acts that the city's profile asks for, each with body, number and date: `procedure.acts`, by complexity."""
    asked = proposal.city.profile.get("procedure", {}).get("acts", {})
    bodies = asked.get(proposal.complexity or "complex", asked.get("complex", []))
    have = set(proposal.acts.values_list("body", flat=True))
    if not bodies and not have:
        return [Missing("acts", _("Record the act that approves it: who decided, number and date."))]
    from commons.models.offices import FormalAct

    return [
        Missing("acts", _("Record the act of: %(body)s.") % {"body": FormalAct.Body(body).label})
        for body in bodies
        if body not in have
    ]


def not_signed(proposal: Any) -> list[Missing]:
    if not proposal.pact_id or proposal.pact.state == "to_sign":
        return []
    return [Missing("", _("It is signed: it can be closed early, not withdrawn."))]


def signature(side: str, words: Callable[[], str]) -> Asks:
    return lambda pact: [] if pact.signatures.filter(side=side).exists() else [Missing("signatures", words())]


def pact_text(pact: Any) -> list[Missing]:
    if pact.text.strip() or pact.attachments.filter(kind="pact_text", removed_at__isnull=True).exists():
        return []
    return [Missing("text", _("Add the text to sign, written here or as a file."))]


def act_known(pact: Any) -> list[Missing]:
    """A pact is signed on the strength of an act: of the proposals it was born of, of its own, or of what it renews."""
    from commons.models.offices import FormalAct

    if pact.acts.exists() or FormalAct.objects.filter(proposal__pact=pact).exists():
        return []
    return [Missing("acts", _("Record the act that allows the signature: who decided, number and date."))]


def period(pact: Any) -> list[Missing]:
    if not pact.starts_on:
        return [Missing("starts_on", _("Say on which day it starts."))]
    most = years(pact.city)
    if most and pact.ends_on and pact.ends_on > pact.starts_on.replace(year=pact.starts_on.year + most):
        return [Missing("ends_on", _("Here it lasts at most %(years)d years.") % {"years": most})]
    return [] if pact.ends_on else [Missing("ends_on", _("Say until which day it lasts."))]


def report_checked(pact: Any) -> list[Missing]:
    if pact.reports.filter(state="checked", checked_at__gte=pact.state_since).exists():
        return []
    return [Missing("reports", _("Check the report first: the group has to send it."))]


def next_report(pact: Any) -> list[Missing]:
    """A new day for the next report lies ahead; the one that stood there already may stay."""
    before = type(pact).objects.filter(pk=pact.pk).values_list("report_due", flat=True).first()
    if not pact.report_due or pact.report_due == before or pact.report_due > pact.city.today():
        return []
    return [Missing("report_due", _("The day of the next report must lie ahead."))]


def ended(pact: Any) -> list[Missing]:
    if pact.ends_on and pact.ends_on <= pact.city.today():
        return []
    return [Missing("ends_on", _("It has not reached its last day. To close it before, close it early."))]


def successor_signed(pact: Any) -> list[Missing]:
    successor = type(pact).objects.filter(predecessor=pact).first()
    if successor and successor.state not in {"to_sign", "terminated"}:
        return []
    return [Missing("successor", _("What renews it has to be signed first."))]


REQUIREMENTS: dict[str, Asks] = {
    "subject": subject,
    "contact": contact,
    "where": where,
    "aims": wants("aims", lambda: _("Say why: what would be better.")),
    "actions": wants("description", lambda: _("Say what you would do.")),
    "text": wants("description", lambda: _("There is no text that people could comment on.")),
    "resources": resources,
    "duration": wants("duration_months", lambda: _("Say for how many months.")),
    "consent": wants("consent_at", lambda: _("Agree that the city may keep and publish what the page says.")),
    "call_open": call_open,
    "reviewer": wants("reviewer", lambda: _("Say who reviews it.")),
    "review_due": wants("review_due", lambda: _("Say by when the review is due.")),
    "reply_by": wants("reply_by", lambda: _("Say by when the answer is needed.")),
    "comment_dates": comment_dates,
    "minutes": minutes,
    "final_text": wants("final_text", lambda: _("Write the final text.")),
    "budget": wants("budget", lambda: _("Say what it costs and who pays.")),
    "indicators": wants("indicators", lambda: _("Say how we shall know that it works.")),
    "risks": wants("risks", lambda: _("Say what could go wrong and who is insured.")),
    "acts": acts,
    "redirected_to": wants("redirected_to", lambda: _("Name the other office or tool.")),
    "not_signed": not_signed,
    "source": wants("source", lambda: _("A record from a register needs its source.")),
    "civic_signature": signature("civic", lambda: _("At least one group or person has to sign.")),
    "city_signature": signature("city", lambda: _("The municipality has to sign.")),
    "signed_on": wants("signed_on", lambda: _("Say on which day it was signed.")),
    "pact_text": pact_text,
    "act_known": act_known,
    "period": period,
    "review_on": wants("review_on", lambda: _("Say when to look at it again.")),
    "report_checked": report_checked,
    "next_report": next_report,
    "ended": ended,
    "successor_signed": successor_signed,
}
