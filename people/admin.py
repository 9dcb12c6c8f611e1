"""Staff forms for accounts, the parts they play, and organisations."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from neighbourhoods.geoadmin import ORIGIN, PUBLICATION, PublishedAdmin
from people.admin_login import AdminLoginForm
from people.models import Grant, Membership, Organisation, User

admin.site.login_form = AdminLoginForm


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts. Erasing a person is not deletion: `person erase`, or the person on their own page."""

    list_display = ["username", "email", "display_name", "is_staff", "is_active"]
    search_fields = ["username", "email", "display_name"]
    fieldsets = [
        *UserAdmin.fieldsets,
        (_("On the site"), {"fields": ["display_name", "language", "rhythm", "muted"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):
    """The parts people play. A grant is ended by its last day, so that who could do what can be told later."""

    list_display = ["user", "role", "city", "territory", "house_uid", "since", "until"]
    list_filter = ["role", "city"]
    list_select_related = ["user", "city", "territory"]
    search_fields = ["user__username", "user__email", "user__display_name"]
    autocomplete_fields = ["user", "territory"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["organisation", "user", "role", "state", "since"]
    list_filter = ["state", "role", "organisation__city"]
    list_select_related = ["user", "organisation"]
    search_fields = ["organisation__name", "user__username", "user__email"]
    autocomplete_fields = ["user", "organisation"]


@admin.register(Organisation)
class OrganisationAdmin(PublishedAdmin):
    list_display = ["name", "kind", "city", "verified", "visibility", "example"]
    list_filter = ["city", "kind", "verified", "visibility", "example"]
    list_select_related = ["city"]
    search_fields = ["name", "uid"]
    actions = [*PublishedAdmin.actions, "verify"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "city", "description", "website", "verified"]}),
        ORIGIN,
        PUBLICATION,
    ]

    @admin.action(description=_("Verify: give the city's mark and publish"), permissions=["change"])
    def verify(self, request: HttpRequest, chosen: QuerySet) -> None:
        """The city's mark, where this person may give it."""
        allowed = [one for one in chosen.select_related("city") if one.may_be_verified_by(request.user)]
        for organisation in allowed:
            organisation.verify()
        done = ngettext("%(n)s organisation verified.", "%(n)s organisations verified.", len(allowed))
        messages.success(request, done % {"n": len(allowed)})
        if left := len(chosen) - len(allowed):
            refused = ngettext("%(n)s is not in your city.", "%(n)s are not in your city.", left)
            messages.warning(request, refused % {"n": left})
