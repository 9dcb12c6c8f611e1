"""Who changed what and when, of records that have no steps: the same log that the administration writes and shows."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def leave_trace(record: Model, user: Any, words: str) -> None:
    """Writes that a person changed a record. Nothing for somebody without an account: nobody is to be named."""
    if getattr(user, "is_authenticated", False):
        LogEntry.objects.log_actions(
            user_id=user.pk, queryset=[record], action_flag=CHANGE, change_message=words, single_object=True
        )


def traces_of(model: type[Model], keys: Iterable[int]) -> dict[str, list[LogEntry]]:
    """All that was ever written of these records, the newest first, by their key as text. One statement."""
    kind = ContentType.objects.get_for_model(model)
    found = LogEntry.objects.filter(content_type=kind, object_id__in=[str(key) for key in keys])
    traces: dict[str, list[LogEntry]] = defaultdict(list)
    for one in found.select_related("user").order_by("-pk"):
        traces[one.object_id].append(one)
    return traces
