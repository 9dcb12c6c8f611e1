"""What people type, made plain: no marks that turn or hide what others read."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Overrides, isolates and marks of direction; blanks without width; what controls a terminal.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
UNSEEN = re.compile("[\u200b\u2060-\u2064\ufeff\u180e\u00ad\ufff9-\ufffb]|[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
JOINER_IN_LATIN = re.compile("(?<=[\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\u024f])")
MOST_MARKS = 4


def plain(text: str) -> str:
    """The text in normal form: what is invisible or turns the line is taken away, lines end in one way, and no letter
    carries more than a few marks. Raises ValidationError for NUL, which no person types."""
    if "\0" in text:
        raise ValidationError(_("The text holds a character that cannot be kept. Type it again instead of pasting."))
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = JOINER_IN_LATIN.sub("", UNSEEN.sub("", TURNING.sub("", text)))
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept).strip()


def clean_text(text: str, lines: bool = False) -> str:
    """The same for text from anywhere, which is never refused: NUL and half characters are left out.

    `lines` keeps line ends (as "\\n") and tabs; otherwise all white space becomes single blanks.
    """
    text = plain(text.replace("\0", "").encode("utf-8", "ignore").decode())
    return text if lines else " ".join(text.split())
