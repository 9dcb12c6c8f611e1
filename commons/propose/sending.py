"""Sending a proposal and what follows: the receipt, the answer to a question, taking it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.gather.kept import drop
from commons.gather.story import contact_of, usual
from commons.lifecycle import find_move, way_of
from commons.models import Pact, Proposal
from commons.propose import drafts, writing
from commons.propose.forms import DraftForm
from commons.propose.meeting import meetings_of
from commons.propose.resources import resource_rows
from commons.propose.views import written
from commons.refusals import Missing, NotAllowed, NotPossible, Refused
from commons.texts import clean_text
from commons.words import NOW, what_next
from people.signed_in import private

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
        if "in_whose_name" in request.POST and (page := _named(request, proposal, able)):
            return page
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


def _named(request: HttpRequest, proposal: Proposal, able: frozenset[str]) -> HttpResponse | None:
    """Writes in the name of which groups it is sent; the page again for a group that is not this person's."""
    form = DraftForm(proposal, request.POST, user=request.user, only={"proposers"})
    if not form.is_valid():
        return _check(request, proposal, able, form, status=400)
    drafts.keep(proposal, proposal.revision, form.values())
    return None


def _check(
    request: HttpRequest, proposal: Proposal, able: frozenset[str], form: DraftForm | None = None, status: int = 200
) -> HttpResponse:
    """The last look before it goes; for visitors, the way to an account and back. Who wrote it without one says here
    in the name of which group."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("draft-submit", args=[proposal.city.slug, proposal.uid]))
    context = {
        "city": proposal.city, "proposal": proposal, "missing": writing.missing_of(proposal), "able": able,
        "around": writing.where_of(proposal),
        "form": form or DraftForm(proposal, user=request.user, only={"proposers"}),
    }  # fmt: skip
    return render(request, "commons/propose/submit.html", context, status=status)


def _refused(request: HttpRequest, proposal: Proposal, refusal: Refused) -> HttpResponse:
    """The writing page again, with what is missing at its top. What was typed has been saved, unless nobody may send
    this: then it says so."""
    fresh, able = writing.opened(request, proposal.city.slug, proposal.uid)
    if isinstance(refusal, NotAllowed):
        messages.error(request, str(refusal))
    form = DraftForm(fresh, user=request.user)
    context = writing.context_of(request, fresh, able, form, resource_rows(fresh), refused=True)
    context["wrong"] = refusal.missing if context["question"] else []
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
        "now": NOW.get(proposal.state) or what_next(proposal.state, way),
        "pact": Pact.objects.public().listed().filter(proposals=proposal).first(),
        "usual": usual(proposal.city, proposal.state, "default") if ahead else None,
        "public": Proposal.objects.public().filter(pk=proposal.pk).exists(),
        "can_withdraw": "withdraw" in able and find_move("proposal", "withdraw") in proposal.moves(),
        **meetings_of(proposal, able),
    }  # fmt: skip


def _note(request: HttpRequest) -> str:
    """The words that go with a move. Raises Refused for more of them than are kept."""
    note = clean_text(request.POST.get("note", ""), lines=True)
    if len(note) > MOST_NOTE:
        raise Refused([Missing("note", _("This text is too long: at most 10,000 characters."))])
    return note


@private
@require_POST
def answer(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Sends the answer to the office's question, with the text as the form has it. A refusal shows the form again."""
    proposal, able = writing.opened(request, city, uid)
    writing.keep_answer(request, proposal)
    if "edit" in able and "revision" in request.POST and (page := written(request, proposal, able)):
        return page
    try:
        proposal.advance("answer", by=request.user, note=_note(request))
    except NotPossible as refusal:
        return _again(request, proposal, refusal, "answer")
    except Refused as refusal:
        return _refused(request, proposal, refusal)
    drop(request, writing.answer_name(proposal))
    messages.success(request, _("Your answer is sent."))
    return redirect("draft-receipt", city=city, uid=uid)


@private
@require_POST
def withdraw(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Takes a proposal back that has been sent, with a reason."""
    proposal, _able = writing.opened(request, city, uid)
    try:
        proposal.advance("withdraw", by=request.user, note=_note(request))
    except Refused as refusal:
        return _again(request, proposal, refusal, "withdraw")
    messages.success(request, _("The proposal is withdrawn."))
    return redirect("draft-receipt", city=city, uid=uid)


def _again(request: HttpRequest, proposal: Proposal, refusal: Refused, move: str) -> HttpResponse:
    """The receipt page with why a move was not made and the words that were typed."""
    proposal.refresh_from_db()
    able = drafts.abilities(proposal, request.user)
    said = {"note": request.POST.get("note", ""), "move": move, "refusal": refusal}
    return render(request, "commons/propose/receipt.html", receipt_of(proposal, able) | said, status=refusal.status)
