"""Forms of the portal: an event with its streams, an idea, a piece of news, a site of an organisation."""

from typing import Any

from django import forms
from django.db.models import Q
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from commons.desk.forms import DAY, MOMENT
from commons.models import Building, Event, House, Idea, MemberSite, NewsItem, Stream
from commons.portal.access import groups_of, houses_of, in_office
from commons.qualities import Quality
from commons.whereabouts import BadPlace, typed_point
from neighbourhoods.models import City
from neighbourhoods.plain_text import PlainTexts
from people.models import Organisation


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def web(label: Any, required: bool = False, **options: Any) -> forms.URLField:
    return forms.URLField(label=label, required=required, max_length=500, assume_scheme="https", **options)


class WrittenForm(PlainTexts, forms.ModelForm):
    """What events and ideas share: for whom it is written, among the organisations of whoever writes."""

    def __init__(self, *args: Any, user: Any, city: City, **options: Any) -> None:
        super().__init__(*args, **options)
        self.city, self.office = city, in_office(user, city)
        groups = groups_of(user, city)
        if self.office:
            known = Q(visibility="public") | Q(pk=self.instance.organisation_id)
            groups = Organisation.objects.filter(known, city=city).order_by("name")
        self.fields["organisation"].queryset = groups.only("name")
        self.fields["organisation"].required = not self.office and not houses_of(user, city)
        for name, field in self.fields.items():
            if field.help_text and not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"


class EventForm(WrittenForm):
    coordinates = forms.CharField(
        label=_("coordinates of the place"), max_length=100, required=False,
        help_text=_("Latitude, then longitude, like 45.07, 7.68. Leave it empty in a house, or only online."),
    )  # fmt: skip
    online = forms.BooleanField(
        label=_("Only online"), required=False,
        help_text=_("Then it has no place and no map. Its house, if you choose one, is who holds it."),
    )  # fmt: skip
    website = web(_("Page of the event"))

    class Meta:
        model = Event
        fields = [
            "name", "kind", "description", "starts_at", "ends_at", "organisation", "house", "building", "online",
            "address", "coordinates", "website",
        ]  # fmt: skip
        widgets = {"starts_at": MOMENT, "ends_at": MOMENT, "description": lines(5)}
        labels = {"organisation": _("Who organises it"), "name": _("Title"), "description": _("What happens")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, model in (("house", House), ("building", Building)):
            there = model.objects.public().filter(city=self.city).only("name").order_by("name")
            self.fields[name].queryset = there
        place = self.instance.place
        self.initial["online"] = bool(self.instance.pk and not place and not self.instance.address)
        if place and place.geom_type == "Point" and not (self.instance.house or self.instance.building):
            self.initial["coordinates"] = f"{place.y:.6f}, {place.x:.6f}"

    def clean_coordinates(self) -> Any:
        try:
            return typed_point(self.cleaned_data["coordinates"], self.city)
        except BadPlace as error:
            raise forms.ValidationError(error.words) from error

    def settle(self) -> Event:
        """The event with its place: the one typed, else that of its house or building, else none."""
        event = self.instance
        if self.cleaned_data["online"]:
            event.place, event.address, event.precision = None, "", "none"
        elif not event.pk or {"coordinates", "house", "building", "online"} & set(self.changed_data):
            event.place = self.cleaned_data["coordinates"]
            event.precision = "exact" if event.place else "none"
            event.stand_where_it_happens()
        return event


class IdeaForm(WrittenForm):
    qualities = forms.MultipleChoiceField(
        label=_("Which qualities of the manifesto does it serve?"), choices=Quality.choices,
        widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("The goals of the 2030 Agenda follow from them by themselves."),
    )  # fmt: skip
    found_at = web(_("Address of the source"))

    class Meta:
        model = Idea
        fields = ["name", "description", "qualities", "found_in", "found_at", "tried_in", "needs", "organisation"]
        widgets = {"description": lines(6), "needs": lines(4)}
        labels = {
            "name": _("The idea in a few words"), "description": _("What is done"), "found_in": _("Where you found it"),
            "tried_in": _("Where it was tried"), "needs": _("What it needs"), "organisation": _("Who brings it"),
        }  # fmt: skip

    def settle(self) -> Idea:
        """An idea has no place of its own until the office draws one."""
        if not self.instance.place:
            self.instance.precision = "none"
        return self.instance


class StreamForm(PlainTexts, forms.ModelForm):
    address = web(_("Address of the stream"), required=True)

    class Meta:
        model = Stream
        fields = ["address", "language", "name"]


StreamRows = inlineformset_factory(Event, Stream, form=StreamForm, extra=2, max_num=6, validate_max=True)


class NewsForm(PlainTexts, forms.ModelForm):
    address = web(_("Address"), required=True)

    class Meta:
        model = NewsItem
        fields = ["name", "sentence", "address", "publisher", "published_on"]
        widgets = {"published_on": DAY, "sentence": lines(2)}


class SiteForm(PlainTexts, forms.ModelForm):
    """One more site of an organisation."""

    address = web(_("Address"), required=True)

    class Meta:
        model = MemberSite
        fields = ["title", "address"]


class AnswerForm(PlainTexts, forms.Form):
    """What the office does with what waits."""

    kind = forms.ChoiceField(choices=[("events", ""), ("ideas", "")])
    uid = forms.CharField(max_length=36)
    do = forms.ChoiceField(choices=[("publish", ""), ("give_back", "")])
    answer = forms.CharField(label=_("Why"), max_length=2_000, required=False, widget=lines(2))

    def clean(self) -> dict[str, Any]:
        """What is given back says why."""
        if self.cleaned_data.get("do") == "give_back" and not self.cleaned_data.get("answer"):
            self.add_error("answer", _("Write what is missing or wrong, so that it can be put right."))
        return self.cleaned_data
