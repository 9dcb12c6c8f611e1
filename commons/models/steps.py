"""The history of proposals and pacts: append-only, written by `advance()` and by nothing else."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from people.roles import Role


class Transition(models.Model):
    """The legal steps, as the database's triggers read them: filled from the two tables of moves after each migrate."""

    machine = models.CharField(max_length=10)
    move = models.CharField(max_length=30)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["machine", "move", "source", "target"], name="commons_transition_unique")
        ]


class Step(models.Model):
    """One step of a proposal or a pact: who moved it, from where to where, when, and the words that went with it.

    A trigger refuses a step that is not legal, one that does not begin where the last ended, any change of it but the
    blanking of a person's name and words, and its deletion.
    """

    PERSONAL = {"actor": "blank", "note": "blank", "move": "export", "at": "export"}
    # What an office said, it said as an office: its words stay when the person is forgotten.
    OFFICIAL = models.Q(role__in=[Role.ADMIN, Role.STAFF, Role.REVIEWER, Role.RECORDER, Role.ARCHITECT])

    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, null=True, related_name="steps")
    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, null=True, related_name="steps")
    move = models.CharField(_("step"), max_length=30)
    source_state = models.CharField(_("from"), max_length=20, blank=True)
    target_state = models.CharField(_("to"), max_length=20)
    actor = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    role = models.CharField(_("as"), max_length=20, choices=Role.choices)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    note = models.TextField(_("words"), max_length=10_000, blank=True)
    act = models.ForeignKey("commons.FormalAct", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=True) ^ models.Q(pact__isnull=True), name="commons_step_one_parent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.move}: {self.source_state} → {self.target_state}"
