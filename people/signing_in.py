"""What differs from django-allauth's own way of signing up and in."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from people.models import Message, User


def canonical(address: str) -> str:
    """The same page under the public address of the site, whatever host was asked for."""
    return settings.SITE_URL + "/" + address.split("://", 1)[-1].partition("/")[2]


class AccountAdapter(DefaultAccountAdapter):
    """Names of accounts are random and never asked; mails go through the outbox; links lead to SITE_URL."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.LOCAL_SIGNUP

    def new_user(self, request: HttpRequest) -> User:
        return User(language=(get_language() or settings.LANGUAGE_CODE)[:2])

    def generate_unique_username(self, txts: list[str | None], regex: str | None = None) -> str:
        """Nothing of the address or the name: a user name may be seen by staff."""
        return f"u-{secrets.token_hex(8)}"

    def is_safe_url(self, url: str | None) -> bool:
        """Only a page of the host that was asked."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return canonical(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return canonical(super().get_reset_password_from_key_url(key))

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Puts the mail into the outbox, to the address and to no account: its link is not for the inbox of pages."""
        words = context | {"email": email, "site_url": settings.SITE_URL}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        Message.objects.create(
            email=email,
            kind="account",
            key=f"account:{secrets.token_hex(16)}",
            language=(get_language() or settings.LANGUAGE_CODE)[:2],
            subject=subject[:200],
            text=render_to_string(f"{template_prefix}_message.txt", words).strip(),
            due_at=timezone.now(),
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed attempts count by address and caller, so that a stranger cannot keep its owner out."""
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"


class BridgeAdapter(DefaultSocialAccountAdapter):
    """Whoever the city's bridge has recognised may have an account, also where nobody else may make one here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True
