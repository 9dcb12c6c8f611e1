"""What messages are about, in the few groups that a person can switch off. `TOPICS` names them, `topic_of` sorts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOPICS: dict[str, Promise] = {
    "steps": _("Steps of proposals and pacts that I take part in or follow"),
    "office": _("Work of the office: what comes in and what is due"),
    "talk": _("Comments and requests to join"),
    "meetings": _("Co-design sessions and their minutes"),
    "deadlines": _("Deadlines that come near"),
    "followed": _("News of the places and neighbourhoods that I follow"),
    "invitations": _("Invitations to write together or to join a group"),
}
BEGINNINGS = (
    ("comment", "talk"), ("join", "talk"), ("session", "meetings"), ("invitation", "invitations"),
    ("consultation_closing", "deadlines"), ("reply_due", "deadlines"), ("report_", "deadlines"),
    ("pact_expiry", "deadlines"), ("review_", "office"), ("pact_review", "office"), ("dispute_office", "office"),
    ("call_closed", "office"), ("house_invited", "invitations"),
    ("coauthor", "invitations"), ("desk_reminder", "deadlines"), ("proposal_submit_office", "office"),
    ("correction", "talk"), ("need_reported", "office"), ("need_", "talk"), ("followed", "followed"),
    ("event_", "followed"),
)  # fmt: skip


def topic_of(kind: str) -> str:
    """The group of a kind of message: by how its name begins, the steps of records otherwise."""
    return next((topic for beginning, topic in BEGINNINGS if kind.startswith(beginning)), "steps")
