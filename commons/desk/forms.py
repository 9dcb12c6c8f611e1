"""Forms of the desk: what is typed. What may be done with it is said by the table of moves and the deeds."""

from typing import Any

from django import forms
from django.contrib.gis.db import models
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from commons.deadlines import Proposed, proposed
from commons.desk.door import Desk
from commons.lifecycle import Move, way_of
from commons.models import Call, CoDesignSession, Dispute, House, Pact, Proposal, Signature
from neighbourhoods.plain_text import PlainTexts
from people.models import Organisation, User

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def typed(field: models.Field, **options: Any) -> forms.Field | None:
    """The form field of a model's field, days and moments with the browser's own calendar."""
    if isinstance(field, models.DateTimeField):
        return field.formfield(widget=MOMENT, **options)
    if isinstance(field, models.DateField):
        return field.formfield(widget=DAY, **options)
    if isinstance(field, models.TextField):
        return field.formfield(widget=forms.Textarea(attrs={"rows": 5}), **options)
    return field.formfield(**options)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.named()


def people_of(desk: Desk, **options: Any) -> PersonChoice:
    return PersonChoice(desk.reviewers(), label=_("Reviewer"), **options)


class MoveForm(PlainTexts, forms.Form):
    """The form of one move, made from the table: its fields, and the words that go with it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, move: Move, record: Any, desk: Desk, data: Any = None) -> None:
        begins = proposed(record, move.name)
        given = {name: getattr(record, name) for name in move.fields} | {"seen": seen_of(record)}
        given |= {name: one.value for name, one in begins.items() if not given[name] or name == "report_due"}
        super().__init__(data, initial=given, auto_id=f"move-{move.name}-%s")
        self.move = move
        self.fields |= fields_for_model(type(record), fields=move.fields, formfield_callback=typed)
        if "reviewer" in self.fields:
            self.fields["reviewer"] = people_of(desk, required=False)
        if "complexity" in self.fields:
            self.fields["complexity"].help_text = ways_said(record.city.profile)
        say_the_rules(self, begins)
        label = _("Why, in words that the other side will read") if move.note else _("A note for the history")
        self.fields["note"] = forms.CharField(
            label=label, max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.move.fields}


def ways_said(profile: dict[str, Any]) -> str:
    """Which steps an ordinary and a complex proposal take in this city; empty where both take the same."""
    names = dict(Proposal.State.choices)
    ways = {kind.label: way_of(profile, kind) for kind in Pact.Complexity}
    if len(set(ways.values())) < 2:
        return ""
    return " ".join(f"{kind}: {', '.join(str(names[one]) for one in way)}." for kind, way in ways.items())


def say_the_rules(form: forms.BaseForm, begins: dict[str, Proposed]) -> None:
    """Beside each field the rule that its first value comes from."""
    for name, one in begins.items():
        form.fields[name].help_text = one.why or form.fields[name].help_text


def seen_of(record: Any) -> str:
    """The state and its moment, as somebody saw it: a move is made from what was seen, once."""
    return f"{record.state} {record.state_since.isoformat() if record.state_since else 'since it was made'}"


class SessionForm(PlainTexts, forms.ModelForm):
    """A co-design session that is planned: when, and in which house or where else."""

    class Meta:
        model = CoDesignSession
        fields = ["starts_at", "house", "where"]
        widgets = {"starts_at": MOMENT}

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        houses = House.objects.public().filter(city=record.city)
        self.fields["house"].queryset = houses.only("name").order_by("name")


class MinutesForm(PlainTexts, forms.Form):
    """What came out of a session, and how many came."""

    session = forms.ModelChoiceField(CoDesignSession.objects.none(), label=_("Which session"))
    minutes = forms.CharField(label=_("Minutes"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    attendance = forms.IntegerField(label=_("How many came"), min_value=0, max_value=100_000)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = record.sessions.filter(cancelled_at__isnull=True)
        self.fields["session"].label_from_instance = session_words


def session_words(session: CoDesignSession) -> str:
    from django.utils import timezone
    from django.utils.formats import date_format

    where = session.house.name if session.house_id else session.where
    return ", ".join(filter(None, [date_format(timezone.localtime(session.starts_at), "j F Y, H:i"), where]))


class DisputeForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = Dispute
        fields = ["subject", "parties", "panel", "opened_on", "opinion_due"]
        widgets = {"opened_on": DAY, "opinion_due": DAY, "parties": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        begins = proposed(record, "dispute")
        super().__init__(*args, initial={name: one.value for name, one in begins.items()}, **kwargs)
        say_the_rules(self, begins)


class OutcomeForm(PlainTexts, forms.Form):
    """How a dispute ended."""

    dispute = forms.ModelChoiceField(Dispute.objects.none(), label=_("Which dispute"))
    outcome = forms.CharField(label=_("Outcome"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))
    closed_on = forms.DateField(label=_("Closed on"), widget=DAY)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dispute"].queryset = record.disputes.filter(closed_on__isnull=True)


class SignatureForm(PlainTexts, forms.ModelForm):
    """One more signature: a group by its name, or a single person, who is counted and never named in public."""

    class Meta:
        model = Signature
        fields = ["side", "kind", "organisation", "person_name", "signed_on"]
        labels = {"side": _("Signs for"), "organisation": _("Which group")}
        widgets = {"signed_on": DAY}

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Organisation.objects.filter(city=record.city, visibility="public")
        self.fields["organisation"].queryset = groups.only("name").order_by("name")
        self.fields["organisation"].required = False


class PactForm(PlainTexts, forms.ModelForm):
    """The words and the days of a pact that is not signed yet."""

    class Meta:
        model = Pact
        fields = ["name", "description", "text", "legal_form", "starts_on", "ends_on", "after_end"]
        widgets = {"starts_on": DAY, "ends_on": DAY, "text": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begins = proposed(self.instance, "text")
        say_the_rules(self, {name: one for name, one in begins.items() if name == "ends_on"})


class AfterEndForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = Pact
        fields = ["after_end", "report_due"]
        widgets = {"report_due": DAY, "after_end": forms.Textarea(attrs={"rows": 3})}


class RenewalForm(PlainTexts, forms.Form):
    """The days of the pact that renews another: at first as long as the old one, from where that ends."""

    starts_on = forms.DateField(
        label=_("from"), required=False, widget=DAY,
        help_text=_("The text, the place and the parties are copied. The signatures are collected anew."),
    )  # fmt: skip
    ends_on = forms.DateField(label=_("until"), required=False, widget=DAY)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=dict(zip(self.base_fields, record.next_period(), strict=True)), **kwargs)

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("It cannot end before it began."))
        return self.cleaned_data


class EmptyForm(PlainTexts, forms.Form):
    """A deed that asks for nothing but the click."""

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class CheckForm(EmptyForm):
    """The office's check of a report that was sent."""

    check_note = forms.CharField(
        label=_("Note of the office"), max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class OpenPactForm(PlainTexts, forms.Form):
    """The other approved proposals that become the same pact, and its name."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    others = forms.ModelMultipleChoiceField(
        None, label=_("Together with"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same = type(record).objects.filter(city=record.city, state="approved", pact__isnull=True)
        self.fields["others"].queryset = same.exclude(pk=record.pk).only("name").order_by("name")


class CallForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = Call
        fields = [
            "name", "description", "criteria", "office", "resolution", "resolution_date", "opens_at", "closes_at",
            "buildings",
        ]  # fmt: skip
        widgets = {
            "resolution_date": DAY, "opens_at": MOMENT, "closes_at": MOMENT,
            "buildings": forms.CheckboxSelectMultiple, "criteria": forms.Textarea(attrs={"rows": 6}),
        }  # fmt: skip

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="call-%s", **kwargs)
        buildings = self.fields["buildings"].queryset.filter(city=desk.city, visibility="public")
        self.fields["buildings"].queryset = buildings.exclude(use_status="reused").only("name").order_by("name")
