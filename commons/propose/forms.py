"""The form of a proposal. A draft may be empty everywhere: what is missing is said apart, and asked only at the end."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.functions import Function, Ticks
from commons.models import Building, House, Proposal
from commons.propose.place import Found, find_places, said_point
from commons.qualities import Quality
from commons.texts import clean_text
from commons.whereabouts import BadPlace, check_in, read_coordinates, read_geometry
from neighbourhoods.vocabulary import Precision
from people.models import Membership, Organisation


class Words(forms.CharField):
    """Text as somebody typed it, made safe to keep. Lines are kept where the widget has lines."""

    def to_python(self, value: Any) -> str:
        return clean_text(super().to_python(value), lines=isinstance(self.widget, forms.Textarea))


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StartForm(forms.Form):
    """The first page: a name, if there is one already. `nickname` is for machines; people do not see it."""

    name = Words(label=_("In a few words, what would you like to do?"), max_length=200, required=False)
    nickname = forms.CharField(required=False)
    for_others = forms.BooleanField(label=_("I am entering a paper proposal for somebody else"), required=False)

    def clean_nickname(self) -> str:
        if self.cleaned_data["nickname"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""


class DraftForm(forms.Form):
    """Every field of a draft. `only` leaves the others out, for saving what has just changed."""

    where = Words(label=_("Address or coordinates"), max_length=200, required=False)
    chosen = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    place = forms.CharField(required=False, max_length=1_000_000, widget=forms.HiddenInput)
    building = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    no_place = forms.BooleanField(label=_("It has no place: it is for the whole city, or online"), required=False)
    name = Words(label=_("Name of the proposal"), max_length=200, required=False)
    description = Words(label=_("What would you do?"), max_length=10_000, required=False, widget=lines(7))
    needed_functions = Ticks(label=_("It needs a place for…"), choices=Function.choices, required=False)
    aims = Words(label=_("Why? What would be better?"), max_length=10_000, required=False, widget=lines(5))
    qualities = forms.MultipleChoiceField(
        label=_("It makes the city…"), choices=Quality.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    proposers = forms.ModelMultipleChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    people_involved = Words(label=_("With whom would you do it?"), max_length=5_000, required=False, widget=lines(3))
    wanted_from = forms.DateField(
        label=_("From when?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"],
    )  # fmt: skip
    duration_months = forms.IntegerField(label=_("For how many months?"), min_value=1, max_value=1200, required=False)
    no_resources = forms.BooleanField(label=_("We bring nothing and ask for nothing"), required=False)
    contact_name = Words(label=_("Your name, or the group's"), max_length=150, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    contact_phone = Words(label=_("Phone"), max_length=50, required=False)
    leave_call = forms.BooleanField(label=_("Propose it on our own initiative instead"), required=False)
    consent = forms.BooleanField(
        label=_("The city may keep this proposal and publish what its page says. Contacts are never published."),
        required=False,
    )  # fmt: skip

    def __init__(
        self, proposal: Proposal, data: Mapping | None = None, *, user: Any = None, only: set[str] | None = None
    ) -> None:
        self.proposal = proposal
        self.found: list[Found] = []
        # What has just been typed is all that a form of a few fields knows: nothing else is read for it.
        super().__init__(data, initial=initial(proposal) if only is None else {})
        if only is None or "proposers" in only:
            mine = self.fields["proposers"].queryset = groups_of(proposal, user)
            if not mine:
                del self.fields["proposers"]
        if not proposal.call_id:
            del self.fields["leave_call"]
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in only}
        for name, field in self.fields.items():
            if name in HINTS:
                field.help_text = HINTS[name]
                field.widget.attrs["aria-describedby"] = f"hint_{name}"
            if name in AUTOCOMPLETE:
                field.widget.attrs["autocomplete"] = AUTOCOMPLETE[name]

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"]
        if phone and sum(sign.isdigit() for sign in phone) < 5:
            raise forms.ValidationError(_("A phone number has at least five digits."))
        return phone

    def clean_place(self) -> Any:
        """The drawing as a geometry in the city; None when there is none."""
        if not self.cleaned_data["place"].strip():
            return None
        try:
            place = read_geometry(self.cleaned_data["place"])
            if place != self.proposal.place:
                check_in(self.proposal.city, place)
        except BadPlace as error:
            self._offer(error)
            raise forms.ValidationError(error.words) from error
        return place

    def clean_building(self) -> Building | None:
        uid = self.cleaned_data["building"].strip()
        if not uid:
            return None
        building = Building.objects.public().filter(city=self.proposal.city_id, uid=uid).first()
        had = self.proposal.building
        if building is None and had and had.uid == uid:
            return had  # hidden meanwhile: the office decides what becomes of the draft
        if building is None:
            raise forms.ValidationError(_("This building is not on the map any more: choose another place."))
        return building

    def _offer(self, error: BadPlace) -> None:
        if error.swapped:
            self.found = [Found(said_point(error.swapped), error.swapped)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = cleaned.get("chosen", "").strip()
        typed = cleaned.get("where", "")
        if chosen:
            self._choose(chosen)
        elif typed and typed != (self.proposal.address or ""):
            self._look_up(typed)
        return cleaned

    def _look_up(self, typed: str) -> None:
        """One place that fits is taken; several are offered; none is said, and the words are kept in the form."""
        try:
            self.found = find_places(self.proposal.city, typed)
        except BadPlace as error:
            self._offer(error)
            self.add_error("where", error.words)
            return
        if len(self.found) == 1:
            self._take(self.found.pop(), typed)
        elif self.found:
            self.add_error("where", _("Several places fit: choose one."))
        else:
            self.add_error("where", _("No place here fits. Try the street alone, or mark it on the map."))

    def _choose(self, chosen: str) -> None:
        kind, _colon, value = chosen.partition(":")
        building = Building.objects.public().filter(city=self.proposal.city_id, uid=value).first()
        point = read_coordinates(value.replace(",", " ")) if kind in Precision.values else None
        try:
            if point:  # x,y as the form wrote them
                point = type(point)(point.y, point.x, srid=4326)
                check_in(self.proposal.city, point)
                self._take(Found(said_point(point), point, kind), self.cleaned_data.get("where", ""))
            elif kind == "building" and building and building.place:
                found = Found(building.name, building.place, building.precision, building.uid, building.address)
                self._take(found, building.address)
            else:
                self.add_error("where", _("This place cannot be read: type it again."))
        except BadPlace as error:
            self.add_error("where", error.words)

    def _take(self, found: Found, typed: str) -> None:
        building = Building.objects.public().filter(uid=found.building).first() if found.building else None
        self.cleaned_data |= {
            "place": building.place if building else found.place, "building": building,
            "precision": found.precision, "address": found.address or typed[:200], "no_place": False,
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What is to be written, by the names of the model."""
        values = dict(self.cleaned_data)
        values.pop("chosen", None)
        typed = values.pop("where", None)
        if typed == "" and "address" not in values and self.proposal.address:
            values["address"] = ""
        if values.get("place") and values["place"] != self.proposal.place and "precision" not in values:
            values |= {"precision": Precision.EXACT, "address": ""}  # drawn anew: the old address says something else
        if values.get("no_place"):
            values |= {"place": None, "building": None, "precision": Precision.NONE, "address": ""}
        if values.pop("leave_call", False):
            values |= {"call": None, "initiative_route": Proposal.Route.DIRECT}
        return values


