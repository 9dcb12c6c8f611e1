"""Keys with which a person's own programs act in their name over the REST API."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.accounts import User

PREFIX = "mc_"  # so that a key that leaked into a file is recognised for what it is
MOST = 20
LASTS = {30: _("30 days"), 90: _("90 days"), 365: _("One year")}


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits: there is nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


class ApiTokenQuerySet(models.QuerySet):
    def valid(self) -> Self:
        """Keys that have not expired, of accounts that are active."""
        return self.filter(expires_at__gt=timezone.now(), user__is_active=True)


class ApiToken(models.Model):
    """A key of one person, with what it may do. The secret is shown once; only its digest is kept."""

    PERSONAL = {
        "user": "delete", "name": "export", "scopes": "export", "created_at": "export", "expires_at": "export",
        "last_used_at": "export",
    }  # fmt: skip

    class Scope(models.TextChoices):
        READ = "read", _("Read what is mine")
        DRAFT = "draft", _("Write drafts")
        SUBMIT = "submit", _("Submit proposals")
        MOVE = "move", _("Take the other steps")
        COMMENT = "comment", _("Comment, join, support and follow")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="tokens", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=100, help_text=_("What it is for, so that you recognise it."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), verbose_name=_("may"))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, name: str, scopes: list[str], days: int = 90) -> tuple[Self, str]:
        """A new key and its secret, which nobody can read again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        until = timezone.now() + timedelta(days=days)
        return cls.objects.create(
            user=user, name=name, scopes=list(scopes), digest=digest_of(secret), expires_at=until
        ), secret

    def scope_words(self) -> list[str]:
        """What it may do, in words."""
        return [str(self.Scope(scope).label) for scope in self.scopes]

    def expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def used(self) -> None:
        """Notes the use; once an hour is enough, so that reading does not write each time."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > timedelta(hours=1):
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
