"""Sending a proposal and what follows: the receipt, the answer to a question, taking it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.gather.story import contact_of
from commons.lifecycle import find_move, way_of
from commons.models import Proposal
from commons.propose import drafts, writing
from commons.propose.forms import DraftForm
from commons.propose.resources import resource_rows
from commons.propose.texts import clean_text
from commons.propose.views import private, written
from commons.refusals import NotAllowed, NotPossible, Refused

MOST_NOTE = 10_000


@private
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Saves what came with the form and sends the proposal; asks who has no account to sign in first, and goes on.

    Sent twice it is sent once: whoever comes later gets the same receipt.
    """
    proposal, able = writing.opened(request, city, uid)
    if "send" not in able:
        return redirect("draft-receipt", city=city, uid=uid)
    if request.method != "POST":
        return _check(request, proposal, able)
    try:
        if "revision" in request.POST and (page := written(request, proposal, able)):
            return page
        proposal.refresh_from_db()
        if missing := [one for _anchor, one in writing.missing_of(proposal)]:
            raise Refused(missing)
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("draft-submit", args=[city, uid]))
        drafts.claim(proposal, request.user)
        proposal.advance("submit", by=request.user)
    except NotPossible:
        return redirect("draft-receipt", city=city, uid=uid)
    except Refused as refusal:
        return _refused(request, proposal, refusal)
    return redirect("draft-receipt", city=city, uid=uid)


def _check(request: HttpRequest, proposal: Proposal, able: frozenset[str]) -> HttpResponse:
    """The last look before it goes; for visitors, the way to an account and back."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("draft-submit", args=[proposal.city.slug, proposal.uid]))
    context = {
        "city": proposal.city, "proposal": proposal, "missing": writing.missing_of(proposal), "able": able,
        "around": writing.where_of(proposal),
    }  # fmt: skip
    return render(request, "commons/propose/submit.html", context)


def _refused(request: HttpRequest, proposal: Proposal, refusal: Refused) -> HttpResponse:
    """The writing page again, with what is missing at its top. What was typed has been saved, unless nobody may send
    this: then it says so."""
    fresh, able = writing.opened(request, proposal.city.slug, proposal.uid)
    if isinstance(refusal, NotAllowed):
        messages.error(request, str(refusal))
    form = DraftForm(fresh, user=request.user)
    context = writing.context_of(request, fresh, able, form, resource_rows(fresh), refused=True)
    return render(request, "commons/propose/draft.html", context, status=refusal.status)


@private
@require_safe
def receipt(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """The page of whoever wrote it: receipt number, where it is, what happens next, what was asked and answered."""
    proposal, able = writing.opened(request, city, uid)
    if proposal.state == Proposal.State.DRAFT:
        return redirect("draft", city=city, uid=uid)
    return render(request, "commons/propose/receipt.html", receipt_of(proposal, able))


def receipt_of(proposal: Proposal, able: frozenset[str]) -> dict[str, Any]:
    """What the receipt page says: the number, the way ahead, what has happened, and what can be done."""
    way = way_of(proposal.city.profile, proposal.complexity)
    ahead = way[way.index(proposal.state) + 1 :] if proposal.state in way else ()
    return writing.reading_of(proposal, able) | {
        "question": writing.question_of(proposal), "contact": contact_of(proposal.city),
        "steps": [(Proposal.State(one.target_state).label, one) for one in proposal.steps.all()],
        "next": [Proposal.State(one).label for one in ahead],
        "public": Proposal.objects.public().filter(pk=proposal.pk).exists(),
        "can_withdraw": "withdraw" in able and find_move("proposal", "withdraw") in proposal.moves(),
    }  # fmt: skip


def _move(request: HttpRequest, proposal: Proposal, name: str, done: str) -> HttpResponse:
    """Makes a move that goes with a note; a refusal shows the receipt page again with the words kept."""
    note = clean_text(request.POST.get("note", ""), lines=True)
    try:
        if len(note) > MOST_NOTE:
            raise Refused(_("This text is too long: at most 10,000 characters."))
        proposal.advance(name, by=request.user, note=note)
    except Refused as refusal:
        able = drafts.abilities(proposal, request.user)
        context = receipt_of(proposal, able) | {"note": note, "move": name, "refusal": refusal}
        return render(request, "commons/propose/receipt.html", context, status=refusal.status)
    messages.success(request, done)
    return redirect("draft-receipt", city=proposal.city.slug, uid=proposal.uid)


@private
@require_POST
def answer(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Sends the answer to the office's question, with the text as it now is."""
    proposal, _able = writing.opened(request, city, uid)
    return _move(request, proposal, "answer", _("Your answer is sent."))


@private
@require_POST
def withdraw(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Takes a proposal back that has been sent, with a reason."""
    proposal, _able = writing.opened(request, city, uid)
    return _move(request, proposal, "withdraw", _("The proposal is withdrawn."))
