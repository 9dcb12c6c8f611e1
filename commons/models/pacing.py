"""How often somebody did something lately: counted in the database, so that every worker counts the same."""

from django.db import models


class Pace(models.Model):
    """How many times one sender (`key`, a keyed hash that leads back to nobody) did a thing since `since`."""

    key = models.CharField(max_length=64)
    since = models.DateTimeField(db_index=True)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="commons_pace_unique")]
