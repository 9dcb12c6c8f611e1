"""A person's organisations: founding one, its members, invitations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import membership
from people.forms import InvitationForm, OrganisationForm
from people.models import Invitation, Membership, Organisation, User


def own(user: User, uid: str) -> Organisation:
    """An organisation of which the person is a member; 404 for every other."""
    theirs = Membership.objects.filter(user=user, state=Membership.State.ACTIVE).values("organisation")
    return get_object_or_404(Organisation.objects.select_related("city"), uid=uid, pk__in=theirs)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The organisations I belong to, and where I am invited."""
    memberships = request.user.memberships.filter(state=Membership.State.ACTIVE)
    addresses = request.user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    invited = Invitation.objects.waiting().filter(email__in=[one.lower() for one in addresses])
    return render(
        request,
        "people/organisations.html",
        {
            "memberships": memberships.select_related("organisation__city").order_by("organisation__name"),
            "invitations": invited.select_related("organisation"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = membership.found(form.save(commit=False), request.user)
        messages.success(request, _("The organisation is here. You represent it."))
        return redirect("my-organisation", organisation.uid)
    return render(request, "people/organisation_new.html", {"form": form}, status=400 if form.errors else 200)


def show(request: HttpRequest, organisation: Organisation, form: InvitationForm, status: int = 200) -> HttpResponse:
    """The page of an own organisation: who is in it, who is invited, and the form to invite."""
    leads = organisation.is_led_by(request.user)
    members = organisation.memberships.filter(state=Membership.State.ACTIVE).select_related("user").order_by("pk")
    waiting = organisation.invitations.waiting() if leads else Invitation.objects.none()
    return render(
        request,
        "people/organisation.html",
        {"organisation": organisation, "leads": leads, "members": members, "waiting": waiting, "form": form},
        status=status,
    )


@require_safe
@login_required
def one(request: HttpRequest, uid: str) -> HttpResponse:
    return show(request, own(request.user, uid), InvitationForm())


@login_required
@require_POST
def invite(request: HttpRequest, uid: str) -> HttpResponse:
    """Invites an address, or takes an invitation back."""
    organisation = own(request.user, uid)
    if key := request.POST.get("withdraw"):
        membership.withdraw(get_object_or_404(organisation.invitations, key=key), request.user)
        messages.success(request, _("The invitation was taken back."))
        return redirect("my-organisation", uid)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return show(request, organisation, form, status=400)
    membership.ask_in(organisation, form.cleaned_data["email"], form.cleaned_data["role"], request.user)
    messages.success(request, _("We wrote to %(email)s.") % {"email": form.cleaned_data["email"]})
    return redirect("my-organisation", uid)


@login_required
@require_POST
def end(request: HttpRequest, uid: str) -> HttpResponse:
    """Ends one's own membership, or another's."""
    organisation = own(request.user, uid)
    chosen = request.POST.get("membership", "")
    active = organisation.memberships.filter(state=Membership.State.ACTIVE)
    leaving = get_object_or_404(active, pk=chosen if chosen.isdecimal() and len(chosen) < 19 else 0)
    try:
        membership.leave(leaving, request.user)
    except membership.LastRepresentative:
        messages.error(request, _("First make somebody else a representative: invite them as one."))
        return redirect("my-organisation", uid)
    messages.success(request, _("The membership has ended."))
    return redirect(
        "my-organisations" if leaving.user_id == request.user.pk else "my-organisation",
        *([] if leaving.user_id == request.user.pk else [uid]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Accept or decline. Who is signed in under another address is told so."""
    found = get_object_or_404(Invitation.objects.waiting().select_related("organisation", "invited_by"), key=key)
    meant = membership.is_for(found, request.user)
    if request.method == "POST" and meant:
        accepts = request.POST.get("answer") == "accept"
        membership.reply(found, request.user, accepts)
        messages.success(request, _("You are a member now.") if accepts else _("You declined the invitation."))
        return redirect("my-organisations")
    return render(
        request, "people/invitation.html", {"invitation": found, "meant": meant}, status=200 if meant else 403
    )
