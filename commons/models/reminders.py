"""What the calendar has reminded people of already: each reminder of a record, a deadline and a distance once."""

from django.contrib.gis.db import models


class Reminder(models.Model):
    """One reminder that was told. `key` names kind, distance in days, record and deadline: a new day, a new one."""

    key = models.CharField(max_length=150, unique=True)
    told_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
