"""The forms of taking part: a comment, a joining request, a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commons.gather.limits import LONGEST_COMMENT, LONGEST_MESSAGE
from commons.models import Report
from commons.texts import plain
from people.models import Membership, Organisation, User


class PlainText(forms.CharField):
    """A long text, cleaned of what is invisible or turns the line before its length is looked at."""

    def __init__(self, *, rows: int = 5, hint: str = "", **options: Any) -> None:
        attrs = {"rows": rows, "dir": "auto"} | ({"aria-describedby": hint} if hint else {})
        super().__init__(widget=forms.Textarea(attrs=attrs), strip=False, **options)

    def to_python(self, value: Any) -> str:
        return plain(super().to_python(value))


class Trap(forms.Form):
    """A field that people do not see and programs fill: what comes with it is dropped without a word."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def caught(self) -> bool:
        return bool(self.data.get(self.add_prefix("website")))


LONG = _("It is too long: at most %(limit_value)d characters, and these are %(show_value)d. Your text is still here.")


class CommentForm(Trap):
    """A public remark."""

    text = PlainText(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        hint="comment-hint",
        error_messages={"required": _("Write your comment first."), "max_length": LONG},
    )


class JoinForm(Trap):
    """ "I want in", alone or for a group that one belongs to."""

    message = PlainText(
        label=_("What would you bring?"),
        max_length=LONGEST_MESSAGE,
        rows=4,
        hint="join-hint",
        error_messages={"required": _("Write a few words about yourself or your group."), "max_length": LONG},
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which group?"), required=False, empty_label=_("Only for myself")
    )

    def __init__(self, user: User | Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, prefix="join", **options)
        if user.is_authenticated:
            active = {"memberships__user": user, "memberships__state": Membership.State.ACTIVE}
            self.fields["organisation"].queryset = Organisation.objects.filter(**active)

    def asked(self) -> dict[str, Any]:
        """What the request says."""
        return {name: self.cleaned_data[name] for name in ("message", "organisation")}


class Amount(forms.DecimalField):
    """An amount of euros, zero or more."""

    def __init__(self, **options: Any) -> None:
        negative = {"min_value": _("Write an amount of zero or more.")}
        super().__init__(min_value=0, max_digits=12, decimal_places=2, error_messages=negative, **options)


class ReportForm(forms.ModelForm):
    """What a pact's parties did. To be kept, only the period is needed; to be sent, what was done as well."""

    actions = PlainText(label=_("What was done"), max_length=20_000, required=False, rows=8)
    income = Amount(label=_("Income (€)"), required=False)
    spending = Amount(label=_("Spending (€)"), required=False)
    reinvestment = PlainText(label=_("How the income was put back"), max_length=5_000, required=False, rows=3)

    class Meta:
        model = Report
        fields = ("period_start", "period_end", "actions", "hours", "income", "spending", "reinvestment")
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in fields[:2]}
        labels = {"hours": _("Hours of volunteers")}

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("period_start"), self.cleaned_data.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("The period ends before it begins."))
        if "send" in self.data and not self.cleaned_data.get("actions") and "actions" not in self.errors:
            self.add_error("actions", _("Say what was done before you send the report."))
        return self.cleaned_data
