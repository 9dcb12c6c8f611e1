"""`tell()` writes a message in the transaction of what it tells; `send_waiting()` sends what is due."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from people.models import Message, User


def tell(user: User, kind: str, key: str, words: dict[str, Any], path: str = "") -> Message | None:
    """Writes one message of this kind to a person, in their language; None when `key` was told already.

    Subject and text come from `templates/email/<kind>.txt`, or from `email/step.txt` where there is none of its own:
    the first line is the subject.
    """
    with translation.override(user.language):
        lines = render_to_string([f"email/{kind}.txt", "email/step.txt"], words | {"user": user}).strip().splitlines()
    subject, text = " ".join(lines[0].split())[:200], "\n".join(lines[1:]).strip()
    unwanted = user.rhythm == User.Rhythm.NEVER or kind in user.muted
    message, made = Message.objects.get_or_create(
        key=key,
        defaults={
            "user": user, "kind": kind, "language": user.language, "subject": subject, "text": text, "path": path,
            "due_at": timezone.now(), "state": Message.State.SKIPPED if unwanted else Message.State.WAITING,
        },
    )  # fmt: skip
    return message if made else None
