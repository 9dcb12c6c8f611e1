"""The layers of shared care: the places of a city, what people propose for them, and what was agreed."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from commons.functions import Function
from commons.models import Building, House, Pact, Proposal
from commons.models.places import CocityType
from mapping.layers.attributes import ADDRESS, DESCRIPTION, NAME, OFFICE, OPEN_FUNCTIONS, OPEN_TEXT, ORIGIN, TERRITORY
from mapping.lists import as_json
from mapping.registry import Attribute, Layer, Legend
from neighbourhoods.records import public_name
from people.models import Organisation


def _buildings(rows: QuerySet) -> QuerySet:
    return rows.annotate(could_host_list=as_json(F("could_host")))


def _houses(rows: QuerySet) -> QuerySet:
    return rows.annotate(operator_name=public_name("operator"), host_list=as_json(F("hosts")))


def _proposals(rows: QuerySet) -> QuerySet:
    names = {"building_name": public_name("building"), "house_name": public_name("house")}
    return rows.annotate(open_text=OPEN_TEXT, needed_list=as_json(OPEN_FUNCTIONS), **names)


def _pacts(rows: QuerySet) -> QuerySet:
    return rows.annotate(building_name=public_name("building"), house_name=public_name("house"))


CARE = (
    Layer(
        slug="buildings",
        title=_("Disused public buildings"),
        singular=_("Public building"),
        description=_("Public buildings and spaces that are empty, half used, or coming back to use."),
        queryset=lambda: _buildings(Building.objects.public()),
        staff=lambda: _buildings(Building.objects.all()),
        attributes=(
            NAME,
            Attribute("use_status", _("Use"), choices=Building.UseStatus, filter=True),
            Attribute("use_since", _("Since"), type="date"),
            ADDRESS,
            Attribute("cocity_type", _("Co-City type"), choices=CocityType, filter=True),
            Attribute("owner", _("Owner")),
            Attribute("office", _("Office in charge")),
            Attribute("condition", _("Condition"), choices=Building.Condition, filter=True),
            Attribute("floor_area", _("Floor area (m²)"), type="integer"),
            Attribute("how_to_ask", _("How to ask for it")),
            DESCRIPTION,
            Attribute(
                "could_host_list",
                _("What it could host"),
                alias="could_host",
                type="array",
                choices=Function,
                filter=True,
            ),
            *TERRITORY,
            *ORIGIN,
            Attribute("asset_code", _("Asset code"), staff_only=True),
            Attribute("parcel", _("Cadastral parcel"), staff_only=True),
            *OFFICE,
        ),
        legend=Legend(
            "building",
            "use_status",
            {"disused": "hollow", "underused": "half", "in_regeneration": "dashed", "reused": "full"},
        ),
    ),
    Layer(
        slug="houses",
        title=_("Case del Quartiere"),
        singular=_("Casa del Quartiere"),
        description=_("Open houses for activities, meetings and help in each neighbourhood."),
        theme="SOCI",
        queryset=lambda: _houses(House.objects.public()),
        staff=lambda: _houses(House.objects.all()),
        attributes=(
            NAME,
            Attribute("status", _("Status"), choices=House.Status, filter=True),
            ADDRESS,
            Attribute("opening_hours", _("Opening hours")),
            Attribute("phone", _("Phone")),
            Attribute("email", _("E-mail")),
            Attribute("website", _("Website"), type="uri"),
            Attribute("step_free", _("Step-free access"), choices=House.StepFree, filter=True),
            Attribute("services", _("Services"), type="array"),
            Attribute(
                "host_list",
                _("What it hosts"),
                alias="hosts",
                type="array",
                choices=Function,
                filter=True,
            ),
            Attribute("operator_name", _("Run by"), alias="operator", search=True),
            DESCRIPTION,
            *TERRITORY,
            *ORIGIN,
            *OFFICE,
        ),
        legend=Legend("house", "status", {"open": "full", "unknown": "dashed", "closed": "hollow"}),
    ),
    Layer(
        slug="proposals",
        title=_("Proposals"),
        singular=_("Proposal"),
        description=_("What people offer to do for a place, from review to approval."),
        theme="GOVE",
        frequency="CONT",
        queryset=lambda: _proposals(Proposal.objects.public()),
        staff=lambda: _proposals(Proposal.objects.exclude(state=Proposal.State.DRAFT)),
        attributes=(
            NAME,
            Attribute("state", _("State"), choices=Proposal.State, filter=True),
            Attribute("submitted_on", _("Submitted on"), type="date"),
            Attribute("building_name", _("Building"), alias="building"),
            Attribute("house_name", _("Accompanied by"), alias="house"),
            ADDRESS,
            Attribute("open_text", _("Description"), alias="description", search=True),
            Attribute(
                "needed_list",
                _("What it needs a place for"),
                alias="needs_place_for",
                type="array",
                choices=Function,
                filter=True,
            ),
            *TERRITORY,
            *ORIGIN,
            Attribute("description", _("Whole text"), alias="whole_text", staff_only=True),
            Attribute("aims", _("Aims"), staff_only=True),
            *OFFICE,
        ),
        legend=Legend(
            "proposal",
            "state",
            {
                "under_review": "hollow",
                "needs_changes": "hollow",
                "in_consultation": "half",
                "codesign": "half",
                "awaiting_approval": "half",
                "approved": "full",
                "rejected": "dashed",
                "redirected": "dashed",
                "withdrawn": "dashed",
            },
        ),
        temporal=("submitted_on", "submitted_on"),
    ),
    Layer(
        slug="pacts",
        title=_("Pacts"),
        singular=_("Pact"),
        description=_("What the city and its people have agreed to look after together."),
        theme="GOVE",
        frequency="CONT",
        queryset=lambda: _pacts(Pact.objects.public()),
        staff=lambda: _pacts(Pact.objects.all()),
        attributes=(
            NAME,
            Attribute("state", _("State"), choices=Pact.State, filter=True),
            Attribute("legal_form", _("Legal form"), choices=Pact.LegalForm, filter=True),
            Attribute("complexity", _("Complexity"), choices=Pact.Complexity),
            Attribute("cocity_type", _("Co-City type"), choices=CocityType, filter=True),
            Attribute("signed_on", _("Signed on"), type="date"),
            Attribute("starts_on", _("From"), type="date"),
            Attribute("ends_on", _("Until"), type="date"),
            Attribute("building_name", _("Building"), alias="building", search=True),
            Attribute("house_name", _("Accompanied by"), alias="house"),
            Attribute("website", _("Website"), type="uri"),
            ADDRESS,
            DESCRIPTION,
            *TERRITORY,
            *ORIGIN,
            Attribute("review_on", _("Look again on"), type="date", staff_only=True),
            Attribute("report_due", _("Report due"), type="date", staff_only=True),
            *OFFICE,
        ),
        legend=Legend(
            "pact",
            "state",
            {
                "to_sign": "hollow",
                "signed": "half",
                "active": "full",
                "reporting": "full",
                "suspended": "dashed",
                "expired": "dashed",
                "renewed": "dashed",
                "terminated": "dashed",
            },
        ),
        temporal=("starts_on", "ends_on"),
    ),
)

# What the search finds beside: on no map and in no file.
ORGANISATIONS = Layer(
    slug="organisations",
    title=_("Organisations"),
    singular=_("Organisation"),
    description=_("Associations, groups and bodies that care for something."),
    queryset=lambda: Organisation.objects.public(),
    attributes=(NAME, Attribute("kind", _("Kind"), choices=Organisation.Kind), DESCRIPTION),
    legend=Legend("organisation", "kind"),
    geometry="",
    label="",
)
