"""Following: who wants to hear of what, what has happened in public, and what each follower is still to be told."""

import hashlib
from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_QUESTION = 8_000


def question_uid(city: str, question: str) -> str:
    """The identifier of a question to the map of a city: the same question has the same, whoever asks it."""
    return f"q{hashlib.sha256(f'{city} {question}'.encode()).hexdigest()[:32]}"


class FollowQuerySet(models.QuerySet):
    def heard(self) -> Self:
        """Those that are told anything now: not paused, and of an account that is in use."""
        return self.filter(paused_at__isnull=True, user__is_active=True)

    def at_once(self) -> Self:
        """Those who hear of each thing when it happens, by the rhythm of their own e-mails."""
        return self.heard().filter(rhythm=Follow.Rhythm.AT_ONCE)


class Follow(models.Model):
    """Somebody who wants to hear of a record, of what is in a territory, or of what a question to the map finds.

    `uid` is that of the record or territory. With a `city` it is `question_uid()`, and `question` holds the query
    string of a view of that city's map, as `Selection.address()` writes it: empty for everything. `name` is what the
    follower calls it.
    """

    PERSONAL = {
        "user": "delete", "uid": "export", "city": "export", "question": "export", "name": "export",
        "rhythm": "export", "since": "export", "paused_at": "export",
    }  # fmt: skip

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    uid = models.CharField(max_length=36, db_index=True)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    question = models.TextField(max_length=LONGEST_QUESTION, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    since = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "uid"], name="commons_follow_once")]


class Happening(models.Model):
    """One thing that has happened in public: a record appeared or came into a new state, a boundary changed.

    Append-only: the last one of a record says in which state it was last seen. `before` is empty for what is new.
    `told_as` begins the keys of the messages that have told the same to whoever takes part; `actor` did it. `spread`
    is set when the followers were found.
    """

    PERSONAL = {"actor": "unlink"}

    uid = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    layer = models.CharField(max_length=30)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=100)
    before = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    told_as = models.CharField(max_length=100, blank=True)
    actor = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    spread = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uid", "number"], name="commons_happening_once")]
        indexes = [
            models.Index(fields=["layer", "uid", "-number"], name="commons_happening_last"),
            models.Index(fields=["layer", "uid"], condition=models.Q(spread=False), name="commons_happening_new"),
        ]


class Notice(models.Model):
    """What one follower is to be told of one happening, from `due_at` on: once, however many ways they follow it."""

    PERSONAL = {"user": "delete", "due_at": "export", "told_at": "export"}

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", db_index=False)
    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="notices")
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "happening"], name="commons_notice_once")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(told_at__isnull=True), name="commons_notice_due")]
