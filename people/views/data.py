"""Your data: what is kept about you, as a file; and its erasure."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.forms import AccountForm, EraseForm
from people.last_administrator import LastAdministrator
from people.privacy import erase_person, export_person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The doors to everything that can be changed about one's account, and the name that others see."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account-settings")
    request.user.refresh_from_db(fields=AccountForm.Meta.fields)
    words = {"form": form, "bridged": bool(settings.OIDC_SERVER_URL)}
    return render(request, "people/account.html", words, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """What there is, in numbers, and the form that erases it."""
    form = EraseForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_person(request.user)
        except LastAdministrator as why:
            form.add_error(None, str(why))
        else:
            logout(request)
            return render(request, "people/erased.html")
    kept = export_person(request.user)
    words = {"form": form, "held": kept, "things": sum(map(len, kept["records"].values()))}
    return render(request, "people/data.html", words, status=400 if form.errors else 200)


@require_safe
@login_required
def download(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the person who asks, and about nobody else."""
    response = JsonResponse(export_person(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
