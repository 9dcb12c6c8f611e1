"""What people type about themselves and their organisations."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts
from people.models import Membership, Organisation, User


class NameForm(PlainTexts, forms.Form):
    """What is asked at sign-up beside address and password."""

    display_name = forms.CharField(
        label=_("Name shown to others"),
        max_length=100,
        required=False,
        help_text=_("It stands beside what you write for all to read. You may leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    field_order = ["email", "password1", "display_name"]

    def clean(self) -> dict[str, Any]:
        """Says why an address with letters beyond ASCII is refused: few servers take mail for it (RFC 6531)."""
        cleaned = super().clean()
        name, _at, _domain = str(self.data.get("email", "")).rpartition("@")
        if "email" in self.errors and not name.isascii():
            why = _("We cannot write to an address with accents or other special letters before the @: use another.")
            self.errors["email"] = self.error_class([why])
        return cleaned

    def signup(self, request: Any, user: User) -> None:
        user.display_name = self.cleaned_data["display_name"].strip()
        user.save(update_fields=["display_name"])


class AccountForm(PlainTexts, forms.ModelForm):
    """What a person may change of the account at once; the address and the password have ways of their own."""

    language = forms.ChoiceField(label=_("Language of our e-mails"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["display_name", "language"]


class OrganisationForm(PlainTexts, forms.ModelForm):
    """An organisation as a person founds it here."""

    city = forms.ModelChoiceField(City.objects.all(), label=_("City"), empty_label=None)
    website = forms.URLField(
        label=_("website"), required=False, assume_scheme="https", help_text=_("Begins with https://")
    )

    class Meta:
        model = Organisation
        fields = ["name", "kind", "city", "description", "website"]
        help_texts = {"name": _("As it is written in its statute, or as the group calls itself.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.fields["city"].queryset.count() == 1:
            self.initial.setdefault("city", self.fields["city"].queryset.get().pk)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=_("As"),
        choices=Membership.Part.choices,
        help_text=_("A member reads its drafts. A representative also submits and signs for it, and invites others."),
    )


class EraseForm(forms.Form):
    """The proof that it is this person who wants to be forgotten: the password, or a word where there is none."""

    proof = forms.CharField(max_length=200, strip=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["proof"].label = _("Your password") if user.has_usable_password() else _("Write the word ERASE")
        self.fields["proof"].widget = (
            forms.PasswordInput(attrs={"autocomplete": "current-password"})
            if user.has_usable_password()
            else forms.TextInput(attrs={"autocomplete": "off"})
        )

    def clean_proof(self) -> str:
        proof = self.cleaned_data["proof"]
        if self.user.has_usable_password() and not self.user.check_password(proof):
            raise ValidationError(_("This is not your password. Nothing was erased."))
        if not self.user.has_usable_password() and proof.strip().upper() not in {"ERASE", str(_("ERASE"))}:
            raise ValidationError(_("Write the word exactly. Nothing was erased."))
        return proof
