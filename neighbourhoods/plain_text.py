"""What people type, made plain: no marks that turn or hide what others read."""

import re
import unicodedata
from typing import Any

from django import forms
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


def one_line(text: str) -> str:
    """Plain text with single blanks for all white space: nothing in it can begin a new line of a header."""
    return " ".join(plain(text).split())


class PlainTexts(forms.BaseForm):
    """A form whose texts are made plain before their length is looked at; what comes back to the page is plain too.

    Lines stay where the widget has lines. Passwords and addresses are what was typed.
    """

    AS_TYPED = (forms.EmailField, forms.URLField, forms.RegexField, forms.UUIDField)
    made_plain = False

    def full_clean(self) -> None:
        if self.is_bound and not self.made_plain:
            self.data, self.made_plain = self.plain_data(), True
        super().full_clean()

    def plain_data(self) -> Any:
        data = self.data.copy()
        for name, field in self.fields.items():
            as_typed = isinstance(field, self.AS_TYPED) or isinstance(field.widget, forms.PasswordInput)
            text = data.get(self.add_prefix(name))
            if isinstance(field, forms.CharField) and not as_typed and isinstance(text, str) and "\0" not in text:
                make = plain if isinstance(field.widget, forms.Textarea) else one_line
                data[self.add_prefix(name)] = make(text)
        return data
