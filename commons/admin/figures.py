"""Staff forms for programmes with their money and outcomes, for published figures and for known totals."""

from django.contrib import admin
from django.http import HttpRequest

from commons.models import Edition, Funding, KnownTotal, Outcome, Programme, PublishedFigure


class FundingInline(admin.TabularInline):
    model = Funding
    extra = 0
    autocomplete_fields = ["building"]
    fields = ["kind", "period_start", "period_end", "amount", "building", "source", "locator"]


class OutcomeInline(admin.TabularInline):
    model = Outcome
    extra = 0
    autocomplete_fields = ["building", "organisation"]
    fields = ["kind", "value", "on", "building", "organisation", "source", "locator"]


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "city", "starts_on", "ends_on", "visible"]
    list_filter = ["city", "visible"]
    search_fields = ["name"]
    autocomplete_fields = ["parent", "organisations", "projects", "pacts"]
    inlines = [FundingInline, OutcomeInline]


@admin.register(PublishedFigure)
class PublishedFigureAdmin(admin.ModelAdmin):
    list_display = ["indicator", "part", "value", "unit", "as_of", "city", "source"]
    list_filter = ["city", "indicator"]
    autocomplete_fields = ["territory", "programme"]


@admin.register(KnownTotal)
class KnownTotalAdmin(admin.ModelAdmin):
    list_display = ["indicator", "part", "value", "last", "replaced", "city", "source"]
    list_filter = ["city", "indicator", "replaced"]
    autocomplete_fields = ["territory", "programme"]


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    """Editions are read here, never written: they are published at the desk, and stay."""

    list_display = ["year", "number", "city", "published_at"]
    list_filter = ["city"]
    exclude = ["data"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False
