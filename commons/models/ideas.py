"""The portal's own records: ideas, who signed the manifesto, the sites of organisations, and news."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commons.models.writing import Written, WrittenQuerySet
from commons.qualities import Quality, goals_of
from neighbourhoods.records import Published, PublishedQuerySet, Record, Sourced


class Idea(Written, Record):
    """A practice that somebody may take up: where it comes from, where it was tried, what it needs.

    `description` says what is done. Its goals follow from its qualities and are never typed.
    """

    layer = "ideas"
    PERSONAL = {"author": "blank", "name": "export", "description": "export", "answer": "export"}

    qualities = ArrayField(
        models.CharField(max_length=20, choices=Quality.choices), verbose_name=_("qualities"), default=list, blank=True
    )
    found_in = models.CharField(_("source"), max_length=300, blank=True, help_text=_("A book, a site, a person."))
    found_at = models.URLField(_("address of the source"), max_length=500, blank=True)
    tried_in = models.CharField(_("where it was tried"), max_length=300, blank=True)
    needs = models.TextField(_("what it needs"), max_length=5_000, blank=True)

    objects = WrittenQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")

    @property
    def goals(self) -> list[int]:
        """The numbers of the goals of the 2030 Agenda that its qualities serve."""
        return goals_of(self.qualities)

    def state_words(self) -> str:
        """Where it was tried, when that is known."""
        return _("Tried in %(place)s") % {"place": self.tried_in} if self.tried_in else ""


class SignatureQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Signatures that stand, of organisations that everybody may see; the first to sign first."""
        standing = self.filter(withdrawn_on__isnull=True, organisation__visibility="public")
        return standing.select_related("organisation__city").order_by("signed_on", "organisation__name")


class ManifestoSignature(models.Model):
    """An organisation stands by the manifesto from a day on, until it takes its signature back."""

    PERSONAL = {"signed_by": "unlink", "organisation": "export", "signed_on": "export"}

    organisation = models.OneToOneField(
        "people.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    signed_on = models.DateField(_("signed on"))
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)
    signed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SignatureQuerySet.as_manager()

    class Meta:
        ordering = ["signed_on", "pk"]
        verbose_name = _("signature of the manifesto")
        verbose_name_plural = _("signatures of the manifesto")

    def __str__(self) -> str:
        return str(self.organisation)


class MemberSite(models.Model):
    """A site of an organisation, in the order in which it wants them shown."""

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=100)
    address = models.URLField(_("address"), max_length=500)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("site of an organisation")
        verbose_name_plural = _("sites of organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "address"],
                name="commons_membersite_once",
                violation_error_message=_("This site is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class NewsItem(Published, Sourced):
    """A dated link to what is said elsewhere, with one sentence of ours."""

    layer = "news"

    name = models.CharField(_("title"), max_length=200)
    sentence = models.CharField(_("one sentence"), max_length=500)
    address = models.URLField(_("address"), max_length=500)
    publisher = models.CharField(_("who published it"), max_length=200, blank=True)
    published_on = models.DateField(_("day"))

    objects = PublishedQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-pk"]
        verbose_name = _("news")
        verbose_name_plural = _("news")
        constraints = [*Sourced.Meta.constraints]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its line in the list of news of its city."""
        return f"{reverse('news', args=[self.city.slug])}#{self.uid}"
