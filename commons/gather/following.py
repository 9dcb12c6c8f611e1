"""What a person follows: records, territories and questions to the map, how often they hear of each, pauses."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commons.gather.own import KINDS, plain_of
from commons.models import Follow
from commons.refusals import Missing, Refused
from neighbourhoods.models import City
from people.models import User

MOST = 200  # things that one person may follow
UNDO = "unfollowed"


@dataclass(frozen=True)
class Followed:
    """One thing that a person follows, as the list shows it; `record` is None for a question to the map."""

    follow: Follow
    record: Any
    name: str
    address: str

    @property
    def feeds(self) -> dict[str, str]:
        """The addresses of the same without signing in: changes and calendar."""
        if self.record is not None:
            names = {"changes": "record-changes", "calendar": "record-calendar"}
            return {key: reverse(name, args=[self.follow.uid]) for key, name in names.items()}
        names = {"changes": "view-changes", "calendar": "view-calendar"}
        tail = f"?{self.follow.question}" if self.follow.question else ""
        return {key: reverse(name, args=[self.follow.city.slug]) + tail for key, name in names.items()}


def listed(user: User) -> list[Followed]:
    """What a person follows, the latest first: one statement a kind, however many. What is not public any more has
    no name here; it can still be let go."""
    follows = list(Follow.objects.filter(user=user).select_related("city").order_by("-since", "-pk")[:MOST])
    uids = [one.uid for one in follows if not one.city_id]
    records: dict[str, Any] = {}
    for model in KINDS:
        records |= {one.uid: one for one in plain_of(model, [uid for uid in uids if uid not in records])}
    return [line_of(one, records.get(one.uid)) for one in follows]


def line_of(follow: Follow, record: Any) -> Followed:
    if record is not None:
        return Followed(follow, record, record.name, record.get_absolute_url())
    if follow.city is None:
        return Followed(follow, None, "", "")
    tail = f"?{follow.question}" if follow.question else ""
    return Followed(follow, None, follow.name, reverse("map", args=[follow.city.slug]) + tail)


def followed_by(user: Any, uid: str) -> Follow | None:
    """How a person follows something; None for a visitor, and for who does not."""
    return Follow.objects.filter(user=user, uid=uid).first() if user.is_authenticated else None


def begin(
    user: User, uid: str, rhythm: str = "", city: City | None = None, question: str = "", name: str = ""
) -> Follow:
    """Follows a record by its identifier, or a question of a city's map; asked again it is as the person says now.

    Raises Refused when they follow too much already, or for a rhythm that is none."""
    if rhythm and rhythm not in Follow.Rhythm.values:
        raise Refused([Missing("rhythm", _("Choose how often you want to hear of it."))])
    if Follow.objects.filter(user=user).count() >= MOST and not Follow.objects.filter(user=user, uid=uid).exists():
        raise Refused([Missing("", _("You follow very many things already. Let go of one first."))])
    said = {"city": city, "question": question, "name": name[:200]} if city else {}
    kept = said | {"paused_at": None} | ({"rhythm": rhythm} if rhythm else {})
    return Follow.objects.update_or_create(user=user, uid=uid, defaults=kept)[0]


def change(follow: Follow, do: str, rhythm: str = "") -> bool:
    """Pauses, resumes or removes it, or says how often; False for a word that is none of these."""
    match do:
        case "pause":
            follow.paused_at = follow.paused_at or timezone.now()
            follow.notices.filter(told_at__isnull=True).delete()
        case "resume":
            follow.paused_at, follow.since = None, timezone.now()  # what happened meanwhile is not made up for
        case "rhythm" if rhythm in Follow.Rhythm.values:
            follow.rhythm = rhythm
        case "remove":
            follow.delete()
            return True
        case _:
            return False
    follow.save(update_fields=["paused_at", "rhythm", "since"])
    return True


def remember(request: HttpRequest, follow: Follow) -> None:
    """Keeps for this browser what was just let go, so that it can be taken back."""
    request.session[UNDO] = {
        "uid": follow.uid, "question": follow.question, "name": follow.name, "rhythm": follow.rhythm,
        "city": follow.city.slug if follow.city else "",
    }  # fmt: skip


def taken_back(request: HttpRequest) -> dict[str, str] | None:
    """What was just let go, once."""
    return request.session.pop(UNDO, None)
