"""Staff forms for needs, laboratories, projects with their money, plans, and the monitoring of pacts."""

from django.contrib import admin
from django.http import HttpRequest

from commons.models import (
    Evaluation,
    Evidence,
    Laboratory,
    Money,
    Need,
    NeighbourhoodPlan,
    PactIndicator,
    Priority,
    Project,
    Session,
    Visit,
)
from neighbourhoods.geoadmin import ORIGIN, PUBLICATION, LocatedAdmin, PublishedAdmin


@admin.register(Need)
class NeedAdmin(LocatedAdmin):
    """Who reported it is not shown: the office does not need to know. What becomes of it is said on the desk."""

    list_display = ["name", "kind", "status", "city", "neighbourhood", "visibility", "example"]
    list_filter = ["status", "kind", *LocatedAdmin.list_filter]
    main = ["name", "kind", "description", "status", "answer", "duplicate_of", "laboratory"]
    computed = [*LocatedAdmin.computed, "status", "answer", "duplicate_of", "laboratory"]


class SessionInline(admin.StackedInline):
    model = Session
    extra = 0
    autocomplete_fields = ["house"]


@admin.register(Laboratory)
class LaboratoryAdmin(PublishedAdmin):
    list_display = ["name", "season", "opened_on", "closed_on", "urban", "city", "visibility", "example"]
    list_filter = ["city", "urban", "season", "visibility", "example"]
    list_select_related = ["city"]
    search_fields = ["name", "uid"]
    autocomplete_fields = ["neighbourhoods", "architect"]
    inlines = [SessionInline]
    main = ["city", "name", "description", "urban", "neighbourhoods", "season", "opened_on", "closed_on", "architect"]
    fieldsets = [(None, {"fields": main}), ORIGIN, PUBLICATION]


class MoneyInline(admin.TabularInline):
    """Every amount has a kind and a period: what is unlike is never added."""

    model = Money
    extra = 0
    fields = ["amount", "kind", "period_start", "period_end", "note", "source_note"]


@admin.register(Project)
class ProjectAdmin(LocatedAdmin):
    list_display = ["name", "kind", "status", "pact", "city", "neighbourhood", "visibility", "example"]
    list_filter = ["kind", "status", *LocatedAdmin.list_filter]
    list_select_related = ["neighbourhood", "city", "pact"]
    autocomplete_fields = ["pact", "laboratory", "priority", "needs"]
    inlines = [MoneyInline]
    main = [
        "name", "kind", "status", "description", "starts_on", "ends_on", "pact", "laboratory", "priority", "needs",
    ]  # fmt: skip


class PriorityInline(admin.StackedInline):
    model = Priority
    extra = 0


@admin.register(NeighbourhoodPlan)
class NeighbourhoodPlanAdmin(PublishedAdmin):
    list_display = ["name", "neighbourhood", "starts_on", "ends_on", "city", "visibility", "example"]
    list_filter = ["city", "visibility", "example"]
    list_select_related = ["city", "neighbourhood"]
    search_fields = ["name", "uid"]
    autocomplete_fields = ["neighbourhood"]
    inlines = [PriorityInline]
    main = ["city", "name", "neighbourhood", "description", "starts_on", "ends_on"]
    fieldsets = [(None, {"fields": main}), ORIGIN, PUBLICATION]


@admin.register(Priority)
class PriorityAdmin(admin.ModelAdmin):
    """Found by name where a project says what it serves; written with its plan."""

    list_display = ["name", "number", "plan"]
    list_select_related = ["plan"]
    search_fields = ["name", "plan__name"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


class OfPactAdmin(admin.ModelAdmin):
    """What hangs on a pact."""

    list_select_related = ["pact"]
    search_fields = ["pact__name"]
    autocomplete_fields = ["pact"]
    exclude = ["written_by", "made_by"]


@admin.register(PactIndicator)
class PactIndicatorAdmin(OfPactAdmin):
    list_display = ["name", "unit", "target", "pact"]
    search_fields = ["name", "pact__name"]


@admin.register(Evidence)
class EvidenceAdmin(OfPactAdmin):
    """What a party has shown: read, and taken down where it should not stand. Nobody writes it for them."""

    list_display = ["on", "party", "indicator", "value", "pact", "shown"]
    list_filter = ["party", "shown"]
    list_select_related = ["pact", "indicator"]
    fields = ["pact", "indicator", "party", "on", "value", "text", "shown"]
    readonly_fields = ["pact", "indicator", "party", "on", "value", "text"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Visit)
class VisitAdmin(OfPactAdmin):
    list_display = ["pact", "planned_on", "made_on"]


@admin.register(Evaluation)
class EvaluationAdmin(OfPactAdmin):
    list_display = ["pact", "outcome", "published_on"]
    list_filter = ["outcome"]
