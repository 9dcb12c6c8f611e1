"""What can be imported: one entry per layer, one per field. The names of columns that are guessed stand here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.models import Building, House, Pact, Proposal
from neighbourhoods.models import Address, Neighbourhood, Street, Water
from neighbourhoods.vocabulary import Licence, Precision, Role

POINT, LINE, AREA = "point", "line", "area"


@dataclass(frozen=True)
class Field:
    """One field that a column can fill.

    `guesses` are column names without case, accents or signs; a trailing * stands for any ending.
    `kind`: text, choice, date, integer, url, email or list. `values`: what registers write → what is stored; a key
    matches as a whole, or the beginning when it ends in *. `strict`: a row whose value is not known is rejected,
    because any default would say something untrue of it.
    """

    name: str
    guesses: tuple[str, ...]
    kind: str = "text"
    values: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False


@dataclass(frozen=True)
class Target:
    """One layer that can be imported. `geometry` is the model's column; `kinds` what may be in it.

    `role` is set for territories: they need a geometry, and their identity is the code within the partition.
    `defaults` are for new records whose file says nothing.
    """

    slug: str
    model: type[Model]
    fields: tuple[Field, ...]
    kinds: tuple[str, ...]
    noun: str | Promise
    geometry: str = "place"
    role: str = ""
    null_geometry: bool = True
    multi: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)

    def field_names(self) -> list[str]:
        """The names that `--map` takes."""
        return [one.name for one in self.fields]


NAME = Field("name", ("nome", "name", "denominazione", "denom*", "titolo*", "title", "nome*", "name*", "descrizione"))
ADDRESS = Field("address", ("indirizzo*", "address", "*address", "via", "ubicazione", "luogo", "localizzazione"))
DESCRIPTION = Field("description", ("descrizione*", "description", "descr"))
SOURCED = (
    Field("source_note", ("fonti", "fonte", "sources", "sourcenote")),
    Field(
        "precision",
        ("precisione", "precision"),
        "choice",
        {
            "building*": Precision.ADDRESS,
            "civico*": Precision.ADDRESS,
            "street*": Precision.STREET,
            "via*": Precision.STREET,
            "city block*": Precision.APPROXIMATE,
            "approx*": Precision.APPROXIMATE,
            "*": Precision.APPROXIMATE,
        },
    ),
    Field("licence", ("licence", "license", "licenza"), "choice", {code.label: code.value for code in Licence}),
    Field("attribution", ("attribution", "attribuzione")),
)
COCITY = Field("cocity_type", ("cocitytype", "tipococity", "tipologiacocity", "cocity"), "choice")
WEBSITE = Field("website", ("website", "sito", "sitoweb", "web", "link", "paginaweb"), "url")
STARTS, ENDS = ("startson", "inizio", "datainizio", "dal"), ("endson", "fine", "datafine", "scadenza", "al")

BUILDING_USE = {
    "in disuso": "disused",
    "disuso*": "disused",
    "dismess*": "disused",
    "abbandonat*": "disused",
    "vuoto": "disused",
    "vacant": "disused",
    "sottoutilizzat*": "underused",
    "parzialmente*": "underused",
    "in rigenerazione": "in_regeneration",
    "in ristrutturazione": "in_regeneration",
    "riusat*": "reused",
    "recuperat*": "reused",
    "in uso": "reused",
}
CONDITIONS = {"buono": "good", "discreto": "fair", "mediocre": "fair", "cattivo": "poor", "pessimo": "poor"}
STEP_FREE = {"si": "yes", "sì": "yes", "true": "yes", "parziale": "partly", "false": "no"}
PACT_STATES = {
    "pronto alla firma": "to_sign",
    "da firmare": "to_sign",
    "firmato*": "signed",
    "sottoscritto*": "signed",
    "patto stipulato": "signed",
    "stipulato": "signed",
    "attivo*": "active",
    "in corso": "active",
    "patto di collaborazione attivo*": "active",
    "sospeso*": "suspended",
    "proroga e/o monitoraggio*": "reporting",
    "in rendicontazione": "reporting",
    "concluso*": "expired",
    "scaduto*": "expired",
    "rinnovato*": "renewed",
    "risolto*": "terminated",
}
PROPOSAL_STATES = {
    "bozza": "draft",
    "presentata*": "submitted",
    "istruttoria in corso": "under_review",
    "in istruttoria": "under_review",
    "in attesa di integrazione*": "needs_changes",
    "in consultazione": "in_consultation",
    "in co-progettazione": "codesign",
    "coprogettazione": "codesign",
    "in attesa di approvazione": "awaiting_approval",
    "approvata*": "approved",
    "accolta*": "approved",
    "patto stipulato": "approved",
    "respinta*": "rejected",
    "non accolta*": "rejected",
    "ritirata*": "withdrawn",
}
STATE_NAMES = ("state", "stato", "statodiavanzamento", "status")
TERRITORY = (
    Field(
        "code",
        ("code", "codice", "cod", "zonastat", "ncirco", "ncirc*", "numcirc*", "cod*", "num*", "*code", "sigla"),
    ),
    NAME,
    Field("population", ("population", "popolazione", "abitanti", "residenti", "poptot"), "integer"),
)
BUILDINGS = (
    NAME,
    ADDRESS,
    DESCRIPTION,
    Field("use_status", ("usestatus", "statouso", "statodiuso", "stato", "status"), "choice", BUILDING_USE),
    Field("use_since", ("usesince", "dal", "disusodal", "inutilizzatodal", "since"), "date"),
    COCITY,
    Field("owner", ("owner", "proprieta*", "proprietari*", "ente")),
    Field("office", ("office", "ufficio*", "direzione", "servizio")),
    Field("asset_code", ("assetcode", "codiceimmobile", "codicebene", "codiceinventario")),
    Field("parcel", ("parcel", "particella*", "mappale", "catasto", "datacatastali", "daticatastali")),
    Field("condition", ("condition", "condizion*", "statoconservazione", "statodiconservazione"), "choice", CONDITIONS),
    Field("floor_area", ("floorarea", "superficie*", "mq", "areamq", "metriquadri", "supmq"), "integer"),
    Field("how_to_ask", ("howtoask", "comechiederlo", "comerichiederlo")),
    Field("could_host", ("couldhost", "puoospitare", "funzioni*"), "list"),
    *SOURCED,
)
HOUSES = (
    NAME,
    ADDRESS,
    DESCRIPTION,
    Field("status", ("status", "stato"), "choice", {"aperta": "open", "aperto": "open", "chius*": "closed"}),
    Field("services", ("services", "servizi"), "list"),
    Field("hosts", ("hosts", "ospita", "funzioni*"), "list"),
    Field("opening_hours", ("openinghours", "orari*", "orario")),
    Field("phone", ("phone", "telefono", "tel")),
    Field("email", ("email", "mail", "postaelettronica"), "email"),
    WEBSITE,
    Field("step_free", ("stepfree", "accessibil*", "senzabarriere"), "choice", STEP_FREE),
    *SOURCED,
)
PACTS = (
    NAME,
    ADDRESS,
    DESCRIPTION,
    Field("state", STATE_NAMES, "choice", PACT_STATES, strict=True),
    Field("legal_form", ("legalform", "formagiuridica"), "choice"),
    Field("complexity", ("complexity", "complessita"), "choice", {"ordinario": "ordinary", "complesso": "complex"}),
    COCITY,
    Field("signed_on", ("signedon", "datafirma", "datastipula", "firmatoil", "datasottoscrizione"), "date"),
    Field("starts_on", STARTS, "date"),
    Field("ends_on", ENDS, "date"),
    WEBSITE,
    *SOURCED,
)
PROPOSALS = (
    NAME,
    ADDRESS,
    DESCRIPTION,
    Field("state", STATE_NAMES, "choice", PROPOSAL_STATES, strict=True),
    Field("submitted_on", ("submittedon", "datapresentazione", "presentatail", "dataproposta"), "date"),
    Field("needed_functions", ("needsplacefor", "neededfunctions", "servepostoper"), "list"),
    *SOURCED,
)
ADDRESSES = (
    Field(
        "name", ("name", "via", "odonimo", "toponimo", "nomevia", "denomvia", "street", "strada", "indirizzo*", "nome")
    ),
    Field("number", ("number", "civico*", "numerocivico", "ncivico", "numero", "num", "housenumber")),
    *SOURCED,
)

TARGETS: dict[str, Target] = {
    target.slug: target
    for target in (
        Target(
            "neighbourhoods",
            Neighbourhood,
            TERRITORY,
            (AREA,),
            _("Neighbourhood"),
            "boundary",
            Role.PRIMARY,
            False,
            True,
        ),
        Target("districts", Neighbourhood, TERRITORY, (AREA,), _("District"), "boundary", Role.DISTRICT, False, True),
        Target("buildings", Building, BUILDINGS, (POINT, AREA), _("Building")),
        Target("houses", House, HOUSES, (POINT, AREA), _("Casa del Quartiere")),
        Target("pacts", Pact, PACTS, (POINT, LINE, AREA), _("Pact"), defaults={"state": Pact.State.SIGNED}),
        Target(
            "proposals",
            Proposal,
            PROPOSALS,
            (POINT, LINE, AREA),
            _("Proposal"),
            defaults={"state": Proposal.State.UNDER_REVIEW},
        ),
        Target("streets", Street, (NAME, *SOURCED), (LINE,), _("Street"), null_geometry=False),
        Target("addresses", Address, ADDRESSES, (POINT,), _("Address"), null_geometry=False),
        Target("waters", Water, (NAME, *SOURCED), (LINE, AREA), _("Water"), null_geometry=False),
    )
}
TARGETS["water"] = TARGETS["waters"]
