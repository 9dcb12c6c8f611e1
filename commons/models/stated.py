"""What every stated number shares: what it counts, where and when, and who says so."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.constraints import SaidCheck
from neighbourhoods.models import dates_in_order

SAID = r"\S"  # a text that says something: blanks alone say nothing


def sourced(name: str) -> list[models.CheckConstraint]:
    """A number without its source, or without the place in it where it stands, is not kept."""
    return [
        SaidCheck(reason="source", condition=models.Q(source__regex=SAID), name=f"commons_{name}_source"),
        SaidCheck(reason="locator", condition=models.Q(locator__regex=SAID), name=f"commons_{name}_locator"),
    ]


class Stated(models.Model):
    """A number that somebody states about a city, a territory or a programme.

    `indicator` is a slug of INDICATORS and `part` one of its parts. `first` and `last` are the days that it is about;
    `locator` says where in the source it stands: a page, a slide, a paragraph. `key` names a fact of `fixtures/facts/`
    and is empty for what the office typed.
    """

    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    territory = models.ForeignKey(
        "neighbourhoods.Neighbourhood",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("neighbourhood"),
    )
    programme = models.ForeignKey(
        "commons.Programme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("programme"),
    )
    indicator = models.CharField(_("what it counts"), max_length=40)
    part = models.CharField(_("which part of it"), max_length=40, blank=True)
    first = models.DateField(_("from"), null=True, blank=True)
    last = models.DateField(_("until"))
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    source = models.CharField(_("source"), max_length=300)
    locator = models.CharField(_("where in the source"), max_length=300)
    website = models.URLField(_("address of the source"), max_length=500, blank=True)
    key = models.SlugField(max_length=100, blank=True, editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """A number is about one thing, and about what INDICATORS knows."""
        from commons.indicators import INDICATORS

        if self.territory_id and self.programme_id:
            raise ValidationError({"programme": _("Choose a neighbourhood or a programme, not both.")})
        if self.indicator not in INDICATORS:
            raise ValidationError({"indicator": _("This is not one of the figures that the map knows.")})
        of_programmes = INDICATORS[self.indicator].by == "programme"
        if of_programmes and not self.programme_id:
            raise ValidationError({"programme": _("This figure is about a programme: choose which.")})
        if self.programme_id and not of_programmes:
            raise ValidationError({"programme": _("This figure is not about programmes: leave it empty.")})
        for name in ("territory", "programme"):
            about = getattr(self, name)
            if about and about.city_id != self.city_id:
                raise ValidationError({name: _("It belongs to another city.")})

    @property
    def period(self) -> tuple[date | None, date]:
        return self.first, self.last


def stated_rules(name: str) -> list[models.BaseConstraint]:
    """The constraints of a model of stated numbers."""
    return [
        *sourced(name),
        dates_in_order("first", "last"),
        models.UniqueConstraint(fields=["city", "key"], condition=~models.Q(key=""), name=f"commons_{name}_one_fact"),
        models.CheckConstraint(
            condition=models.Q(territory__isnull=True) | models.Q(programme__isnull=True),
            name=f"commons_{name}_one_subject",
        ),
    ]
