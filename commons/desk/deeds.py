"""DEEDS: what the office does beside the moves (acts, sessions, disputes, signatures, reports, pacts), as one table.

None of them writes a state. Each says on which kind of record, who may, with which form, and in which states.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.desk import filing, monitoring
from commons.desk import forms as typed
from commons.desk import monitoring_forms as looked
from commons.models import Dispute, Report, Signature
from commons.notifications import disputed, session_called, session_told
from commons.pacting import allow, open_pact, prepare_renewal
from commons.refusals import Missing, NotPossible, Refused

BOTH = ("proposals", "pacts")
MEETING = ("under_review", "needs_changes", "in_consultation", "codesign")
ENDED = ("rejected", "redirected", "withdrawn", "expired", "renewed", "terminated")


@dataclass(frozen=True)
class Deed:
    """One thing the office does to a record. `states` empty: in any. `edits`: the form writes the record itself.
    `locks`: it locks what it needs by itself."""

    name: str
    label: Promise
    kinds: tuple[str, ...]
    needs: str
    form: type[forms.BaseForm]
    do: Callable[..., Any]
    done: Promise
    states: tuple[str, ...] = ()
    edits: bool = False
    locks: bool = False

    def fits(self, kind: str, state: str) -> bool:
        return kind in self.kinds and (not self.states or state in self.states)

    def blank(self, record: Any, data: Any = None, files: Any = None) -> forms.BaseForm:
        """Its form, empty or with what somebody typed and chose."""
        more: dict[str, Any] = {"instance": record} if self.edits else {"record": record}
        return self.form(data, files, auto_id=f"{self.name}-%s", **more)


def plan_session(record: Any, by: Any, form: Any) -> Any:
    data = form.cleaned_data
    if not data["house"] and not data["where"].strip():
        raise Refused([Missing("where", gettext("Say where: choose a house, or write the place."))])
    where = {name: data[name] for name in ("starts_at", "house", "where")}
    session, made = record.sessions.get_or_create(**where, cancelled_at=None, defaults={"called_by": by})
    if made:
        session_called(session)
    return session


def write_minutes(record: Any, by: Any, form: Any) -> Any:
    session = form.cleaned_data["session"]
    if session.starts_at > timezone.now():
        raise Refused([Missing("session", gettext("This session has not been held yet."))])
    session.minutes, session.attendance = form.cleaned_data["minutes"], form.cleaned_data["attendance"]
    session.save(update_fields=["minutes", "attendance"])
    session_told(session)
    return session


def open_dispute(record: Any, by: Any, form: Any) -> Dispute:
    """A dispute beside the state, never instead of it; parties, panel and days as they are known."""
    dispute = form.save(commit=False)
    setattr(dispute, record.machine, record)
    same = record.disputes.filter(subject=dispute.subject, opened_on=dispute.opened_on, closed_on__isnull=True)
    if found := same.first():
        return found
    dispute.save()
    disputed(dispute)
    return dispute


def close_dispute(record: Any, by: Any, form: Any) -> Dispute:
    dispute, closed = form.cleaned_data["dispute"], form.cleaned_data["closed_on"]
    if closed < dispute.opened_on:
        raise Refused([Missing("closed_on", gettext("It cannot end before it began."))])
    dispute.outcome, dispute.closed_on = form.cleaned_data["outcome"], closed
    dispute.save(update_fields=["outcome", "closed_on"])
    return dispute


def add_signature(record: Any, by: Any, form: Any) -> Signature:
    """A signature of a group (once), of a person (counted), or of the municipality (once)."""
    signature = form.save(commit=False)
    signature.pact = record
    mine = record.signatures
    if signature.side == Signature.Side.CITY:
        signature.kind, signature.organisation = Signature.Kind.PUBLIC_BODY, None
        if found := mine.filter(side=Signature.Side.CITY).first():
            return found
    elif signature.organisation:
        if found := mine.filter(organisation=signature.organisation).first():
            return found
    elif not signature.person_name.strip():
        raise Refused([Missing("organisation", gettext("Choose the group that signs, or write the person's name."))])
    signature.save()
    return signature


def write_pact(record: Any, by: Any, form: Any) -> Any:
    record.save(update_fields=[*form.cleaned_data, "updated_at"])
    return record


def check_report(record: Any, by: Any, form: Any) -> Report:
    """The report that was sent is checked: it is public from now on. Income without a word on it asks for a note."""
    report = record.reports.select_for_update().filter(state=Report.State.SENT).order_by("sent_at", "pk").first()
    if report is None:
        raise NotPossible(gettext("There is no report to check: the group has to send it."))
    if report.unexplained_income() and not form.cleaned_data["check_note"].strip():
        said = gettext("There is income, and no word on how it was put back: write what you found out.")
        raise Refused([Missing("check_note", said)])
    report.state, report.checked_by, report.checked_at = Report.State.CHECKED, by, timezone.now()
    report.check_note = form.cleaned_data["check_note"]
    report.save(update_fields=["state", "checked_by", "checked_at", "check_note"])
    return report


def make_pact(record: Any, by: Any, form: Any) -> Any:
    others = list(form.cleaned_data["others"])
    name = form.cleaned_data["name"].strip()
    return open_pact([record, *others], by, **({"name": name} if name else {}))


def renew(record: Any, by: Any, form: Any) -> Any:
    return prepare_renewal(record, by, **form.cleaned_data)


SIGNABLE = ("to_sign",)
MONITORED = ("active", "suspended", "reporting", "expired", "renewed", "terminated")
DEEDS = (
    Deed("act", _("Record an act"), BOTH, "act", filing.ActForm, filing.record_act, _("The act is recorded.")),
    Deed("act_paper", _("Add the document of an act"), BOTH, "act", filing.ActPaperForm, filing.file_act,
         _("The document is kept with the act.")),
    Deed("session", _("Plan a co-design session"), ("proposals",), "lead", typed.SessionForm, plan_session,
         _("The session is planned."), MEETING),
    Deed("minutes", _("Write the minutes of a session"), ("proposals",), "lead", typed.MinutesForm, write_minutes,
         _("The minutes are written."), (*MEETING, "awaiting_approval")),
    Deed("pact", _("Prepare the signing"), ("proposals",), "pact", typed.OpenPactForm, make_pact,
         _("It is ready to sign."), ("approved",), locks=True),
    Deed("text", _("Write the text to sign"), ("pacts",), "pact", typed.PactForm, write_pact,
         _("The text is kept."), SIGNABLE, edits=True),
    Deed("signature", _("Add a signature"), ("pacts",), "pact", typed.SignatureForm, add_signature,
         _("The signature is added."), SIGNABLE),
    Deed("signed_pact", _("Add the paper (PDF)"), ("pacts",), "pact", filing.SignedPactForm, filing.file_pact,
         _("The paper is kept.")),
    Deed("report", _("Check the report"), ("pacts",), "pact", typed.CheckForm, check_report,
         _("The report is checked and public."), ("reporting",)),
    Deed("after", _("Say what happens at the end"), ("pacts",), "pact", typed.AfterEndForm, write_pact,
         _("The words are kept."), ("signed", "active", "suspended", "reporting", "expired"), edits=True),
    Deed("indicator", _("Agree on an indicator"), ("pacts",), "lead", looked.IndicatorForm, monitoring.agree_indicator,
         _("It is measured from now on."), ("to_sign", "signed", "active")),
    Deed("evidence", _("Show evidence for the city"), ("pacts",), "lead", looked.EvidenceForm,
         monitoring.show_for_city, _("Everybody can see it."), MONITORED),
    Deed("visit", _("Plan a visit"), ("pacts",), "lead", looked.VisitForm, monitoring.plan_visit,
         _("The visit is planned."), ("signed", "active", "suspended", "reporting")),
    Deed("visited", _("Tell a visit"), ("pacts",), "lead", looked.VisitedForm, monitoring.tell_visit,
         _("Everybody can read what was found."), MONITORED),
    Deed("evaluation", _("Write the final evaluation"), ("pacts",), "lead", looked.EvaluationForm, monitoring.evaluate,
         _("The evaluation is kept."), ("reporting", "expired", "renewed", "terminated")),
    Deed("renewal", _("Prepare the renewal"), ("pacts",), "lead", typed.RenewalForm, renew,
         _("What renews it is ready to sign."), ("active", "reporting", "expired")),
    Deed("dispute", _("Open a dispute"), BOTH, "pact", typed.DisputeForm, open_dispute, _("The dispute is open.")),
    Deed("outcome", _("Close a dispute"), BOTH, "pact", typed.OutcomeForm, close_dispute,
         _("The dispute is closed.")),
    Deed("take_away", _("Take a paper of the office away"), BOTH, "act", filing.TakeAwayForm, filing.take_away,
         _("The paper is taken away from every page.")),
)  # fmt: skip


def find_deed(name: str) -> Deed | None:
    return next((deed for deed in DEEDS if deed.name == name), None)


@transaction.atomic
def perform(deed: Deed, record: Any, by: Any, form: Any) -> Any:
    """Does a deed with its record locked, so that two clicks are one. `form` is valid.

    Raises NotAllowed (403), NotPossible (409), Refused (400).
    """
    rows = type(record).objects.only("state")
    now = (rows if deed.locks else rows.select_for_update(of=("self",))).get(pk=record.pk).state
    allow(record, by, deed.needs)
    kind = f"{record.machine}s"
    if not deed.fits(kind, now):
        said = {"state": type(record).State(now).label}
        raise NotPossible(gettext("It is now: %(state)s. This cannot be done any more.") % said)
    return deed.do(record, by, form)


def useful(deed: Deed, record: Any) -> bool:
    """Whether there is something that the deed could be done to now."""
    match deed.name:
        case "act_paper":
            return record.acts.exists()
        case "take_away":
            return filing.papers_of(record).exists()
        case "minutes":
            return record.sessions.filter(cancelled_at__isnull=True).exists()
        case "outcome":
            return record.disputes.filter(closed_on__isnull=True).exists()
        case "report":
            return record.reports.filter(state=Report.State.SENT).exists()
        case "pact":
            return record.pact_id is None
        case "visited":
            return record.visits.filter(made_on__isnull=True).exists()
        case "evaluation":
            return not record.evaluation_published()
        case "renewal":
            return not type(record).objects.filter(Exists(type(record).objects.filter(predecessor=OuterRef("pk"))),
                                                   pk=record.pk).exists()  # fmt: skip
    return True
