"""What this package stores: the versions of layers, what went from them, every import with the columns that were
matched in it, and the files that are made in the background."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mapping.gone import Gone
from mapping.intake.models import ImportChange, SavedSource, Upload
from mapping.versions import Change, Fold
from neighbourhoods.models import City
from neighbourhoods.records import new_uid

__all__ = ["Change", "Export", "Fold", "Gone", "ImportChange", "ImportRun", "SavedSource", "Upload"]


class ImportRunQuerySet(models.QuerySet):
    def last_mapping(self, layer: str, city: City, columns: Iterable[str]) -> "ImportRun | None":
        """The last import that was applied to this layer of this city from a file with the same columns."""
        runs = self.applied().filter(layer=layer, city=city, columns=sorted(columns))
        return runs.order_by("-started_at", "-pk").first()

    def applied(self) -> Self:
        """Imports that changed or confirmed what is stored; no dry runs, no refusals, nothing undone."""
        return self.filter(applied=True, undone_at__isnull=True)


class ImportRun(models.Model):
    """One import: who, what, when, from which bytes, with which outcome. What it changed stands in `ImportChange`.

    Only one thing is ever written to it afterwards: that it was undone, by whom and when.
    """

    PERSONAL = {"user": "unlink", "undone_by": "unlink"}

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.SET_NULL, null=True, related_name="+")
    layer = models.CharField(max_length=50)
    source = models.SlugField(max_length=100, db_index=False)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    identity = models.CharField(max_length=300, blank=True)
    dry_run = models.BooleanField(default=False)
    applied = models.BooleanField(default=False)
    report = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["layer", "city", "-started_at"], name="mapping_importrun_last")]

    def __str__(self) -> str:
        return f"{self.layer}: {self.file_name}"


class ExportQuerySet(models.QuerySet):
    def kept(self) -> Self:
        """Exports that can still be waited for or fetched."""
        return self.filter(reserved=False, expires_at__gt=timezone.now()).exclude(state=Export.State.FAILED)

    def under_way(self) -> Self:
        return self.kept().filter(state__in=[Export.State.WAITING, Export.State.WORKING])


class Export(models.Model):
    """A file of a layer that is made in the background, or the note that somebody of an office took what is reserved.

    `query` is the address of the data in this format; `version` the version of the layer that the file holds.
    `visitor` is a keyed hash of where the request came from, for the limits; it says nothing of a person.
    """

    PERSONAL = {"user": "unlink"}

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not made")

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    visitor = models.CharField(max_length=64, blank=True)
    layer = models.CharField(max_length=50)
    suffix = models.CharField(max_length=10)
    query = models.TextField()
    version = models.CharField(max_length=40)
    reserved = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField()

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["state", "asked_at"], name="mapping_export_turn"),
            models.Index(fields=["layer", "suffix", "version"], name="mapping_export_same"),
        ]

    def __str__(self) -> str:
        return self.query

    @property
    def path(self) -> Path:
        """Where the finished file lies."""
        return Path(settings.EXPORT_ROOT) / f"{self.uid}.{self.suffix}"

    @property
    def percent(self) -> int:
        """How far it is, in whole hundredths; not all of it before it is ready."""
        if self.state == self.State.READY:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
