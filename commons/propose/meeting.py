"""A Casa that accompanies a proposal offers its rooms: its operators call a co-design session there (story 5)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commons.models import CoDesignSession, Proposal
from commons.notifications import session_called
from commons.propose import drafts, writing
from commons.propose.views import private
from commons.refusals import NotAllowed, NotPossible, Refused
from people.models import User

State = Proposal.State
MEETING = (State.UNDER_REVIEW, State.NEEDS_CHANGES, State.IN_CONSULTATION, State.CODESIGN)
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class MeetingForm(forms.ModelForm):
    """When, and in which room of the house. The hour is the city's."""

    class Meta:
        model = CoDesignSession
        fields = ["starts_at", "where"]
        widgets = {"starts_at": MOMENT}
        labels = {"where": gettext_lazy("Which room")}


@transaction.atomic
def call_meeting(proposal: Proposal, by: User, form: MeetingForm) -> CoDesignSession:
    """A session in the house that accompanies the proposal; asked twice it is one. Proposers and followers are told.

    Raises NotAllowed (403) for whoever does not run that house, NotPossible (409) when nobody meets any more.
    """
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("city", "house")
    locked = rows.get(pk=proposal.pk)
    if "host" not in drafts.abilities(locked, by):
        raise NotAllowed(_("This is not yours to do."))
    if locked.state not in MEETING:
        said = {"state": locked.get_state_display()}
        raise NotPossible(_("It is now: %(state)s. This cannot be done any more.") % said)
    said = {"starts_at": form.cleaned_data["starts_at"], "where": form.cleaned_data["where"], "house": locked.house}
    session, made = locked.sessions.get_or_create(**said, cancelled_at=None, defaults={"called_by": by})
    if made:
        session_called(session, also=("office", "architect"))
    return session


def meetings_of(proposal: Proposal, able: frozenset[str]) -> dict[str, Any]:
    """What the page of who wrote it says of meetings, and the form for the house that may call one."""
    hosts = "host" in able and proposal.state in MEETING
    return {
        "meetings": list(proposal.sessions.filter(cancelled_at=None).select_related("house")),
        "meeting": MeetingForm(auto_id="meeting-%s") if hosts else None,
    }


@private
@require_POST
def meeting(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Calls a meeting in the house; a refusal shows the page again with what was typed."""
    from commons.propose.sending import receipt_of

    proposal, able = writing.opened(request, city, uid, "host")
    form, status = MeetingForm(request.POST, auto_id="meeting-%s"), 400
    if form.is_valid():
        try:
            call_meeting(proposal, request.user, form)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, _("The session is planned."))
            return redirect("draft-receipt", city=city, uid=uid)
    context = receipt_of(proposal, able) | {"meeting": form}
    return render(request, "commons/propose/receipt.html", context, status=status)
