"""Projects: the single actions of a pact or a laboratory, and the money that each kind and period has for them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import dates_in_order
from neighbourhoods.records import LocatedQuerySet, Record
from neighbourhoods.vocabulary import Visibility


class ProjectQuerySet(LocatedQuerySet):
    def public(self) -> Self:
        """Projects of public pacts, or of no pact. The copies that a renewal holds wait for its signature: until then
        they are the old pact's, and would be counted twice."""
        alone = models.Q(pact__isnull=True)
        signed = models.Q(pact__visibility=Visibility.PUBLIC) & ~models.Q(pact__state="to_sign")
        return super().public().filter(alone | signed)


class Project(Record):
    """One concrete action: of care for the community (people) or for the city (places)."""

    layer = "projects"

    class Kind(models.TextChoices):
        COMMUNITY_CARE = "community_care", _("Care of the community")
        CITY_CARE = "city_care", _("Care of the city")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PLANNED, db_index=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    pact = models.ForeignKey(
        "commons.Pact", on_delete=models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("pact")
    )
    laboratory = models.ForeignKey(
        "commons.Laboratory", on_delete=models.PROTECT, null=True, blank=True, related_name="projects",
        verbose_name=_("laboratory"),
    )  # fmt: skip
    priority = models.ForeignKey(
        "commons.Priority", on_delete=models.PROTECT, null=True, blank=True, related_name="projects",
        verbose_name=_("priority it serves"),
    )  # fmt: skip
    needs = models.ManyToManyField(
        "commons.Need", blank=True, related_name="projects", verbose_name=_("needs it answers")
    )
    predecessor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("goes on from"),
        editable=False,
    )  # fmt: skip

    objects = ProjectQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [*Record.Meta.constraints, dates_in_order("starts_on", "ends_on")]

    def state_words(self) -> str:
        """How far it has come."""
        return self.get_status_display()


class Total(NamedTuple):
    """What of one kind there was in one period."""

    kind: str
    period_start: date
    period_end: date
    amount: Decimal

    @property
    def words(self) -> str:
        return str(Amount.Kind(self.kind).label)


class AmountQuerySet(models.QuerySet):
    def totals(self) -> list[Total]:
        """Sums of like with like: one for each kind and period. There is no sum of these sums."""
        keys = ("kind", "period_start", "period_end")
        rows = self.order_by().values_list(*keys).annotate(total=models.Sum("amount")).order_by(*keys)
        return [Total(*row) for row in rows]


class Amount(models.Model):
    """An amount of money, of a kind and for a period: amounts of different kinds or periods are never added."""

    class Kind(models.TextChoices):
        INVESTED = "invested", _("Invested")
        BUDGET = "budget", _("Budget")
        RESOURCES = "resources", _("Resources")
        SPENT = "spent", _("Spent")
        INCOME = "income", _("Income")

    amount = models.DecimalField(_("amount (€)"), max_digits=14, decimal_places=2)
    kind = models.CharField(_("kind of money"), max_length=10, choices=Kind.choices)
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    source_note = models.CharField(_("where the figure comes from"), max_length=1000, blank=True)

    objects = AmountQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["kind", "period_start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["invested", "budget", "resources", "spent", "income"]),
                name="%(app_label)s_%(class)s_has_kind",
                violation_error_message=_("Say what kind of money it is."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="%(app_label)s_%(class)s_not_negative",
                violation_error_message=_("An amount of money is not negative."),
            ),
            dates_in_order("period_start", "period_end"),
        ]


class Money(Amount):
    """Money of a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="money", verbose_name=_("project"))

    class Meta(Amount.Meta):
        abstract = False
        verbose_name = _("money")
        verbose_name_plural = _("money")
