"""Answers that the REST API has given to a request with an Idempotency-Key, so that a repetition gets the same."""

from datetime import timedelta

from django.contrib.gis.db import models

KEPT = timedelta(hours=24)


class KeptAnswer(models.Model):
    """What a person's request with this key was answered. `fingerprint` says which request it was; `status` is 0
    only inside the transaction that is making the answer, so nobody else ever sees it."""

    PERSONAL = {"user": "delete", "key": "export", "path": "export", "at": "export"}

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="commons_answer_once")]
