"""The city's mark for organisations: who waits for it, what speaks for them, and the decision with its reason."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.models import Proposal
from commons.refusals import Missing, NotAllowed, NotPossible, Refused
from commons.traces import leave_trace, traces_of
from neighbourhoods.plain_text import PlainTexts
from people.models import Membership, Organisation, User
from people.outbox import tell

DECISIONS = {
    "verify": _("Verify it"),
    "wait": _("Ask for more"),
    "unverify": _("Take the mark back"),
}
ALIKE = 0.5


class DecisionForm(PlainTexts, forms.Form):
    """What is decided of one organisation, and why."""

    do = forms.ChoiceField(choices=list(DECISIONS.items()), widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
    hide = forms.BooleanField(label=_("Hide its page too"), required=False)


def organisations_of(desk: Desk) -> QuerySet:
    """The organisations of the city with what speaks for each: members, proposals handed in, pacts signed."""
    found = Organisation.objects.filter(city=desk.city)
    handed_in = ~Q(proposals__state=Proposal.State.DRAFT) & Q(proposals__isnull=False)
    return found.annotate(
        members=Count("memberships", filter=Q(memberships__state=Membership.State.ACTIVE), distinct=True),
        handed_in=Count("proposals", filter=handed_in, distinct=True),
        signed=Count("pacts", distinct=True),
    )


def with_evidence(desk: Desk, shown: list[Organisation]) -> list[Organisation]:
    """These organisations, each with its representatives, others of nearly the same name, and every decision so far.
    A number of statements that does not grow with them."""
    keys = [one.pk for one in shown]
    people = Membership.objects.filter(organisation__in=keys, state=Membership.State.ACTIVE)
    people = people.filter(role=Membership.Part.REPRESENTATIVE).select_related("user").order_by("pk")
    by_group: dict[int, list[User]] = defaultdict(list)
    for one in people:
        by_group[one.organisation_id].append(one.user)
    traces, twins = traces_of(Organisation, keys), alike(desk, shown)
    for one in shown:
        one.representatives, one.decisions, one.twins = by_group[one.pk], traces[str(one.pk)], twins[one.pk]
    return shown


def alike(desk: Desk, shown: list[Organisation]) -> dict[int, list[Organisation]]:
    """Others of the city whose name is nearly the same: one that takes another's name is seen at once."""
    pairs = Organisation.objects.raw(
        """SELECT o.id, o.uid, o.name, o.verified, mine.id AS mine FROM people_organisation o
        JOIN people_organisation mine ON mine.id = ANY(%s) AND mine.id <> o.id
          AND similarity(lower(o.name), lower(mine.name)) >= %s
        WHERE o.city_id = %s ORDER BY mine.id, o.verified DESC, o.name LIMIT 200""",
        [[one.pk for one in shown], ALIKE, desk.city.pk],
    )
    found: dict[int, list[Organisation]] = defaultdict(list)
    for one in pairs:
        found[one.mine].append(one)
    return found


@transaction.atomic
def decide(desk: Desk, organisation: Organisation, do: str, reason: str, hide: bool = False) -> str:
    """Gives the mark, asks for more, or takes the mark back; the trace and the representatives have the reason.

    Raises Refused (400) without a reason, NotAllowed (403) for one's own, NotPossible (409) where it is so already.
    """
    locked = Organisation.objects.select_for_update(of=("self",)).select_related("city").get(pk=organisation.pk)
    allow(locked, desk.user)
    if not reason.strip():
        raise Refused([Missing("reason", gettext("Write what you have seen, or what is missing."))])
    if locked.verified == (do != "unverify"):
        now = gettext("It has the mark already.") if locked.verified else gettext("It has no mark.")
        raise NotPossible(now)
    if do == "verify":
        locked.verify()
    elif do == "unverify":
        locked.take_mark_back(hide)
    leave_trace(locked, desk.user, f"{do}: {reason.strip()}")
    inform(locked, do, reason.strip(), desk.user)
    return do


def allow(organisation: Organisation, by: User) -> None:
    """Raises NotAllowed unless this person may give the mark here, and does not belong to the organisation."""
    if not organisation.may_be_verified_by(by):
        raise NotAllowed(gettext("This is not yours to do."))
    if organisation.memberships.filter(user=by, state=Membership.State.ACTIVE).exists():
        raise NotAllowed(gettext("You belong to it: somebody else of the office has to decide."))


def inform(organisation: Organisation, do: str, reason: str, by: User) -> None:
    """The representatives hear it, with the reason."""
    number = LogEntry.objects.filter(object_id=str(organisation.pk)).count()
    words = {"organisation": organisation, "city": organisation.city, "do": do, "reason": reason}
    lead = organisation.memberships.filter(role=Membership.Part.REPRESENTATIVE, state=Membership.State.ACTIVE)
    for one in lead.select_related("user").exclude(user=by):
        path = reverse("my-organisation", args=[organisation.uid])
        key = f"organisation_mark:{organisation.pk}:{number}:{one.user_id}"
        tell(one.user, "organisation_mark", key, words, path)


def figures(desk: Desk) -> dict[str, Any]:
    """How many wait and how many have the mark."""
    return Organisation.objects.filter(city=desk.city).aggregate(
        waiting=Count("pk", filter=Q(verified=False)), verified=Count("pk", filter=Q(verified=True))
    )
