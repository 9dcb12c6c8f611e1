"""Staff forms of the portal: events, ideas, news, and who signed the manifesto."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commons.models import Event, Idea, ManifestoSignature, MemberSite, NewsItem, Stream
from commons.qualities import Quality
from neighbourhoods.geoadmin import ORIGIN, PUBLICATION, LocatedAdmin, PublishedAdmin


class StreamInline(admin.TabularInline):
    """Where an event is followed online, as many as there are."""

    model = Stream
    formfield_overrides = PublishedAdmin.formfield_overrides
    extra = 1
    fields = ["address", "language", "name"]


@admin.register(Event)
class EventAdmin(LocatedAdmin):
    list_display = ["name", "kind", "starts_at", "status", "city", "house", "visibility", "example"]
    list_filter = ["kind", "status", *LocatedAdmin.list_filter]
    list_select_related = ["house", *LocatedAdmin.list_select_related]
    autocomplete_fields = ["organisation", "house", "building"]
    inlines = [StreamInline]
    main = [
        "name", "kind", "status", "description", "starts_at", "ends_at", "organisation", "house", "building", "website",
    ]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Event, form: ModelForm, change: bool) -> None:
        """Without a drawing it stands on the map where its house or its building is."""
        obj.stand_where_it_happens()
        super().save_model(request, obj, form, change)


class IdeaForm(ModelForm):
    qualities = forms.MultipleChoiceField(
        label=_("Qualities"), choices=Quality.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    found_at = URLField(label=_("Address of the source"), required=False, max_length=500, assume_scheme="https")


@admin.register(Idea)
class IdeaAdmin(LocatedAdmin):
    form = IdeaForm
    list_display = ["name", "tried_in", "city", "organisation", "visibility", "example"]
    list_select_related = ["organisation", "city"]
    autocomplete_fields = ["organisation"]
    main = ["name", "description", "qualities", "found_in", "found_at", "tried_in", "needs", "organisation"]


@admin.register(NewsItem)
class NewsItemAdmin(PublishedAdmin):
    list_display = ["name", "published_on", "publisher", "city", "visibility"]
    list_filter = ["city", "visibility", "example"]
    list_select_related = ["city"]
    search_fields = ["name", "sentence", "uid"]
    date_hierarchy = "published_on"

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict[str, Any]]]:
        main = (None, {"fields": ["city", "name", "sentence", "address", "publisher", "published_on"]})
        self.fieldsets = [main, ORIGIN, PUBLICATION]
        return super().get_fieldsets(request, obj)


@admin.register(ManifestoSignature)
class ManifestoSignatureAdmin(admin.ModelAdmin):
    """Signed by organisations on their own pages; here for those that sign on paper."""

    list_display = ["organisation", "signed_on", "withdrawn_on"]
    list_select_related = ["organisation"]
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "signed_on", "withdrawn_on"]
    search_fields = ["organisation__name"]


@admin.register(MemberSite)
class MemberSiteAdmin(admin.ModelAdmin):
    list_display = ["title", "organisation", "address"]
    list_select_related = ["organisation"]
    autocomplete_fields = ["organisation"]
    fields = ["organisation", "title", "address"]
    search_fields = ["title", "organisation__name"]
