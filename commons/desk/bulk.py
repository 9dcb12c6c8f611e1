"""Many at once: the same few things done to chosen proposals. What is announced is a rehearsal of the very same code,
taken back afterwards, so that it says exactly what will happen."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.deadlines import due
from commons.desk.door import Desk
from commons.desk.forms import DAY, people_of
from commons.desk.turns import OPEN
from commons.models import Proposal
from commons.notifications import proposers
from commons.pacting import allow
from commons.refusals import Missing, NotPossible, Refused
from neighbourhoods.plain_text import PlainTexts
from people.outbox import tell

MOST = 100
ACTIONS = {
    "take_up": _("Take them up"),
    "reassign": _("Give them to another reviewer"),
    "remind": _("Send a reminder to the proposers"),
}


class BulkForm(PlainTexts, forms.Form):
    """Which proposals, what to do, and what that needs."""

    uids = forms.MultipleChoiceField(label=_("Proposals"))
    do = forms.ChoiceField(label=_("What to do with the chosen ones"), choices=list(ACTIONS.items()))
    review_due = forms.DateField(label=_("Review due by"), widget=DAY, required=False)
    words = forms.CharField(
        label=_("Words of the reminder"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, desk: Desk, data: Any = None) -> None:
        super().__init__(data, auto_id="bulk-%s")
        self.fields["reviewer"] = people_of(desk, required=False)
        self.fields["review_due"].initial = due(desk.city, "review", desk.city.today())
        chosen = data.getlist("uids") if data else []
        self.fields["uids"].choices = [(uid, uid) for uid in chosen[:MOST]]
        self.order_fields(["uids", "do", "reviewer", "review_due", "words"])

    def action(self) -> str:
        return str(ACTIONS[self.cleaned_data["do"]])


@dataclass(frozen=True)
class Line:
    """What becomes of one record: `good` with what is done, or not with why it is refused."""

    record: Any
    good: bool
    words: str


def rehearse(desk: Desk, form: BulkForm) -> list[Line]:
    """What would happen to each, with nothing written."""
    with transaction.atomic():
        lines = carry_out(desk, form)
        transaction.set_rollback(True)
    return lines


def carry_out(desk: Desk, form: BulkForm) -> list[Line]:
    """Does it to each by itself: one that is refused keeps no other from being done."""
    chosen = desk.proposals().filter(uid__in=form.cleaned_data["uids"]).select_related("city", "reviewer")
    return [one_line(record, desk, form.cleaned_data) for record in chosen.order_by("pk")]


def one_line(record: Proposal, desk: Desk, data: dict[str, Any]) -> Line:
    try:
        with transaction.atomic():
            return Line(record, True, DO[data["do"]](record, desk.user, data))
    except Refused as refused:
        return Line(record, False, str(refused))


def take_up(record: Proposal, by: Any, data: dict[str, Any]) -> str:
    record.advance("take_up", by=by, reviewer=data["reviewer"], review_due=data["review_due"])
    return gettext("Taken up: under review. The proposers and the followers are told.")


def reassign(record: Proposal, by: Any, data: dict[str, Any]) -> str:
    locked = Proposal.objects.select_for_update(of=("self",)).select_related("city").get(pk=record.pk)
    allow(locked, by, "lead")
    if locked.state not in OPEN["proposals"] or locked.state == Proposal.State.SUBMITTED:
        said = {"state": locked.get_state_display()}
        raise NotPossible(gettext("It is now: %(state)s. There is nothing to review.") % said)
    if not data["reviewer"]:
        raise Refused([Missing("reviewer", gettext("Say who reviews it."))])
    if locked.reviewer_id == data["reviewer"].pk:
        raise NotPossible(gettext("This person reviews it already."))
    locked.reviewer = data["reviewer"]
    locked.save(update_fields=["reviewer", "updated_at"])
    return gettext("It has another reviewer.")


def remind(record: Proposal, by: Any, data: dict[str, Any]) -> str:
    """A reminder to the proposers, once a day at most."""
    allow(record, by, "lead")
    if record.state not in OPEN["proposals"]:
        said = {"state": record.get_state_display()}
        raise NotPossible(gettext("It is now: %(state)s. There is nothing to remind of.") % said)
    people = proposers(record)
    if not people:
        raise NotPossible(gettext("Nobody has an account here: ring them or write to them."))
    words = {"record": record, "words": data["words"].strip(), "city": record.city}
    key = f"desk-reminder:{record.uid}:{record.city.today()}"
    sent = [tell(one, "desk_reminder", f"{key}:{one.pk}", words, record.get_absolute_url()) for one in people]
    if not any(sent):
        raise NotPossible(gettext("They have been reminded today already."))
    return gettext("A reminder to %(count)d people.") % {"count": sum(1 for one in sent if one)}


DO = {"take_up": take_up, "reassign": reassign, "remind": remind}
