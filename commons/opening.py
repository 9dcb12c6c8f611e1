"""Opening hours as OpenStreetMap writes them, or as people do in Italian: open now, until when, and in words.

`Mo-Fr 09:00-18:00; Sa 09:00-12:00; PH off; Aug 10-20 off`: exceptions and public holidays are part of the text.
What cannot be read is shown as it stands, and nothing is said of now.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from opening_hours import OpeningHours, ParserError

from neighbourhoods.models import City

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# Only the beginnings of Italian words: lunedì, lun, mercoledi …
ITALIAN = dict(zip(("lun", "mar", "mer", "gio", "ven", "sab", "dom", "festiv"), (*DAYS, "PH"), strict=True))
WORD = re.compile(r"\b(lun|mar|mer|gio|ven|sab|dom|festiv)[a-zì']*\.?", re.IGNORECASE)
TUESDAY = re.compile(r"\bmar\b")
CLOSED = re.compile(r"\bchius[oaie]\b", re.IGNORECASE)
HOURS = re.compile(r"\b(?:dalle\s+)?(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|alle)\s*(\d{1,2})(?:[:.](\d{2}))?\b")
CODE = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|off|closed)\b")


@dataclass(frozen=True)
class Opening:
    """Whether a place is open at a moment, and when that changes; `known` is False where the hours cannot be read."""

    known: bool
    open: bool = False
    changes: datetime | None = None
    hours: str = ""
    now: datetime | None = None

    def words(self) -> str:
        """ "Open now, until 18:00"; "Closed now, opens Monday at 9:00"; nothing where it is not known."""
        if not self.known:
            return ""
        if self.changes is None:
            return _("Open now, always") if self.open else _("Closed now")
        hour = formats.date_format(self.changes, "H:i")
        if self.open:
            return _("Open now, until %(hour)s") % {"hour": hour}
        away = (self.changes.date() - self.now.date()).days
        if away == 0:
            return _("Closed now, opens today at %(hour)s") % {"hour": hour}
        if away == 1:
            return _("Closed now, opens tomorrow at %(hour)s") % {"hour": hour}
        day = formats.date_format(self.changes, "l" if away < 7 else "j F")
        return _("Closed now, opens %(day)s at %(hour)s") % {"day": day, "hour": hour}


def opening(text: str, city: City, now: datetime) -> Opening:
    """What a house's hours say of a moment, by the clocks and public holidays of its city."""
    zone = ZoneInfo(city.time_zone)
    if (hours := read(text, city.time_zone, "IT" if city.national else None)) is None:
        return Opening(False, hours=text)
    here = now.astimezone(zone)
    if hours.is_unknown(here):
        return Opening(False, hours=in_words(text))
    return Opening(True, hours.is_open(here), hours.next_change(here), in_words(text), here)


@lru_cache(maxsize=500)
def read(text: str, time_zone: str, country: str | None) -> OpeningHours | None:
    """The hours as the library knows them, tried as they stand and then as Italian; None when they are neither. A small
    `mar` is Tuesday first: the library would take it for March, which OpenStreetMap writes with a capital."""
    ways = (text, from_italian(text))
    for said in reversed(ways) if TUESDAY.search(text) else ways:
        try:
            if said.strip():
                return OpeningHours(said, timezone=ZoneInfo(time_zone), country=country)
        except (ParserError, SyntaxError, ValueError):
            continue
    return None


def from_italian(text: str) -> str:
    """ "lun-ven 9-18, sab chiuso" as OpenStreetMap would write it."""
    said = WORD.sub(lambda found: ITALIAN[found.group(1).lower()], text.replace("–", "-"))
    said = re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\s*-\s*(Mo|Tu|We|Th|Fr|Sa|Su)\b", r"\1-\2", CLOSED.sub("off", said))
    said = re.sub(r",\s*(?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b)", "; ", said)
    said = HOURS.sub(lambda h: f"{int(h[1]):02}:{h[2] or '00'}-{int(h[3]):02}:{h[4] or '00'}", said)
    said = re.sub(r"(\d{2}:\d{2}-\d{2}:\d{2})\s*(?:,|e)\s*(?=\d{2}:)", r"\1,", said)
    return re.sub(r"\b(?:il|dal|al|e)\b", " ", said).strip(" .;")


def in_words(text: str) -> str:
    """Hours in the language in use; what a person wrote in their own words stays as it is."""
    days = {code: str(WEEKDAYS_ABBR[number]).lower() for number, code in enumerate(DAYS)}
    words = days | {"PH": _("public holidays"), "SH": _("school holidays"), "off": _("closed"), "closed": _("closed")}
    return CODE.sub(lambda found: words[found.group(1)], text).replace(";", ",")
