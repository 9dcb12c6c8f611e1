"""SOURCES: the known datasets. One entry says where a dataset is published, under which licence, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mapping.importing.register import Register
from neighbourhoods.vocabulary import Licence, PartitionKind


@dataclass(frozen=True)
class Source:
    """One dataset. `name` is also the source of its records. `mapping` is field → column, `crs` what the publisher
    states; the file's own comes first. `publisher` and `licence` are stored in every record. `register` is set where
    each row chooses its layer."""

    name: str
    title: str | Promise
    layer: str
    city: str
    page: str
    publisher: str
    licence: Licence
    format: str
    crs: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    id_column: str | None = None
    kind: str | None = None
    register: Register | None = None

    def constants(self) -> dict[str, str]:
        """What every record of this source carries."""
        return {"licence": self.licence.value, "attribution": self.publisher, "source_note": self.page}


PALERMO = Register(
    state="Stato di avanzamento",
    states={
        "istruttoria in corso": ("proposals", "under_review"),
        "in attesa di integrazione": ("proposals", "needs_changes"),
        "respinta": ("proposals", "rejected"),
        "patto stipulato": ("pacts", "signed"),
        "proroga e/o monitoraggio e valutazione dei risultati": ("pacts", "reporting"),
    },
    kind="Proponente",
    kinds={
        "associazione": ("association", "association"),
        "società": ("business", "business"),
        "gruppo informale": ("informal_group", "informal_group"),
        "comitato civico": ("informal_group", "informal_group"),
        "istituto": ("public_body", "public_body"),
        "persona fisica": ("", "volunteer"),
    },
    group="Rappresentante",
    remarks="Nota per attività conclusive",
    area=("Quartiere", "UPL", "Circoscrizione"),
)

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="torino-districts",
            title=_("The eight districts of Torino"),
            layer="districts",
            city="torino",
            page="https://www.comune.torino.it/aperto/",
            publisher="Città di Torino",
            licence=Licence.CC_BY,
            format="GeoJSON, Shapefile, KML",
            crs="EPSG:3003",
            mapping={"code": "NCIRCO", "name": "DENOM"},
            id_column="NCIRCO",
            kind=PartitionKind.DISTRICT,
        ),
        Source(
            name="torino-statistical-zones",
            title=_("The 94 statistical zones of Torino"),
            layer="neighbourhoods",
            city="torino",
            page="https://www.comune.torino.it/aperto/",
            publisher="Città di Torino",
            licence=Licence.CC_BY,
            format="GeoJSON, Shapefile, GeoPackage",
            crs="EPSG:3003",
            mapping={"code": "ZONASTAT"},
            id_column="ZONASTAT",
            kind=PartitionKind.STATISTICAL_ZONE,
        ),
        Source(
            name="torino-streets",
            title=_("The streets of Torino"),
            layer="streets",
            city="torino",
            page="https://www.openstreetmap.org/",
            publisher="© OpenStreetMap contributors",
            licence=Licence.ODBL,
            format="GeoJSON",
            crs="EPSG:4326",
        ),
        Source(
            name="palermo-register",
            title=_("The register of proposals and pacts of Palermo"),
            layer="register",
            city="palermo",
            page="https://github.com/PalermoHub/Dashboard-Monitoraggio",
            publisher="Comune di Palermo",
            licence=Licence.CC_BY,
            format="CSV",
            crs="EPSG:4326",
            mapping={"name": "Titolo proposta", "address": "Indirizzo"},
            id_column="Id",
            register=PALERMO,
        ),
    )
}
