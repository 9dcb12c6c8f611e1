"""What this package stores: the versions of layers, and every import with the columns that were matched in it."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.intake.models import ImportChange, SavedSource, Upload
from mapping.versions import Change, Fold
from neighbourhoods.models import City
from neighbourhoods.records import new_uid

__all__ = ["Change", "Fold", "ImportChange", "ImportRun", "SavedSource", "Upload"]


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
