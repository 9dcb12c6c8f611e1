"""Published figures on the desk: typed with their source, and the yearly editions (story 11)."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.desk.forms import typed
from commons.figures.words import PARTS
from commons.indicators import INDICATORS
from commons.models import Programme, PublishedFigure
from neighbourhoods.models import Neighbourhood
from neighbourhoods.plain_text import PlainTexts
from neighbourhoods.vocabulary import Role

LINE = re.compile(r"^(?P<part>.+?)[\s:=]+(?P<value>[\d.,]+)$")
LARGEST = Decimal(10) ** 14


def number_of(text: str) -> tuple[Decimal, int]:
    """A number as it is typed in Italian or in English, and how many decimals it has. Raises InvalidOperation."""
    bare = re.sub(r"[\s€%]", "", text)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        bare = re.sub(r"[.,]", "", bare)
    elif "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"\d+(?:\.\d+)?", bare):
        raise InvalidOperation
    return Decimal(bare), len(bare.partition(".")[2])


def last_digit(value: Decimal, decimals: int, qualifier: str) -> Decimal:
    """What one step of the last published digit is worth: the noughts at the end of a number that is not exact say
    nothing."""
    if decimals or qualifier == "exact" or not value:
        return Decimal(1).scaleb(-decimals)
    digits = str(int(value))
    return Decimal(10) ** (len(digits) - len(digits.rstrip("0")))


class FigureForm(PlainTexts, forms.ModelForm):
    """A published figure. Without a source, and without where it stands in it, it is refused."""

    value = forms.CharField(label=_("Value"), max_length=30, help_text=_("As it is printed: 784 or 7,9."))
    breakdown = forms.CharField(
        label=_("Breakdown"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One part a line, with its number: Associations 431."),
    )  # fmt: skip

    class Meta:
        model = PublishedFigure
        fields = [
            "indicator", "territory", "programme", "part", "value", "qualifier", "first", "last", "as_of", "breakdown",
            "note", "source", "locator", "website", "dated",
        ]  # fmt: skip
        formfield_callback = typed

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.city = desk.city
        names = [(one.slug, one.name) for one in INDICATORS.values()]
        self.fields["indicator"] = forms.ChoiceField(label=_("What it counts"), choices=names)
        parts = [("", _("All of it")), *PARTS.items()]
        self.fields["part"] = forms.ChoiceField(label=_("Which part of it"), choices=parts, required=False)
        territories = (
            Neighbourhood.objects.public().current().filter(city=desk.city).exclude(partition__role=Role.OTHER)
        )
        self.fields["territory"].queryset = territories.only("name", "code").order_by("name")
        self.fields["territory"].empty_label = _("The whole city")
        self.fields["programme"].queryset = Programme.objects.filter(city=desk.city)
        self.fields["as_of"].help_text = _("The last day that the number counts: the comparison stops there.")
        self.fields["website"].assume_scheme = "https"
        if self.instance.pk:
            self.initial["value"] = f"{self.instance.value.normalize():f}".replace(".", ",")
            self.initial["breakdown"] = "\n".join(f"{one['part']} {one['value']}" for one in self.instance.breakdown)

    def clean_value(self) -> Decimal:
        try:
            self.typed_value, self.decimals = number_of(self.cleaned_data["value"])
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write a number: 784 or 7,9.")) from error
        if self.typed_value >= LARGEST or self.decimals > 4:
            raise forms.ValidationError(_("This number is too long."))
        return self.typed_value

    def clean_breakdown(self) -> list[dict[str, str]]:
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["breakdown"].splitlines())):
            if not (said := LINE.match(line)):
                raise forms.ValidationError(_("In every line of the breakdown write a part and its number."))
            found.append({"part": said["part"], "value": said["value"]})
        return found

    def clean(self) -> dict[str, Any]:
        """What follows from what was typed: the unit, and what the last digit is worth."""
        given = super().clean()
        indicator = INDICATORS.get(given.get("indicator", ""))
        if indicator:
            self.instance.unit = indicator.unit
        if "value" in given and given["value"] is not None:
            self.instance.last_digit = last_digit(given["value"], self.decimals, given.get("qualifier", "exact"))
        return given


class EditionForm(PlainTexts, forms.Form):
    """Which year to publish for good."""

    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2200)
    note = forms.CharField(
        label=_("Why it is published"), required=False, max_length=2_000,
        help_text=_("Needed when the year was published already."),
    )  # fmt: skip
