"""The pages where people are invited to write with somebody, and where they answer."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.models import Proposal
from commons.models.participation import Collaborator
from commons.propose import invite as rules
from commons.propose import writing
from commons.propose.forms import InviteForm
from commons.refusals import NotPossible
from people.signed_in import private

CLOSED = (Proposal.State.REJECTED, Proposal.State.REDIRECTED, Proposal.State.WITHDRAWN)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, city: str, uid: str) -> HttpResponse:
    """Who writes with the proposer: invites, asks a Casa, takes back."""
    proposal, _able = writing.opened(request, city, uid, "invite")
    form = InviteForm(proposal, request.POST if "invite" in request.POST else None)
    status = 200
    if request.method == "POST":
        done = _revoked(request, proposal) if "revoke" in request.POST else _invited(request, proposal, form)
        if done:
            return redirect("draft-invite", city=city, uid=uid)
        status = 400
    people = proposal.collaborators.select_related("house", "user").exclude(state=Collaborator.State.REVOKED)
    context = {"city": proposal.city, "proposal": proposal, "form": form, "people": people}
    return render(request, "commons/propose/team.html", context, status=status)


def _revoked(request: HttpRequest, proposal: Proposal) -> bool:
    number = request.POST["revoke"]
    if not (number.isascii() and number.isdigit() and len(number) < 15):
        raise Http404
    rules.revoke(get_object_or_404(Collaborator, proposal=proposal, pk=number))
    messages.success(request, _("It is taken back: the draft does not open for them any more."))
    return True


def _invited(request: HttpRequest, proposal: Proposal, form: InviteForm) -> bool:
    if not form.is_valid():
        return False
    try:
        rules.invite(proposal, email=form.cleaned_data["email"], house=form.cleaned_data["house"])
    except NotPossible:
        form.add_error(None, _("At most 20 invitations go with one proposal."))
        return False
    messages.success(request, _("The invitation is on its way."))
    return True


@private
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, city: str, uid: str, secret: str) -> HttpResponse:
    """What somebody sees who follows an invitation: what it is about, and two buttons. To answer one signs in."""
    proposal = get_object_or_404(Proposal.objects.select_related("city"), city__slug=city, uid=uid)
    one = rules.invitation(proposal, secret)
    if one is None:
        raise Http404
    able = rules.may_answer(one, request.user)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not able:
            raise Http404
        accepts = "accept" in request.POST
        rules.answer(one, request.user, accepts)
        messages.success(request, _("You write with them now.") if accepts else _("You have declined."))
        return redirect("draft", city=city, uid=uid) if accepts else redirect("map", city=city)
    context = {"city": proposal.city, "proposal": proposal, "one": one, "able": able}
    return render(request, "commons/propose/invited.html", context)
