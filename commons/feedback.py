"""What becomes of a message about the site: kept under a number, told to somebody who answers, gone after a year."""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commons.codes import new_code
from commons.models import Feedback
from commons.pace import too_fast
from commons.telling import TooMany
from neighbourhoods.models import City
from people.models import User
from people.outbox import tell_address

KIND = "feedback"
REPLY_DAYS = 30  # by which a public body answers, as AGID's rules on the declaration ask


def shown_as(receipt: str) -> str:
    """The receipt as the address of the thanks page holds it: signed, so that no page shows a made-up number and none
    needs to look one up."""
    return Signer(salt=KIND).sign(receipt)


def receipt_of(shown: str) -> str:
    """The receipt in an address; empty when it is not ours."""
    try:
        return Signer(salt=KIND).unsign(shown)
    except BadSignature:
        return ""


def own_page(path: str) -> str:
    """The page that somebody speaks of: a path of this site without its query, else nothing."""
    path = path.partition("?")[0].partition("#")[0]
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path[:300] if plain else ""


def allow(request: HttpRequest) -> None:
    """Counts one message. Raises TooMany."""
    if too_fast(request, KIND):
        raise TooMany(_("We have had many messages from here. What you wrote is still here: send it in an hour."))


def readers(city: City | None) -> list[str]:
    """Who gets it: the address of the settings, else the city's contact, else every administrator."""
    contact = (city.profile.get("contact") or {}) if city else {}
    if named := settings.FEEDBACK_EMAIL or contact.get("email", ""):
        return [named]
    people = User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
    return sorted(set(people.values_list("email", flat=True)))


@transaction.atomic
def record_feedback(city: City | None, page: str, **words: Any) -> Feedback:
    """Keeps a message and writes the mails that tell of it. In the administration it stands in any case."""
    language = get_language() or settings.LANGUAGE_CODE
    one = Feedback.objects.create(receipt=new_code(), city=city, page=own_page(page), language=language, **words)
    said = {"feedback": one, "city": city, "days": REPLY_DAYS}
    for address in readers(city):
        tell_address(address, KIND, f"{KIND}:{one.pk}:{address}", said, one.page)
    return one


def sweep_feedback() -> int:
    """Deletes what has been kept long enough, for `tick`; how many."""
    return Feedback.objects.filter(told_at__lt=timezone.now() - Feedback.KEPT).delete()[0]
