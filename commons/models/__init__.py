"""What people share: places, what they propose for them, and the pacts they sign."""

from commons.models.answers import KeptAnswer
from commons.models.dossier import BuildingEntry
from commons.models.events import Event, Stream
from commons.models.feedback import Feedback
from commons.models.figures import Edition, KnownTotal, PublishedFigure
from commons.models.files import Attachment
from commons.models.following import Follow, Happening, Notice
from commons.models.houses import Catchment, HelpDesk, Space
from commons.models.ideas import Idea, ManifestoSignature, MemberSite, NewsItem
from commons.models.laboratories import Attendance, Laboratory, Session
from commons.models.monitoring import Evaluation, Evidence, PactIndicator, Visit
from commons.models.needs import Need
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
from commons.models.plans import NeighbourhoodPlan, Priority
from commons.models.programmes import Funding, Outcome, Programme
from commons.models.projects import Money, Project
from commons.models.proposals import Proposal, Resource
from commons.models.reminders import Reminder
from commons.models.reports import Report
from commons.models.steps import Step, Transition

__all__ = [
    "Attachment",
    "Attendance",
    "Building",
    "BuildingEntry",
    "Call",
    "Catchment",
    "CoDesignSession",
    "Collaborator",
    "Contribution",
    "Correction",
    "Dispute",
    "Edition",
    "Evaluation",
    "Event",
    "Evidence",
    "Feedback",
    "Follow",
    "FormalAct",
    "Funding",
    "Happening",
    "HelpDesk",
    "House",
    "Idea",
    "JoinRequest",
    "KeptAnswer",
    "KnownTotal",
    "Laboratory",
    "ManifestoSignature",
    "MemberSite",
    "Money",
    "Need",
    "NeighbourhoodPlan",
    "NewsItem",
    "Notice",
    "Outcome",
    "Pace",
    "Pact",
    "PactIndicator",
    "Priority",
    "Programme",
    "Project",
    "Proposal",
    "PublishedFigure",
    "ReceiptCounter",
    "Reminder",
    "Report",
    "Resource",
    "Session",
    "Signature",
    "Space",
    "Step",
    "Stream",
    "Support",
    "Transition",
    "Visit",
]
