"""The outbox: `tell()` writes a message in the transaction of what it tells. Nothing is sent here: `people/post.py`
sends what is due, after commit."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from people.models import Message, User
from people.topics import topic_of

MORNING = time(8)
DIRECTIONS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def tell(user: User, kind: str, key: str, words: dict[str, Any], path: str = "") -> Message | None:
    """Writes one message of this kind to a person, in their language; None when `key` was told already.

    Subject and text come from `templates/email/<kind>.txt`, or from `email/step.txt` where there is none of its own:
    the first line is the subject. `path` is a page of this site, in any language.
    """
    return once(letter(user, kind, key, words, path))


def tell_all(users: Iterable[User], kind: str, key: str, words: dict[str, Any], path: str = "") -> None:
    """Writes the same to many, `key` and the person making it once each: one text a language, one statement for all."""
    messages = []
    for language, group in groupby(sorted(users, key=lambda user: user.language), key=lambda user: user.language):
        said = compose(kind, language, words)
        messages += [addressed(user, kind, f"{key}:{user.pk}", said, words, path) for user in group]
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True)


def tell_address(
    email: str, kind: str, key: str, words: dict[str, Any], path: str = "", language: str = settings.LANGUAGE_CODE
) -> Message | None:
    """Writes a message to somebody without an account: an invitation, an answer. None when it was told already."""
    subject, text = compose(kind, language, words)
    message = Message(
        email=email, kind=kind, key=key, language=language, subject=subject, text=text,
        path=in_language(path, language), due_at=timezone.now(),
    )  # fmt: skip
    return once(message)


def once(message: Message) -> Message | None:
    """Saves a message unless its key is taken; None then."""
    values = {field.attname: getattr(message, field.attname) for field in Message._meta.fields if field.name != "id"}
    saved, made = Message.objects.get_or_create(key=message.key, defaults=values)
    return saved if made else None


def letter(user: User, kind: str, key: str, words: dict[str, Any], path: str) -> Message:
    """The message to one person, not saved."""
    return addressed(user, kind, key, compose(kind, user.language, words | {"user": user}), words, path)


def addressed(user: User, kind: str, key: str, said: tuple[str, str], words: dict[str, Any], path: str = "") -> Message:
    """A composed text as a message to a person: due by their rhythm, skipped when they do not want it by e-mail."""
    skipped = unwanted(user, kind) or not user.email
    return Message(
        user=user, kind=kind, key=key, language=user.language, subject=said[0], text=said[1],
        path=in_language(path, user.language), due_at=due(user.rhythm, timezone.now(), zone_of(words)),
        state=Message.State.SKIPPED if skipped else Message.State.WAITING,
    )  # fmt: skip


def compose(kind: str, language: str, words: dict[str, Any]) -> tuple[str, str]:
    """Subject and text in a language, with the city's own hours. What people wrote is put in as it is, never read
    as a template."""
    with translation.override(language), timezone.override(zone_of(words)):
        said = render_to_string([f"email/{kind}.txt", "email/step.txt"], words | {"kind": kind})
    subject, _, text = said.strip().partition("\n")
    paragraphs = (line.strip() for line in text.strip().splitlines())
    return header(subject), re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs))


def header(text: str) -> str:
    """One line that a header may hold: no line ends, no control characters, no marks that turn the reading round."""
    visible = (" " if unicodedata.category(sign) == "Cc" else sign for sign in text.translate(DIRECTIONS))
    return " ".join("".join(visible).split())[:200]


def unwanted(user: User, kind: str) -> bool:
    """Whether a person does not want this kind by e-mail; in the app it stands all the same."""
    return user.rhythm == User.Rhythm.NEVER or bool({kind, topic_of(kind)} & set(user.muted))


def due(rhythm: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When a message written now is to go: at once, or with the others at eight, tomorrow's or next Monday's if that
    of today is over. Eight is eight on the wall, before and after the clocks change."""
    if rhythm not in {User.Rhythm.DAILY, User.Rhythm.WEEKLY}:
        return now
    here = now.astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    if rhythm == User.Rhythm.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, MORNING, tzinfo=zone)


def zone_of(words: dict[str, Any]) -> ZoneInfo:
    """The time zone of the city that a message is about; the program's own where it is about none."""
    try:
        return ZoneInfo(words["city"].time_zone)
    except (KeyError, ValueError, OSError, AttributeError):
        return ZoneInfo(settings.TIME_ZONE)


def in_language(path: str, language: str) -> str:
    """The same page in a language. What is not a path of this site becomes none: a message leads nowhere else."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return ""
    for code, _ in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and (path == f"/{code}" or path.startswith(f"/{code}/")):
            path = path[len(code) + 1 :] or "/"
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"
