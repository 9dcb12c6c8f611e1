"""What this package stores: the versions of layers, what went from them, and every import with its columns."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.gone import Gone
from mapping.versions import Change, Fold
from neighbourhoods.models import City

__all__ = ["Change", "Fold", "Gone", "ImportRun"]


class ImportRunQuerySet(models.QuerySet):
    def last_mapping(self, layer: str, city: City, columns: Iterable[str]) -> "ImportRun | None":
        """The last import that was applied to this layer of this city from a file with the same columns."""
        runs = self.applied().filter(layer=layer, city=city, columns=sorted(columns))
        return runs.order_by("-started_at", "-pk").first()

    def applied(self) -> Self:
        """Imports that changed or confirmed what is stored; no dry runs, no refusals."""
        return self.filter(applied=True)


class ImportRun(models.Model):
    """One import: who, what, when, from which bytes, with which outcome. Never changed afterwards."""

    PERSONAL = {"user": "unlink"}

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

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["layer", "city", "-started_at"], name="mapping_importrun_last")]

    def __str__(self) -> str:
        return f"{self.layer}: {self.file_name}"
