"""What a follower is told: everything that is due to one person in one message, each thing once, in their language.

What is no longer public when the message is written is left out. Message and notices are written together: a worker
that is killed has told nothing, and the next one tells it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commons.gather.limits import moment_words
from commons.models import Follow, Happening, Notice
from mapping.city_words import called
from mapping.follows.boundaries import successors
from mapping.follows.journal import ENDED, MEETINGS, OFF, beats
from mapping.layers import LAYERS
from neighbourhoods.models import City, Neighbourhood
from people.models import Message
from people.outbox import in_language, letter

KIND = "followed"
PEOPLE = 100  # told in one transaction
MOST = 30  # things named in one message
SALT = "mapping.follows.stop"


@dataclass
class Said:
    """One line of a message; its words are read when the language of the reader is in use."""

    happening: Happening
    uid: str  # of the record whose page tells more
    name: str
    because: str
    language: str = "it"
    covering: list[Neighbourhood] = field(default_factory=list)

    @property
    def city(self) -> City:
        return self.happening.city

    @property
    def what(self) -> str:
        """What has happened to it, as a sentence without its subject."""
        if self.happening.layer == MEETINGS:
            moment = moment_words(self.city, datetime.fromisoformat(self.happening.state.removeprefix(OFF)))
            off = self.happening.state.startswith(OFF)
            words = _("The meeting of %(moment)s is called off.") if off else _("The meeting is on %(moment)s.")
            return words % {"moment": moment}
        layer = LAYERS[self.happening.layer]
        if layer.role:
            return _("Its boundaries are no longer in force.") if self.ended else _("Its boundary has changed.")
        choices: Any = layer.attribute(layer.legend.attribute).choices
        state = dict(choices.choices).get(self.happening.state, self.happening.state)
        if not self.happening.before:
            return _("New on the map: %(kind)s, %(state)s.") % {"kind": called(self.city, layer), "state": state}
        return _("It is now: %(state)s.") % {"state": state}

    @property
    def ended(self) -> bool:
        return self.happening.state == ENDED

    @property
    def path(self) -> str:
        layer = LAYERS["proposals"].slug if self.happening.layer == MEETINGS else self.happening.layer
        return reverse("feature", args=[self.city.slug, layer, self.uid])

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path


def tell_followers(now: datetime | None = None) -> int:
    """Writes the messages that are due to followers; how many."""
    now, told = now or timezone.now(), 0
    while batch := tell_some(now):
        told += batch[1]
    return told


@transaction.atomic
def tell_some(now: datetime) -> tuple[int, int] | None:
    """Tells at most PEOPLE of them: (notices, messages); None when nothing is due."""
    due = Notice.objects.filter(told_at__isnull=True, due_at__lte=now)
    people = list(due.order_by("user_id").values_list("user_id", flat=True).distinct()[:PEOPLE])
    found = due.filter(user__in=people).select_for_update(skip_locked=True, of=("self",))
    notices = list(found.select_related("user", "follow", "happening__city").order_by("user_id", "happening_id"))
    if not notices:
        return None
    lines = lines_of(notices)
    messages = []
    for _key, group in groupby(notices, key=lambda one: one.user_id):
        mine = [one for one in group if one.pk in lines and one.follow.paused_at is None]
        messages += [message_of(mine, lines)] if mine else []
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(told_at=now)
    return len(notices), len(messages)


def lines_of(notices: list[Notice]) -> dict[int, Said]:
    """A line for each notice of what is public now; one statement a kind, however many."""
    known: dict[str, list[str]] = {}
    for beat in beats():
        if uids := {one.happening.uid for one in notices if one.happening.layer == beat.slug}:
            rows = beat.layer.queryset().filter(**{f"{beat.uid}__in": uids}).order_by()
            known |= {key: rest for key, *rest in rows.values_list(beat.uid, "uid", "name", "language")}
    ended = {one.happening.uid for one in notices if one.happening.state == ENDED}
    covering = {uid: successors(uid) for uid in ended}
    reasons = reasons_of({one.follow for one in notices})
    lines = {}
    for one in notices:
        if found := known.get(one.happening.uid):
            uid, name, language = found
            after = covering.get(one.happening.uid, [])
            lines[one.pk] = Said(one.happening, uid, name, reasons[one.follow_id], language, after)
    return lines


def reasons_of(follows: set[Follow]) -> dict[int, str]:
    """What each follower calls what they follow; a record goes by its public name of today, or by none."""
    uids = {one.uid for one in follows if one.city_id is None}
    names: dict[str, str] = {}
    for layer in LAYERS.values() if uids else ():
        names |= dict(layer.queryset().filter(uid__in=uids).order_by().values_list("uid", "name"))
    return {one.pk: names.get(one.uid, "") if one.city_id is None else one.name for one in follows}


def message_of(notices: list[Notice], lines: dict[int, Said]) -> Message:
    """One message to one person, not saved: at once by the rhythm of their e-mails, or now where a digest is due."""
    user, said = notices[0].user, [lines[one.pk] for one in notices]
    follows = {one.follow_id: one.follow for one in notices}
    alone = next(iter(follows.values())) if len(follows) == 1 else None
    words = {"said": said[:MOST], "count": len(said), "more": len(said) - MOST, "city": said[0].city, "alone": alone}
    words["because"] = said[0].because if alone else ""
    with override(user.language):
        path = said[0].path if len(said) == 1 else reverse("following")
        stop = reverse("follow-stop", args=[stopping_token(alone)]) if alone else ""
    message = letter(user, KIND, f"{KIND}:{user.pk}:{max(one.pk for one in notices)}", words, path)
    message.stop = in_language(stop, user.language) if stop else ""
    if all(one.follow.rhythm != Follow.Rhythm.AT_ONCE for one in notices):
        message.due_at = timezone.now()  # it has waited for its hour already
    return message


def stopping_token(follow: Follow) -> str:
    """The signed words of a link that stops what is told of one thing followed."""
    return signing.dumps(follow.pk, salt=SALT)


def stopped_by(token: str) -> Follow | None:
    """Which following a link stops; None when we did not write it, or it is followed no longer."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Follow.objects.filter(pk=key, user__is_active=True).first() if isinstance(key, int) else None
