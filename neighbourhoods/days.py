"""Days as people write them."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

BEFORE_A_VOWEL = {8, 11}  # otto, undici: Italian says l'8, all'11


def day_words(day: date | datetime) -> str:
    """ "1º marzo 2026" in Italian, "1 March 2026" in English; an instant is told in the time zone in use."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    words = date_format(day, "j F Y")
    if not _italian():
        return words
    return words.lower().replace("1 ", "1º ", 1) if day.day == 1 else words.lower()


def on_day(day: date) -> str:
    """ "il 2 marzo 2026", "l'8 marzo 2026"; "on 2 March 2026"."""
    if _italian():
        return ("l'" if day.day in BEFORE_A_VOWEL else "il ") + day_words(day)
    return f"on {day_words(day)}"


def until_day(day: date) -> str:
    """ "fino al 2 marzo 2026", "fino all'8 marzo 2026"; "until 2 March 2026"."""
    if _italian():
        return ("fino all'" if day.day in BEFORE_A_VOWEL else "fino al ") + day_words(day)
    return f"until {day_words(day)}"


def _italian() -> bool:
    return (get_language() or "it").startswith("it")
