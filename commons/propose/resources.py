"""The rows of a proposal that say what it brings and what it asks for."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.models import Proposal, Resource
from commons.propose.forms import Words

MOST_RESOURCES = 20


class ResourceForm(forms.Form):
    """One thing that is brought or asked for. A row without words and quantity is no row."""

    side = forms.ChoiceField(label=_("Have or ask"), choices=Resource.Side.choices, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Resource.Kind.choices, required=False)
    quantity = forms.CharField(label=_("How much"), max_length=20, required=False)
    words = Words(label=_("What"), max_length=300, required=False)

    def clean_quantity(self) -> Decimal | None:
        """A number as Italians or programs write it: "1.500,50", "1500.5"."""
        text = self.cleaned_data["quantity"].strip().replace(" ", "")
        if not text:
            return None
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        return forms.DecimalField(max_digits=12, decimal_places=2, min_value=0).clean(text)


class BaseResources(forms.BaseFormSet):
    @property
    def errors_said(self) -> list[str]:
        """What does not fit in the rows, in words; nothing before they were sent."""
        if not self.is_bound:
            return []
        found = [str(text) for errors in self.errors for said in errors.values() for text in said]
        return found + [str(text) for text in self.non_form_errors()]

    def rows(self) -> list[dict[str, Any]]:
        """The rows that say something, as the model writes them."""
        cleaned = [one.cleaned_data for one in self.forms if hasattr(one, "cleaned_data")]
        return [
            {"side": one["side"], "kind": one["kind"], "quantity": one["quantity"], "words": one["words"]}
            for one in cleaned
            if one.get("words") or one.get("quantity") is not None
        ]


ResourceRows = forms.formset_factory(
    ResourceForm, BaseResources, extra=2, max_num=MOST_RESOURCES, validate_max=True, absolute_max=MOST_RESOURCES + 5
)


def resource_rows(proposal: Proposal, data: Mapping | None = None) -> BaseResources:
    """The rows of a draft, and two empty ones."""
    have = [
        one | {"quantity": said_quantity(one["quantity"])}
        for one in proposal.resources.values("side", "kind", "quantity", "words")
    ]
    return ResourceRows(data, initial=None if data is not None else have, prefix="resource")


def said_quantity(quantity: Decimal | None) -> str:
    return "" if quantity is None else f"{quantity.normalize():f}".replace(".", ",")
