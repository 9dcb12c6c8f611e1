"""Messages about the site, for administrators: read, and marked when they are answered. Nobody writes or edits one."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commons.models import Feedback


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = ["receipt", "subject", "told_at", "city", "state"]
    list_filter = ["state", "subject", "city"]
    list_select_related = ["city"]
    search_fields = ["receipt", "text"]
    actions = ["mark_answered"]
    fields = ["receipt", "subject", "text", "page", "email", "told_at", "state"]
    readonly_fields = ["receipt", "subject", "text", "page", "email", "told_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Mark as answered"))
    def mark_answered(self, request: HttpRequest, chosen: QuerySet) -> None:
        chosen.update(state=Feedback.State.ANSWERED)
