"""What people write about the site itself: what they cannot use, what they ask of their data."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Feedback(models.Model):
    """One message about the site, from anybody. `receipt` is the number that the person is shown; no page finds a
    message by it. The row goes after KEPT, answered or not."""

    PERSONAL = {"email": "delete", "text": "export", "told_at": "export"}
    KEPT = timedelta(days=365)

    class Subject(models.TextChoices):
        ACCESSIBILITY = "accessibility", _("Something I cannot use, read or reach")
        PRIVACY = "privacy", _("My personal data")
        OTHER = "other", _("Something else about the site")

    class State(models.TextChoices):
        NEW = "new", _("Waiting for an answer")
        ANSWERED = "answered", _("Answered")

    receipt = models.CharField(_("receipt number"), max_length=14, unique=True, editable=False)
    city = models.ForeignKey(
        "neighbourhoods.City", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    subject = models.CharField(_("what it is about"), max_length=15, choices=Subject.choices)
    text = models.TextField(_("what you want to tell us"), max_length=5_000)
    page = models.CharField(_("page"), max_length=300, blank=True, editable=False)
    email = models.EmailField(_("your e-mail"), blank=True)
    language = models.CharField(max_length=2, default="it", editable=False)
    told_at = models.DateTimeField(auto_now_add=True, db_index=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("message about the site")
        verbose_name_plural = _("messages about the site")

    def __str__(self) -> str:
        return self.receipt
