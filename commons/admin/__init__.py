"""Staff forms for what people share. The neighbourhood is never typed: the database finds it."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commons.admin import accountability, figures
from commons.admin.feedback import FeedbackAdmin
from commons.admin.portal import EventAdmin, IdeaAdmin, ManifestoSignatureAdmin, MemberSiteAdmin, NewsItemAdmin
from commons.models import Building, HelpDesk, House, Pact, Proposal, Signature, Space
from neighbourhoods.geoadmin import LocatedAdmin

__all__ = [
    "EventAdmin",
    "FeedbackAdmin",
    "IdeaAdmin",
    "ManifestoSignatureAdmin",
    "MemberSiteAdmin",
    "NewsItemAdmin",
    "accountability",
    "figures",
]


@admin.register(Building)
class BuildingAdmin(LocatedAdmin):
    list_display = ["name", "use_status", "city", "neighbourhood", "placement", "visibility", "example"]
    list_filter = ["use_status", "cocity_type", "condition", *LocatedAdmin.list_filter]
    main = [
        "name", "use_status", "use_since", "description", "how_to_ask", "could_host", "cocity_type", "condition",
        "floor_area", "owner", "office", "asset_code", "parcel",
    ]  # fmt: skip


class SpaceInline(admin.StackedInline):
    """The rooms of a house."""

    model = Space
    extra = 0


class HelpDeskInline(admin.StackedInline):
    """The desks of a house."""

    model = HelpDesk
    extra = 0


@admin.register(House)
class HouseAdmin(LocatedAdmin):
    inlines = [SpaceInline, HelpDeskInline]
    list_display = ["name", "status", "city", "neighbourhood", "visibility", "example"]
    list_filter = ["status", "step_free", *LocatedAdmin.list_filter]
    autocomplete_fields = ["operator", "pact"]
    main = [
        "name", "status", "description", "services", "hosts", "opening_hours", "phone", "email", "website",
        "step_free", "operator", "pact",
    ]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict[str, Any]]]:
        sets = super().get_fieldsets(request, obj)
        if "catchment" in self.unseen(request, obj):
            return sets
        return [*sets[:2], (_("Who it is for"), {"fields": ["catchment"]}), *sets[2:]]


class SignatureInline(admin.TabularInline):
    """Who signed. Persons are named here only, for the office."""

    model = Signature
    extra = 0
    autocomplete_fields = ["organisation"]
    fields = ["side", "kind", "organisation", "person_name", "signed_on"]


class MovingAdmin(LocatedAdmin):
    """A proposal or a pact: its state is moved on the desk, step by step, and only shown here."""

    computed = [*LocatedAdmin.computed, "state"]


@admin.register(Pact)
class PactAdmin(MovingAdmin):
    list_display = ["name", "state", "signed_on", "ends_on", "city", "neighbourhood", "visibility", "example"]
    list_filter = ["state", "legal_form", "complexity", "cocity_type", *LocatedAdmin.list_filter]
    autocomplete_fields = ["building", "house", "predecessor"]
    inlines = [SignatureInline]
    main = [
        "name", "description", "legal_form", "complexity", "cocity_type", "signed_on", "starts_on", "ends_on",
        "building", "house", "predecessor", "website",
    ]  # fmt: skip


@admin.register(Proposal)
class ProposalAdmin(MovingAdmin):
    list_display = ["name", "state", "submitted_on", "city", "neighbourhood", "visibility", "example"]
    list_filter = ["state", *LocatedAdmin.list_filter]
    autocomplete_fields = ["building", "house", "pact", "proposers"]
    main = ["name", "description", "needed_functions", "submitted_on", "building", "house", "pact", "proposers"]
