"""What people share: places, what they propose for them, and the pacts they sign."""

from commons.models.answers import KeptAnswer
from commons.models.dossier import BuildingEntry
from commons.models.feedback import Feedback
from commons.models.figures import Edition, KnownTotal, PublishedFigure
from commons.models.files import Attachment
from commons.models.following import Follow, Happening, Notice
from commons.models.offices import Call, Dispute, FormalAct, ReceiptCounter
from commons.models.pacing import Pace
from commons.models.pacts import Pact, Signature
from commons.models.participation import (
    CoDesignSession,
    Collaborator,
    Contribution,
    Correction,
    JoinRequest,
    Support,
)
from commons.models.places import Building, House
from commons.models.programmes import Funding, Outcome, Programme
from commons.models.proposals import Proposal, Resource
from commons.models.reminders import Reminder
from commons.models.reports import Report
from commons.models.steps import Step, Transition

__all__ = [
    "Attachment",
    "Building",
    "BuildingEntry",
    "Call",
    "CoDesignSession",
    "Collaborator",
    "Contribution",
    "Correction",
    "Dispute",
    "Edition",
    "Feedback",
    "Follow",
    "FormalAct",
    "Funding",
    "Happening",
    "House",
    "JoinRequest",
    "KeptAnswer",
    "KnownTotal",
    "Notice",
    "Outcome",
    "Pace",
    "Pact",
    "Programme",
    "Proposal",
    "PublishedFigure",
    "ReceiptCounter",
    "Reminder",
    "Report",
    "Resource",
    "Signature",
    "Step",
    "Support",
    "Transition",
]
