"""Forms of the desk for the strategic plan of a neighbourhood and its priorities: what is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.desk.care import territories_of
from commons.desk.door import Desk
from commons.desk.forms import DAY
from commons.models import NeighbourhoodPlan, Priority
from neighbourhoods.plain_text import PlainTexts

MOST_PRIORITIES = 20


class PlanForm(PlainTexts, forms.ModelForm):
    class Meta:
        model = NeighbourhoodPlan
        fields = ["neighbourhood", "name", "description", "starts_on", "ends_on"]
        widgets = {"starts_on": DAY, "ends_on": DAY, "description": forms.Textarea(attrs={"rows": 5})}
        error_messages = {
            "neighbourhood": {"required": _("Say which neighbourhood it is the plan of.")},
            "starts_on": {"required": _("Say from which day the plan counts.")},
            "ends_on": {"required": _("Say until which day the plan counts.")},
        }

    def __init__(self, *args: Any, desk: Desk, **options: Any) -> None:
        super().__init__(*args, auto_id="plan-%s", **options)
        self.fields["neighbourhood"].queryset = territories_of(desk)
        self.fields["neighbourhood"].empty_label = _("Choose a neighbourhood")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The plan ends before it begins."))
        return cleaned


class PriorityForm(PlainTexts, forms.ModelForm):
    """One priority; `place` is its number as it is typed: the page writes them one after the other."""

    place = forms.IntegerField(label=_("Number"), min_value=1, max_value=99, required=False)

    class Meta:
        model = Priority
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 2})}
        labels = {"name": _("What comes first")}

    field_order = ["place", "name", "description"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["place"] = self.instance.number


class PriorityRowsBase(forms.BaseInlineFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take it out")


PriorityRows = forms.inlineformset_factory(
    NeighbourhoodPlan, Priority, form=PriorityForm, formset=PriorityRowsBase, extra=3, max_num=MOST_PRIORITIES,
    validate_max=True, can_delete_extra=False,
)  # fmt: skip
