"""The office's part in monitoring a pact: what is measured, what the city shows, visits, the final evaluation."""

from typing import Any

from django.utils.translation import gettext as _

from commons.models import Evaluation, Evidence, PactIndicator, Visit
from commons.refusals import Missing, Refused


def agree_indicator(record: Any, by: Any, form: Any) -> PactIndicator:
    """One more thing that the parties measure; the same name again is the same indicator."""
    if record.indicators.filter(name=form.cleaned_data["name"]).exists():
        raise Refused([Missing("name", _("This is measured already."))])
    indicator = form.save(commit=False)
    indicator.pact = record
    indicator.save()
    return indicator


def show_for_city(record: Any, by: Any, form: Any) -> Evidence:
    return keep_evidence(record, by, form, Evidence.Party.CITY)


def keep_evidence(record: Any, by: Any, form: Any, party: str) -> Evidence:
    """What one party shows. Of a day that has come."""
    evidence = form.save(commit=False)
    evidence.pact, evidence.party, evidence.written_by = record, party, by
    if evidence.on > record.city.today():
        raise Refused([Missing("on", _("This day has not come yet."))])
    evidence.save()
    return evidence


def plan_visit(record: Any, by: Any, form: Any) -> Visit:
    return record.visits.get_or_create(planned_on=form.cleaned_data["planned_on"], made_on=None)[0]


def tell_visit(record: Any, by: Any, form: Any) -> Visit:
    """A visit was made: all can read what was found."""
    visit = form.cleaned_data["visit"]
    visit.made_on, visit.finding, visit.made_by = form.cleaned_data["made_on"], form.cleaned_data["finding"], by
    if visit.made_on > record.city.today():
        raise Refused([Missing("made_on", _("This day has not come yet."))])
    visit.save(update_fields=["made_on", "finding", "made_by"])
    return visit


def evaluate(record: Any, by: Any, form: Any) -> Evaluation:
    """The final evaluation: kept, and published when that is asked. What was published is not written again."""
    found = Evaluation.objects.filter(pact=record).first()
    if found and found.published_on:
        raise Refused([Missing("text", _("It is published already."))])
    today = record.city.today() if form.cleaned_data["publish"] else None
    words = {"outcome": form.cleaned_data["outcome"], "text": form.cleaned_data["text"]}
    return Evaluation.objects.update_or_create(
        pact=record, defaults=words | {"published_on": today, "written_by": by}
    )[0]  # fmt: skip
