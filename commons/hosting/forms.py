"""Forms of those who keep a house. What they type is plain text; hours are read as people write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.models import Event, HelpDesk, House, Space, Stream
from neighbourhoods.plain_text import PlainTexts, plain

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOST_STREAMS = 3
HOURS = _("For example: lun-ven 9:00-18:00, sab 9:00-12:00.")


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class HouseForm(PlainTexts, forms.ModelForm):
    """What changes in the life of a house. Its name, place and papers are the office's to change."""

    services = forms.CharField(
        label=_("what people find there"), max_length=5_000, required=False, widget=lines(5),
        help_text=_("One thing a line: bar, after-school, repair café."),
    )  # fmt: skip

    class Meta:
        model = House
        fields = ("opening_hours", "phone", "email", "website", "step_free", "services", "hosts", "description")
        widgets = {"description": lines(6)}
        help_texts = {"opening_hours": HOURS, "description": _("Everybody can read it. Name no persons.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["services"] = "\n".join(self.instance.services)

    def clean_services(self) -> list[str]:
        said = [line.strip()[:100] for line in plain(self.cleaned_data["services"]).splitlines()]
        return list(dict.fromkeys(line for line in said if line))[:40]


class SpaceForm(PlainTexts, forms.ModelForm):
    """A room: how many it holds, and what it is for."""

    class Meta:
        model = Space
        fields = ("name", "capacity", "area", "step_free", "functions", "description")
        widgets = {"description": lines(3)}
        help_texts = {"name": _("For example: the large hall, the kitchen, the courtyard.")}


class DeskForm(PlainTexts, forms.ModelForm):
    """A desk: what it helps with, and when it is open."""

    class Meta:
        model = HelpDesk
        fields = ("name", "opening_hours", "description", "how_to_book")
        widgets = {"description": lines(3)}
        help_texts = {
            "name": _("For example: help with forms, listening desk."),
            "opening_hours": HOURS,
            "how_to_book": _("For example: without appointment, or by phone the day before."),
        }


class EventForm(PlainTexts, forms.ModelForm):
    """Something that happens in the house, or that the house puts online. Hours are those of the city."""

    here = forms.BooleanField(label=_("It takes place in the house"), required=False, initial=True)
    programme = forms.FileField(
        label=_("programme, as a PDF"), required=False, help_text=_("Everybody can open it. At most 20 MB.")
    )

    class Meta:
        model = Event
        fields = ("name", "kind", "starts_at", "ends_at", "description", "website")
        widgets = {"starts_at": MOMENT, "ends_at": MOMENT, "description": lines(5)}
        help_texts = {"description": _("Everybody can read it. Name no persons.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(self.instance.streams.all()) if self.instance.pk else []
        if self.instance.pk:
            self.initial["here"] = self.instance.place is not None
        for number in range(1, max(MOST_STREAMS, len(known)) + 1):
            told = known[number - 1] if number <= len(known) else Stream()
            self.fields[f"stream_{number}"] = forms.URLField(
                label=_("followed online at, address %(number)d") % {"number": number}, required=False,
                max_length=500, initial=told.address, assume_scheme="https",
            )  # fmt: skip
            self.fields[f"language_{number}"] = forms.ChoiceField(
                label=_("language of address %(number)d") % {"number": number}, required=False,
                choices=Stream.Language.choices, initial=told.language,
            )  # fmt: skip

    def streams(self) -> list[tuple[str, str]]:
        """Address and language of each stream that was typed, no address twice."""
        said = self.cleaned_data
        numbers = [name.partition("_")[2] for name in self.fields if name.startswith("stream_")]
        found = {said[f"stream_{one}"]: said[f"language_{one}"] or Stream.Language.IT for one in numbers}
        return [(address, language) for address, language in found.items() if address]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("here") and not self.streams():
            self.add_error("here", _("Say where: in the house, or at an address online."))
        return cleaned


KINDS: dict[str, type[forms.ModelForm]] = {"spaces": SpaceForm, "desks": DeskForm, "events": EventForm}