HINTS = {
    "where": _("A street of the city, a public building, or coordinates such as 45,0703 7,6869."),
    "description": _("A few lines are enough to begin: what would happen there, on which days, for whom."),
    "people_involved": _("Groups, schools, shops, neighbours. Do not name private persons."),
    "proposers": _("The groups that you belong to."),
    "contact_email": _("For the office only: it is never published."),
    "contact_phone": _("For the office only: it is never published."),
    "duration_months": _("24 months are two years."),
}
AUTOCOMPLETE = {"contact_name": "name", "contact_email": "email", "contact_phone": "tel", "where": "off"}


def initial(proposal: Proposal) -> dict[str, Any]:
    """What the form shows of a draft."""
    plain = (
        "no_place", "name", "description", "needed_functions", "aims", "qualities", "people_involved", "wanted_from",
        "duration_months", "no_resources", "contact_name", "contact_email", "contact_phone",
    )  # fmt: skip
    return {name: getattr(proposal, name) for name in plain} | {
        "proposers": [one.pk for one in proposal.proposers.all()],
        "consent": bool(proposal.consent_at),
    } | initial_place(proposal)  # fmt: skip


def initial_place(proposal: Proposal) -> dict[str, str]:
    """What the form shows of where it is: its words, its drawing, its building."""
    place = proposal.place
    return {
        "where": proposal.address,
        "place": json.dumps({"type": place.geom_type, "coordinates": place.coords}) if place else "",
        "building": proposal.building.uid if proposal.building_id else "",
    }


def groups_of(proposal: Proposal, user: Any) -> Any:
    """The groups that may stand as proposers: those a person belongs to, and those that stand there already."""
    found = Organisation.objects.filter(proposals=proposal)
    if getattr(user, "is_authenticated", False):
        mine = user.memberships.filter(state=Membership.State.ACTIVE).values("organisation")
        found = found | Organisation.objects.filter(pk__in=mine)
    return found.distinct()


class InviteForm(forms.Form):
    """Somebody to write with, by e-mail, or a Casa to ask for help."""

    email = forms.EmailField(label=_("E-mail of a co-author"), required=False, max_length=254)
    house = forms.ModelChoiceField(label=_("Which house"), queryset=House.objects.none(), required=False)

    def __init__(self, proposal: Proposal, data: Mapping | None = None) -> None:
        super().__init__(data)
        houses = House.objects.public().filter(city=proposal.city, status=House.Status.OPEN)
        self.fields["house"].queryset = houses.only("name", "uid").order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("email")) == bool(cleaned.get("house")):
            raise forms.ValidationError(_("Write an e-mail address, or choose a Casa."))
        return cleaned
