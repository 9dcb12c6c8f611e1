"""Forms of the desk for needs, laboratories, projects and money: what is typed, and nothing of what may be done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.desk.care import laboratories_of, priorities_of, territories_of
from commons.desk.door import Desk
from commons.desk.forms import DAY, MOMENT
from commons.models import House, Laboratory, Money, Need, Project, Session
from commons.needs import DECIDED
from commons.whereabouts import BadPlace, typed_point
from neighbourhoods.plain_text import PlainTexts


class DecideForm(PlainTexts, forms.Form):
    """What becomes of a need."""

    status = forms.ChoiceField(
        label=_("What becomes of it"), choices=[(one.value, one.label) for one in DECIDED], initial=Need.Status.OPEN
    )
    answer = forms.CharField(
        label=_("Answer"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it, and so does whoever reported it."),
    )  # fmt: skip
    same_as = forms.ModelChoiceField(Need.objects.none(), label=_("The same as"), required=False)
    laboratory = forms.ModelChoiceField(Laboratory.objects.none(), label=_("Laboratory"), required=False)

    def __init__(self, desk: Desk, need: Need, data: Any = None) -> None:
        begins = {"answer": need.answer, "laboratory": need.laboratory_id, "same_as": need.duplicate_of_id}
        begins["status"] = need.status if need.status != Need.Status.RECEIVED else Need.Status.OPEN
        super().__init__(data, initial=begins, auto_id=f"need-{need.pk}-%s")
        others = Need.objects.public().filter(city=desk.city, neighbourhood=need.neighbourhood_id).exclude(pk=need.pk)
        self.fields["same_as"].queryset = others.only("name").order_by("name")
        self.fields["laboratory"].queryset = laboratories_of(desk).filter(closed_on__isnull=True).order_by("name")


class LaboratoryForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = Laboratory
        fields = ["name", "description", "urban", "neighbourhoods", "season", "opened_on", "closed_on"]
        widgets = {
            "opened_on": DAY, "closed_on": DAY, "neighbourhoods": forms.CheckboxSelectMultiple,
            "description": forms.Textarea(attrs={"rows": 4}),
        }  # fmt: skip

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, auto_id="laboratory-%s", **options)
        self.fields["neighbourhoods"].queryset = territories_of(desk)


class MeetingForm(PlainTexts, forms.ModelForm):
    """One meeting of a laboratory."""

    class Meta:
        model = Session
        fields = ["starts_at", "house", "where"]
        widgets = {"starts_at": MOMENT}

    def __init__(self, laboratory: Laboratory, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="meeting-%s", **options)
        houses = House.objects.public().filter(city=laboratory.city_id)
        self.fields["house"].queryset = houses.only("name").order_by("name")


class OfMeeting(PlainTexts, forms.Form):
    """Something that is written of one of the laboratory's meetings."""

    session = forms.ModelChoiceField(Session.objects.none(), label=_("Which meeting"))

    def __init__(self, laboratory: Laboratory, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id=f"{type(self).__name__.lower()}-%s", **options)
        self.fields["session"].queryset = laboratory.sessions.all()
        self.fields["session"].label_from_instance = lambda one: f"{one.starts_at:%d/%m/%Y} {one.where}".strip()


class SheetForm(OfMeeting):
    """The sheet that people signed."""

    signs = forms.CharField(
        label=_("Who came, one on each line"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A name, an e-mail or a card number: always the same for the same person. Only a key is kept."),
    )  # fmt: skip


class MinutesForm(OfMeeting):
    minutes = forms.CharField(label=_("Minutes"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))


class ProjectForm(PlainTexts, forms.ModelForm):
    """A project; its place is typed as coordinates, and may be empty."""

    place = forms.CharField(
        label=_("Coordinates of the place"), max_length=100, required=False,
        help_text=_("Latitude, then longitude, like 45.07, 7.68. Leave it empty when it has no place of its own."),
    )  # fmt: skip

    class Meta:
        model = Project
        fields = [
            "name", "kind", "status", "description", "place", "starts_on", "ends_on", "laboratory", "pact", "priority",
            "needs",
        ]  # fmt: skip
        widgets = {
            "starts_on": DAY, "ends_on": DAY, "description": forms.Textarea(attrs={"rows": 4}),
            "needs": forms.CheckboxSelectMultiple,
        }  # fmt: skip

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, auto_id="project-%s", **options)
        self.city = desk.city
        self.fields["laboratory"].queryset = laboratories_of(desk).order_by("name")
        self.fields["pact"].queryset = desk.pacts().only("name").order_by("name")
        self.fields["priority"].queryset = priorities_of(desk)
        shown = desk.within(Need.objects.public().filter(city=desk.city))
        self.fields["needs"].queryset = shown.only("name").order_by("name")
        if place := self.instance.label_point if self.instance.pk else None:
            self.initial["place"] = f"{place.y:.6f}, {place.x:.6f}"

    def clean_place(self) -> Any:
        """The drawn place stands while its coordinates are not typed anew."""
        if "place" not in self.changed_data:
            return self.instance.place
        try:
            return typed_point(self.cleaned_data["place"], self.city)
        except BadPlace as error:
            raise forms.ValidationError(error.words) from error


class MoneyForm(PlainTexts, forms.ModelForm):
    """An amount: without its kind or its period nobody could tell what it may be added to."""

    class Meta:
        model = Money
        fields = ["amount", "kind", "period_start", "period_end", "note", "source_note"]
        widgets = {"period_start": DAY, "period_end": DAY}
        error_messages = {
            "kind": {"required": _("Say what kind of money it is: amounts of different kinds are never added.")},
            "period_start": {"required": _("Say from which day: an amount without a period cannot be compared.")},
            "period_end": {"required": _("Say until which day: an amount without a period cannot be compared.")},
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="money-%s", **options)
