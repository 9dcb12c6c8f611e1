"""Who changed what and when, of records that have no steps: the same log that the administration writes and shows."""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model


def leave_trace(record: Model, user: Any, words: str) -> None:
    """Writes that a person changed a record. Nothing for somebody without an account: nobody is to be named."""
    if getattr(user, "is_authenticated", False):
        LogEntry.objects.log_actions(
            user_id=user.pk, queryset=[record], action_flag=CHANGE, change_message=words, single_object=True
        )
