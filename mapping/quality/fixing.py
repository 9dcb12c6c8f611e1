"""Putting a record right from the desk: give it a place, say that it is still so, or hide it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from commons.refusals import NotPossible, Refused
from commons.traces import leave_trace
from mapping.quality.checks import grounds_of, things_of
from neighbourhoods.plain_text import PlainTexts
from neighbourhoods.vocabulary import Precision, Visibility

KNOWN = [choice for choice in Precision.choices if choice[0] not in {Precision.SCHEMATIC, Precision.NONE}]


class SeenForm(PlainTexts, forms.Form):
    """`seen` is when the record had changed last, as this person saw it: who was quicker is not overwritten."""

    seen = forms.CharField(widget=forms.HiddenInput)


class PlaceForm(SeenForm):
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, help_text=_("For example 45.0703"))
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, help_text=_("For example 7.6869"))
    precision = forms.ChoiceField(label=_("How well it is known"), choices=KNOWN)


class HideForm(SeenForm):
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("It stands in the log of the record."))


FORMS: dict[str, type[SeenForm]] = {"place": PlaceForm, "same": SeenForm, "hide": HideForm}


def find(desk: Desk, slug: str, uid: str) -> Model:
    """A record that lies on this desk, with its city; Http404 for any other."""
    rows = {layer.slug: records for layer, records in (things_of(desk) | grounds_of(desk)).items()}
    record = rows[slug].select_related("city").filter(uid=uid).first() if slug in rows else None
    if record is None:
        raise Http404
    return record


def takes_point(record: Any) -> bool:
    """Whether a point can be its place: an area or a line that somebody drew is not thrown away here."""
    return hasattr(record, "placement") and (record.place is None or record.place.geom_type == "Point")


def forms_for(record: Any, data: Any = None, do: str = "") -> dict[str, SeenForm]:
    """The forms of what can be done to a record; the one that was sent holds what was typed."""
    seen = {"seen": record.updated_at.isoformat()}
    begins: dict[str, Any] = {"place": seen, "same": seen, "hide": seen}
    if takes_point(record) and record.place is not None:
        begins["place"] = seen | {"latitude": record.place.y, "longitude": record.place.x}
        begins["place"]["precision"] = record.precision
    offered = [name for name in FORMS if name != "place" or takes_point(record)]
    offered = [name for name in offered if name != "hide" or record.visibility == Visibility.PUBLIC]
    return {
        name: FORMS[name](data if name == do else None, initial=begins[name], auto_id=f"{name}-%s") for name in offered
    }


@transaction.atomic
def put_right(desk: Desk, record: Any, do: str, form: SeenForm) -> str:
    """Does it, writes who did, and returns what to say. Raises Refused: nothing is written then."""
    locked = type(record).objects.select_for_update(of=("self",)).select_related("city").get(pk=record.pk)
    if locked.updated_at.isoformat() != form.cleaned_data["seen"]:
        raise NotPossible(gettext("Somebody changed it meanwhile: look at it again."))
    words, said = ACTS[do](locked, form.cleaned_data)
    leave_trace(locked, desk.user, words)
    return said


def give_place(record: Any, given: dict[str, Any]) -> tuple[str, str]:
    record.place = Point(given["longitude"], given["latitude"], srid=4326)
    record.precision = given["precision"]
    try:
        record.clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    record.save(update_fields=["place", "precision", "updated_at"])
    return "place", gettext("It has its place now.")


def still_so(record: Any, given: dict[str, Any]) -> tuple[str, str]:
    type(record).objects.filter(pk=record.pk).update(updated_at=timezone.now())
    return "still so", gettext("Its date is renewed.")


def hide(record: Any, given: dict[str, Any]) -> tuple[str, str]:
    record.visibility = Visibility.HIDDEN
    record.save(update_fields=["visibility", "updated_at"])
    return f"hidden: {given['reason']}", gettext("Nobody sees it any more.")


ACTS: dict[str, Callable[[Any, dict[str, Any]], tuple[str, str]]] = {
    "place": give_place, "same": still_so, "hide": hide,
}  # fmt: skip


def other_ways(desk: Desk, record: Any) -> list[tuple[str, str]]:
    """Where else this person can change the record: (words, address)."""
    app, name = record._meta.app_label, record._meta.model_name
    ways = []
    if record.layer in ("proposals", "pacts"):
        kind = record.layer.removesuffix("s")
        ways.append((gettext("Open it on the desk"), reverse(f"desk-{kind}", args=[desk.city.slug, record.uid])))
    if desk.user.is_staff and desk.user.has_perm(f"{app}.change_{name}"):
        page = reverse(f"admin:{app}_{name}_change", args=[record.pk])
        ways.append((gettext("Draw and edit in the administration"), page))
    if desk.may("import"):
        ways.append((gettext("Bring a corrected file in"), reverse("imports", args=[desk.city.slug])))
    return ways
