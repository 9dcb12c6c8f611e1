"""The queue: what lies on a desk, filtered by the address, the most urgent first."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.desk.door import MODELS, Desk
from commons.desk.turns import OPEN, Turn, with_turn
from neighbourhoods.models import Neighbourhood
from neighbourhoods.vocabulary import Role as Part

PAGE = 30
SORTS = {
    "urgent": (F("due").asc(nulls_last=True), F("state_since").asc(nulls_first=True), "pk"),
    "oldest": (F("state_since").asc(nulls_first=True), "pk"),
    "newest": ("-pk",),
    "name": ("name", "pk"),
}


class QueueForm(forms.Form):
    """What the queue is asked for; empty is everything that is still open."""

    kind = forms.ChoiceField(choices=[("proposals", ""), ("pacts", "")], required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=_("Words in the title, receipt or protocol"), max_length=100, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, to_field_name="uid",
        empty_label=_("All"),
    )  # fmt: skip
    turn = forms.ChoiceField(label=_("Whose turn"), required=False, choices=[("", _("Anybody's")), *Turn.choices])
    age = forms.TypedChoiceField(
        label=_("In this state for"), required=False, coerce=int, empty_value=0,
        choices=[("", _("Any time")), ("7", _("A week or more")), ("30", _("30 days or more")),
                 ("90", _("90 days or more"))],
    )  # fmt: skip
    overdue = forms.BooleanField(label=_("Only what is late"), required=False)
    mine = forms.BooleanField(label=_("Only what I review"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"), required=False,
        choices=[("", _("Most urgent first")), ("oldest", _("Waiting longest")), ("newest", _("Newest")),
                 ("name", _("By name"))],
    )  # fmt: skip
    box = forms.RegexField(
        r"^-?\d{1,3}(\.\d{1,9})?(,-?\d{1,3}(\.\d{1,9})?){3}$", required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, desk: Desk) -> None:
        super().__init__(data, auto_id="queue-%s")
        kind = data.get("kind") if data.get("kind") in MODELS else "proposals"
        states = [one for one in MODELS[kind].State.choices if one[0] != "draft"]
        self.fields["state"].choices = [("", _("Open ones")), ("all", _("All, closed ones too")), *states]
        territories = Neighbourhood.objects.public().current().filter(city=desk.city, partition__role=Part.PRIMARY)
        self.fields["neighbourhood"].queryset = territories.only("uid", "name", "code").order_by("name")


@dataclass(frozen=True)
class Queue:
    """One asking of the queue: its form, its records in order, and the page of them that is shown."""

    desk: Desk
    kind: str
    form: QueueForm
    records: QuerySet
    page: Page
    counts: dict[str, int]

    @property
    def asked(self) -> dict[str, Any]:
        return self.form.cleaned_data


def read_queue(desk: Desk, data: QueryDict) -> Queue:
    """The queue that an address asks for; what cannot be read in it is said by the form and left out."""
    form = QueueForm(data, desk)
    form.is_valid()
    asked = form.cleaned_data
    kind = asked.get("kind") or "proposals"
    every, wanted = with_turn(desk.of(kind), kind, desk.city), narrowed(asked, kind, desk)
    counts, records = counted(every, wanted, kind, desk), every.filter(wanted)
    order = SORTS[asked.get("sort") or "urgent"]
    pages = Paginator(records.order_by(*order).values_list("pk", flat=True), PAGE)
    pages.count = counts["total"]  # known already: it is not asked again
    page = pages.get_page(data.get("page"))
    page.object_list = rows(every.filter(pk__in=list(page.object_list)).order_by(*order), kind)
    return Queue(desk, kind, form, records, page, counts)


def rows(shown: QuerySet, kind: str) -> list[Any]:
    """The records of one page: sorted by their keys alone first, so that only these few are read whole."""
    related = ("neighbourhood", "reviewer") if kind == "proposals" else ("neighbourhood",)
    found = list(shown.select_related(*related).only(*columns(kind)))
    for record in found:
        record.turn_words = Turn(record.turn).label
    return found


def counted(every: QuerySet, wanted: Q, kind: str, desk: Desk) -> dict[str, int]:
    """How many are asked for; how many lie open on the desk, are late, wait for the office. One statement."""
    still = Q(state__in=OPEN[kind])
    return every.aggregate(
        total=Count("pk", filter=wanted), open=Count("pk", filter=still),
        late=Count("pk", filter=still & Q(due__lt=desk.city.today())),
        office=Count("pk", filter=still & Q(turn=Turn.OFFICE)),
    )  # fmt: skip


def columns(kind: str) -> list[str]:
    """What a row of the queue reads, and no geometry."""
    reviewer = [f"reviewer__{name}" for name in ("first_name", "last_name", "display_name", "email", "username")]
    also = ["receipt", "submitted_on", "pact", *reviewer]
    plain = ["uid", "name", "state", "state_since", "language", "visibility", "city", "neighbourhood__name"]
    return plain + (also if kind == "proposals" else ["starts_on", "ends_on"])


def narrowed(asked: dict[str, Any], kind: str, desk: Desk) -> Q:
    """The filter of the address as one condition."""
    state = asked.get("state")
    found = Q() if state == "all" else Q(state=state) if state else Q(state__in=OPEN[kind])
    if words := asked.get("q"):
        numbers = Q(receipt__icontains=words) | Q(protocol_number__icontains=words) if kind == "proposals" else Q()
        found &= Q(name__icontains=words) | numbers if numbers else Q(name__icontains=words)
    if territory := asked.get("neighbourhood"):
        found &= Q(neighbourhood=territory) | Q(district=territory)
    if turn := asked.get("turn"):
        found &= Q(turn=turn)
    if days := asked.get("age"):
        found &= Q(state_since__lte=timezone.now() - timedelta(days=days))
    if asked.get("overdue"):
        found &= Q(due__lt=desk.city.today())
    if asked.get("mine") and kind == "proposals":
        found &= Q(reviewer=desk.user)
    if asked.get("box"):
        found &= Q(label_point__bboverlaps=box_of(asked["box"]))
    return found


def box_of(text: str) -> Any:
    """Four numbers, west south east north in EPSG:4326, as a polygon."""
    from django.contrib.gis.geos import Polygon

    west, south, east, north = (float(one) for one in text.split(","))
    box = Polygon.from_bbox((west, south, east, north))
    box.srid = 4326
    return box
