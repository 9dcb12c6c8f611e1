"""Forms of monitoring a pact: an indicator, evidence of either party, visits, the final evaluation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.desk.forms import DAY
from commons.models import Evaluation, Evidence, PactIndicator, Visit
from neighbourhoods.plain_text import PlainTexts


class IndicatorForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = PactIndicator
        fields = ["name", "unit", "target"]

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        super().__init__(*args, **options)


class EvidenceForm(PlainTexts, forms.ModelForm):
    """A value of an agreed indicator, or words."""

    class Meta:
        model = Evidence
        fields = ["indicator", "on", "value", "text"]
        widgets = {"on": DAY, "text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": _("Name no persons: everybody can read it.")}

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["indicator"].queryset = record.indicators.all()


class VisitForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = Visit
        fields = ["planned_on"]
        widgets = {"planned_on": DAY}

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        super().__init__(*args, **options)


class VisitedForm(PlainTexts, forms.Form):
    """What was found on a visit that was planned."""

    visit = forms.ModelChoiceField(Visit.objects.none(), label=_("Which visit"))
    made_on = forms.DateField(label=_("Made on"), widget=DAY)
    finding = forms.CharField(
        label=_("What was found"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Name no persons: everybody can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["visit"].queryset = record.visits.filter(made_on__isnull=True)
        self.fields["visit"].label_from_instance = lambda one: f"{one.planned_on:%d/%m/%Y}"


class EvaluationForm(PlainTexts, forms.ModelForm):
    """The last look at a pact; a draft until it is published."""

    publish = forms.BooleanField(label=_("Publish it: afterwards it is not changed any more"), required=False)

    class Meta:
        model = Evaluation
        fields = ["outcome", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, record: Any, **options: Any) -> None:
        begun = Evaluation.objects.filter(pact=record).first()
        super().__init__(*args, initial={"outcome": begun.outcome, "text": begun.text} if begun else None, **options)
