"""What a member of an organisation writes and the office publishes: events and ideas."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from neighbourhoods.moments import Moment
from neighbourhoods.records import LocatedQuerySet
from neighbourhoods.vocabulary import Visibility
from people.models import Membership


def written_by(user: models.Model) -> models.Q:
    """What is somebody's own, or of an organisation they belong to."""
    groups = Membership.objects.filter(user=user, state=Membership.State.ACTIVE).values("organisation")
    return models.Q(author=user) | models.Q(organisation__in=groups)


class WrittenQuerySet(LocatedQuerySet):
    def handed_in(self) -> Self:
        """What the office may see: all but what somebody is still writing."""
        return self.exclude(visibility=Visibility.HIDDEN, sent_at__isnull=True, author__isnull=False)

    def waiting(self) -> Self:
        """Sent to the office and not answered yet, the oldest first."""
        return self.filter(visibility=Visibility.HIDDEN, sent_at__isnull=False).order_by("sent_at", "pk")

    def of_writer(self, user: models.Model) -> Self:
        """What a person may go on writing: their own, and that of the organisations they belong to."""
        return self.filter(written_by(user))


class Written(models.Model):
    """Written by somebody for an organisation, sent to the office, and shown to all once the office publishes it.

    Hidden and never sent: still being written. `answer` is what the office says when it gives it back.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    public_since = Moment(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent to the office"), null=True, blank=True, editable=False)
    answer = models.TextField(_("what the office answered"), max_length=2_000, blank=True)

    objects = WrittenQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        """Whether the office has it and has not answered."""
        return self.visibility == Visibility.HIDDEN and self.sent_at is not None

    def send(self) -> None:
        """Asks the office to publish it."""
        self.sent_at, self.answer = timezone.now(), ""
        self.save(update_fields=["sent_at", "answer", "updated_at"])

    def publish(self) -> None:
        """From now on everybody may see it."""
        self.visibility, self.answer = Visibility.PUBLIC, ""
        self.public_since = self.public_since or timezone.now()
        self.save(update_fields=["visibility", "public_since", "answer", "updated_at"])

    def give_back(self, answer: str) -> None:
        """Not published: whoever wrote it reads why and may change it. What was public is hidden."""
        self.visibility, self.sent_at, self.answer = Visibility.HIDDEN, None, answer
        self.save(update_fields=["visibility", "sent_at", "answer", "updated_at"])
