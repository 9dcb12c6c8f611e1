"""Staff forms for accounts and organisations."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from neighbourhoods.geoadmin import ORIGIN, PUBLICATION, PublishedAdmin
from people.models import Organisation, User

admin.site.register(User, UserAdmin)


@admin.register(Organisation)
class OrganisationAdmin(PublishedAdmin):
    list_display = ["name", "kind", "city", "verified", "visibility", "example"]
    list_filter = ["city", "kind", "verified", "visibility", "example"]
    list_select_related = ["city"]
    search_fields = ["name", "uid"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "city", "description", "website", "verified"]}),
        ORIGIN,
        PUBLICATION,
    ]
