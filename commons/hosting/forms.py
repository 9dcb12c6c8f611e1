"""Forms of those who keep a house. What they type is plain text; hours are read as people write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.models import HelpDesk, House, Space
from neighbourhoods.plain_text import PlainTexts, plain

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


KINDS: dict[str, type[forms.ModelForm]] = {"spaces": SpaceForm, "desks": DeskForm}
