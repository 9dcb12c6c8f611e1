"""Entering the administration by user name: with the same limits as the site, and never past a second step."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class AdminLoginForm(AdminAuthenticationForm):
    """Counts attempts together with those on the site; sends whoever has a second step to the site's own door."""

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("username"):
            get_adapter(self.request).pre_authenticate(self.request, username=self.cleaned_data["username"])
        cleaned = super().clean()
        get_adapter(self.request)._rollback_login_failed_rl_usage()
        return cleaned

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        super().confirm_login_allowed(user)
        if is_mfa_enabled(user):
            raise ValidationError(_("Your account has a second step. Sign in on the site, then open this page again."))
