"""Days as people write them."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def day_words(day: date | datetime) -> str:
    """ "1º marzo 2026" in Italian, "1 March 2026" in English; an instant is told in the time zone in use."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    words = date_format(day, "j F Y")
    if not (get_language() or "it").startswith("it"):
        return words
    return words.lower().replace("1 ", "1º ", 1) if day.day == 1 else words.lower()
