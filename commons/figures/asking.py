"""What may be asked of a page of figures: until when to count, and whether examples count."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.figures.computing import Scope
from neighbourhoods.models import City, Neighbourhood
from neighbourhoods.vocabulary import Role

FIRST = date(1990, 1, 1)


class AskForm(forms.Form):
    """`until` is the last day that counts, for what is computed and for every comparison."""

    until = forms.DateField(
        label=_("Count until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day that counts. Empty: today, and for each published figure its own last day."),
    )
    examples = forms.BooleanField(label=_("Count the examples too"), required=False)

    def __init__(self, data: Any, city: City) -> None:
        super().__init__(data, auto_id="ask-%s")
        self.city = city

    def clean_until(self) -> date | None:
        """Refuses days that lie ahead: nothing is counted that has not happened."""
        day = self.cleaned_data["until"]
        if day and not FIRST <= day <= self.city.today():
            raise forms.ValidationError(_("Choose a day between 1990 and today."))
        return day

    def scope(self, territory: Neighbourhood | None = None, place: int | None = None) -> Scope:
        """What the answer counts; for what was asked wrong, what would be counted without asking."""
        asked = self.cleaned_data if self.is_valid() else {}
        column = "district_id" if territory and territory.partition.role == Role.DISTRICT else "neighbourhood_id"
        where = territory.pk if territory else place
        return Scope(self.city, self.cut_off or self.city.today(), where, column, bool(asked.get("examples")))

    @property
    def cut_off(self) -> date | None:
        """The day that was asked for; None where none was, or a wrong one."""
        return self.cleaned_data.get("until") if self.is_valid() else None
