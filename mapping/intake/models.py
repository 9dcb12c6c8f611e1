"""What the import pages keep: a file on its way in, a source that is remembered, and what an import changed."""

from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import City
from neighbourhoods.records import new_uid


class UploadQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """What the background work has to do, the oldest first."""
        return self.filter(state__in=Upload.TO_DO).order_by("asked_at", "pk")

    def open(self) -> Self:
        """Files on their way: neither brought in nor put aside."""
        return self.exclude(state__in=(Upload.State.APPLIED, Upload.State.DISCARDED))


class Upload(models.Model):
    """A file on its way in: where it lies, what somebody decided about it, and how far the work is.

    `choices` are the decisions of the page (crs, mapping, id_column, sublayer, missing, kind, valid_from); `look` is
    what was found: the report of a dry run and its `changes`. `problem` is the code and the params of why it stopped.
    """

    class State(models.TextChoices):
        TO_LOOK = "to_look", _("waiting to be read")
        LOOKING = "looking", _("being read")
        READY = "ready", _("ready to be looked at")
        TO_APPLY = "to_apply", _("waiting to be brought in")
        APPLYING = "applying", _("being brought in")
        APPLIED = "applied", _("brought in")
        FAILED = "failed", _("stopped, nothing was changed")
        DISCARDED = "discarded", _("put aside")

    TO_DO = (State.TO_LOOK, State.TO_APPLY)
    AT_WORK = (State.LOOKING, State.APPLYING)
    PERSONAL = {"user": "unlink"}

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    saved = models.ForeignKey("mapping.SavedSource", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    known = models.CharField(max_length=100, blank=True)  # a name of SOURCES
    layer = models.CharField(max_length=50)
    file_name = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_LOOK)
    choices = models.JSONField(default=dict)
    look = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    step = models.CharField(max_length=20, blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(auto_now_add=True)  # since when it waits for the work; orders the queue
    run = models.ForeignKey("mapping.ImportRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["city", "state"], name="mapping_upload_city")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        """Where the file lies: under a name of our own, whatever the person called it."""
        return Path(settings.MEDIA_ROOT) / "imports" / self.uid

    @property
    def at_work(self) -> bool:
        return self.state in (*self.TO_DO, *self.AT_WORK)


class SavedSource(models.Model):
    """A dataset that an office brings in again and again: what was decided once is taken over the next time.

    `url` is asked by the timer every `every` hours, when both are given. `choices` are those of an `Upload`.
    """

    PERSONAL = {"user": "unlink"}

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.SlugField(max_length=100)
    title = models.CharField(_("name"), max_length=200)
    layer = models.CharField(max_length=50)
    choices = models.JSONField(default=dict)
    licence = models.CharField(max_length=20, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    url = models.URLField(_("address of the file"), max_length=1000, blank=True)
    every = models.PositiveIntegerField(_("asked every so many hours"), default=0)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["city", "name"], name="mapping_savedsource_name")]

    def __str__(self) -> str:
        return self.title


class ImportChange(models.Model):
    """One row that an import wrote, kept by the database itself (`journal.py`).

    `before` is the row as it was, null for a new one; `digest` is of the row as the import left it, empty when it was
    deleted. Generated columns, what the database computes and what is personal are left out of both.
    """

    run = models.ForeignKey("mapping.ImportRun", on_delete=models.CASCADE, related_name="changes")
    relation = models.CharField(max_length=63)
    record = models.BigIntegerField()
    before = models.JSONField(null=True)
    digest = models.CharField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["run", "relation", "record"], name="mapping_importchange_record")]
