"""The outbox: what is to be said to whom. A message is written with the change it tells of, sent after commit, kept."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one person, in the app and by e-mail. `key` makes it once only, however often it is asked for.

    `state` is about the e-mail: waiting (from `due_at` on), sending (claimed by a sender until `due_at`), sent, skipped
    (the person does not want it), failed (refused, or given up after the last attempt), uncertain (handed over, and no
    answer came: it may have arrived, so it is not sent again). In the app it stands from the beginning, unread until
    `read_at`.
    """

    PERSONAL = {
        "user": "delete", "email": "blank", "kind": "export", "subject": "export", "text": "export",
        "created_at": "export", "sent_at": "export", "read_at": "export",
    }  # fmt: skip

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Not wanted by e-mail")
        FAILED = "failed", _("Could not be sent")
        UNCERTAIN = "uncertain", _("Perhaps arrived")

    user = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, null=True, blank=True, related_name="messages", verbose_name=_("to")
    )
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("For a person without an account."))
    kind = models.CharField(_("kind"), max_length=50)
    key = models.CharField(max_length=200, unique=True)
    language = models.CharField(max_length=2, default="it")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    path = models.CharField(_("page"), max_length=300, blank=True)
    stop = models.CharField(max_length=300, blank=True, help_text=_("Where one click stops what it is about."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("to be sent from"), db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["waiting", "sending"]), name="people_message_to_send"
            ),
            models.Index(fields=["user", "-created_at"], name="people_message_inbox"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="people_message_unread"),
        ]

    def __str__(self) -> str:
        return self.subject
