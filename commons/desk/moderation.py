"""Moderation of comments: hidden with a reason, shown again; every decision stays, with who made it and when."""

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.models import Contribution
from commons.pacting import allow
from commons.refusals import Missing, NotPossible, Refused
from commons.traces import leave_trace, traces_of
from neighbourhoods.plain_text import PlainTexts

RECENT = 50
State = Contribution.Moderation


class ModerationForm(PlainTexts, forms.Form):
    """What to do with one comment, and why."""

    uid = forms.CharField(widget=forms.HiddenInput, max_length=36)
    do = forms.ChoiceField(choices=[("show", _("Show it")), ("hide", _("Hide it"))], widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


def comments(desk: Desk) -> QuerySet:
    """The comments on the proposals of this desk."""
    found = Contribution.objects.filter(proposal__in=desk.proposals().values("pk"))
    return found.select_related("author", "moderated_by", "proposal").defer("proposal__place", "proposal__shares")


def shelves(desk: Desk) -> dict[str, list[Contribution]]:
    """What waits to be read (the oldest first), what was shown lately, and what was hidden lately."""
    every = comments(desk)
    found = {
        "waiting": list(every.filter(moderation=State.WAITING).order_by("pk")[:RECENT]),
        "shown": list(every.filter(moderation=State.SHOWN).order_by("-pk")[:RECENT]),
        "hidden": list(every.filter(moderation=State.HIDDEN).order_by("-moderated_at", "-pk")[:RECENT]),
    }
    shown = [one for shelf in found.values() for one in shelf]
    traces = traces_of(Contribution, [one.pk for one in shown])
    for one in shown:
        one.decisions = traces[str(one.pk)]
    return found


@transaction.atomic
def moderate(desk: Desk, uid: str, do: str, reason: str) -> Contribution:
    """Shows or hides one comment. Hiding needs a reason; nothing is deleted.

    Raises Refused (400) without a reason, NotAllowed (403) for one's own proposal, NotPossible (409) where it is so
    already or there is no such comment on this desk.
    """
    rows = Contribution.objects.select_for_update().filter(proposal__in=desk.proposals().values("pk"), uid=uid)
    comment = rows.first()
    if comment is None:
        raise NotPossible(gettext("There is no such comment on your desk."))
    allow(comment.proposal, desk.user, "moderate")
    if do == "hide" and not reason.strip():
        raise Refused([Missing("reason", gettext("Write why: who wrote it can ask."))])
    wanted = State.HIDDEN if do == "hide" else State.SHOWN
    if comment.moderation == wanted:
        raise NotPossible(gettext("This was done already."))
    comment.moderation, comment.moderated_by, comment.moderated_at = wanted, desk.user, timezone.now()
    comment.moderation_reason = reason.strip() or comment.moderation_reason
    comment.save(update_fields=["moderation", "moderated_by", "moderated_at", "moderation_reason"])
    leave_trace(comment, desk.user, f"{do}: {reason.strip()}" if reason.strip() else do)
    return comment
