"""The page of access keys: what a person's programs may do in their name, until when, and taking it back."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from neighbourhoods.plain_text import PlainTexts
from people.models import ApiToken
from people.models.tokens import LASTS, MOST


class KeyForm(PlainTexts, forms.ModelForm):
    """A new key: what for, what it may do, how long it lasts."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=ApiToken.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it lasts"), choices=list(LASTS.items()), coerce=int, initial=90
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes")

    def clean(self) -> dict:
        if self.instance.user.tokens.count() >= MOST:
            raise forms.ValidationError(_("You have too many keys: take back those that you do not need."))
        return super().clean()


def empty(request: HttpRequest) -> KeyForm:
    """The form as it begins: a key that only reads."""
    return KeyForm(instance=ApiToken(user=request.user), initial={"scopes": [ApiToken.Scope.READ]})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Shows a new key once, in the answer that makes it."""
    secret, form = "", empty(request)
    if "remove" in request.POST:
        return taken_back(request, request.POST["remove"])
    if request.method == "POST":
        form = KeyForm(request.POST, instance=ApiToken(user=request.user))
        if form.is_valid():
            given = form.cleaned_data
            secret = ApiToken.issue(request.user, given["name"], given["scopes"], given["days"])[1]
            form = empty(request)
    context = {"form": form, "secret": secret, "tokens": request.user.tokens.all(), "city": None}
    page = render(request, "people/tokens.html", context, status=400 if form.errors else 200)
    page["Cache-Control"] = "private, no-store"
    return page


def taken_back(request: HttpRequest, key: str) -> HttpResponse:
    """Ends a key of this person at once; one that is somebody else's, or gone, changes nothing."""
    if key.isascii() and key.isdigit() and len(key) < 19 and request.user.tokens.filter(pk=int(key)).delete()[0]:
        messages.success(request, _("The key does not work any more."))
    return redirect("tokens")
