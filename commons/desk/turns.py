"""Whose turn it is and by when, for every state: said once, read by the queue, the pages and the reminders."""

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.deadlines import due
from commons.models import Pact, Report
from neighbourhoods.models import City


class Turn(TextChoices):
    """Who has to do something now."""

    OFFICE = "office", _("The office")
    PROPOSER = "proposer", _("The proposers")
    RECORDER = "recorder", _("Who records decisions")
    NOBODY = "nobody", _("Nobody")


# By state; what depends on more than the state is in `turn_of()`.
TURNS = {
    "proposals": {
        "submitted": Turn.OFFICE, "under_review": Turn.OFFICE, "needs_changes": Turn.PROPOSER,
        "codesign": Turn.OFFICE, "awaiting_approval": Turn.RECORDER,
    },
    "pacts": {"to_sign": Turn.OFFICE, "signed": Turn.OFFICE, "suspended": Turn.OFFICE, "reporting": Turn.PROPOSER},
}  # fmt: skip
# The day that matters in a state.
DUE = {
    "proposals": {"under_review": "review_due", "needs_changes": "reply_by"},
    "pacts": {"signed": "starts_on", "suspended": "review_on", "reporting": "report_due", "active": "ends_on"},
}
OPEN = {
    "proposals": (
        "submitted", "under_review", "needs_changes", "in_consultation", "codesign", "awaiting_approval", "approved",
    ),
    "pacts": ("to_sign", "signed", "active", "suspended", "reporting"),
}  # fmt: skip


def with_turn(records: QuerySet, kind: str, city: City) -> QuerySet:
    """The records with `turn` and `due`: the day by which something has to happen, if there is one."""
    return records.annotate(due=due_of(kind, city), turn=turn_of(kind, city.today()))


def turn_of(kind: str, today: date) -> Case:
    """Whose turn it is, as an expression."""
    also: list[Any] = []
    if kind == "proposals":
        over = When(state="in_consultation", comments_close_at__lte=timezone.now(), then=Value(Turn.OFFICE))
        also = [over, When(state="approved", pact__isnull=True, then=Value(Turn.OFFICE))]
    else:
        sent = Report.objects.filter(pact=OuterRef("pk"), state=Report.State.SENT)
        also = [
            When(Exists(sent), state=Pact.State.REPORTING, then=Value(Turn.OFFICE)),
            When(state__in=["active", "reporting"], ends_on__lt=today, then=Value(Turn.OFFICE)),
        ]
    plain = [When(state=state, then=Value(turn)) for state, turn in TURNS[kind].items()]
    return Case(*also, *plain, default=Value(Turn.NOBODY), output_field=CharField())


def due_of(kind: str, city: City) -> Case:
    """The day that matters in the present state, as an expression; null where there is none."""
    whens = [When(state=state, then=F(field)) for state, field in DUE[kind].items()]
    if kind == "proposals":
        whens.append(When(state="in_consultation", then=TruncDate("comments_close_at")))
        # Terms of the city's profile: of the answer from the submission, of the act from when it goes to be decided.
        terms = {"submitted": ("reply", F("submitted_on")), "awaiting_approval": ("act", TruncDate("state_since"))}
        for state, (what, start) in terms.items():
            if day := due(city, what, date.min):
                by = ExpressionWrapper(start + Value(day - date.min), output_field=DateField())
                whens.append(When(state=state, then=by))
    return Case(*whens, default=Value(None), output_field=DateField())
