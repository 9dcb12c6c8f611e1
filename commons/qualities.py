"""The eight qualities of the manifesto "La città che abbiamo in testa" (CLICS) and the goals of the 2030 Agenda that
each serves. What has qualities has goals: they are never typed."""

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Quality(TextChoices):
    HEALTHY = "healthy", _("Healthier")
    GREEN = "green", _("Green")
    ATTENTIVE = "attentive", _("Attentive to everybody's rights and needs")
    PARTICIPATED = "participated", _("Made together")
    ACCESSIBLE = "accessible", _("Within reach, first on foot and by bicycle")
    NEARBY_SERVICES = "nearby_services", _("With services close to home")
    COMMONS = "commons", _("Taking care of what belongs to all")
    LIVED_IN = "lived_in", _("Lived in and welcoming")


GOALS: dict[Quality, tuple[int, ...]] = {
    Quality.HEALTHY: (3,),
    Quality.GREEN: (13,),
    Quality.ATTENTIVE: (5, 10),
    Quality.PARTICIPATED: (4, 11),
    Quality.ACCESSIBLE: (5, 11),
    Quality.NEARBY_SERVICES: (11,),
    Quality.COMMONS: (4, 11),
    Quality.LIVED_IN: (4, 11),
}


def goals_of(qualities: Iterable[str]) -> list[int]:
    """The numbers of the goals that these qualities serve, each once, in order."""
    return sorted({goal for quality in qualities for goal in GOALS[Quality(quality)]})
