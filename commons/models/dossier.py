"""A building's dated history. What a call or a pact does to a building is proposed here and confirmed by the office."""

from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from commons.models.places import Building


class BuildingEntryQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Confirmed entries of public buildings."""
        return self.filter(state=BuildingEntry.State.CONFIRMED, building__in=Building.objects.public())


class BuildingEntry(models.Model):
    """What became true of a building on a day. Empty fields say nothing; `state` waits for the office when the
    program proposed it (a call opened, a pact was signed or ended)."""

    PERSONAL = {"recorded_by": "unlink"}

    class State(models.TextChoices):
        PROPOSED = "proposed", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")

    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="entries")
    on = models.DateField(_("from"))
    use_status = models.CharField(_("use"), max_length=20, choices=Building.UseStatus.choices, blank=True)
    condition = models.CharField(_("condition"), max_length=10, choices=Building.Condition.choices, blank=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    office = models.CharField(_("office in charge"), max_length=200, blank=True)
    asset_code = models.CharField(_("asset code"), max_length=50, blank=True)
    parcel = models.CharField(_("cadastral parcel"), max_length=100, blank=True)
    works = models.TextField(_("works"), max_length=2_000, blank=True)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    because = models.CharField(max_length=200, blank=True, help_text=_("Which call or pact proposed it."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.CONFIRMED, db_index=True)
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = BuildingEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("entry of a building's history")
        verbose_name_plural = _("entries of a building's history")
