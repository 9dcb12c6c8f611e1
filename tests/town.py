"""A small Torino with a record of each kind in every state: the cast that most tests share."""

from types import SimpleNamespace

from django.contrib.gis.geos import MultiPolygon

from commons.models import Building, House, Need, Pact, Project, Proposal
from neighbourhoods.models import City, Neighbourhood, Partition
from neighbourhoods.records import Record
from neighbourhoods.vocabulary import PartitionKind, Role, Visibility
from tests import factories as make
from tests import factories_of_care as care

SECRET = "Xsegreto"  # every name, note and description that must not be public holds this word
FAR_AWAY = (7.78, 45.12)  # where the hidden records are, so that a box or a tile would give them away


def territory(partition: Partition, code: str, name: str, box: tuple[float, float, float, float]) -> Neighbourhood:
    boundary = MultiPolygon(make.box(*box), srid=4326)
    return make.NeighbourhoodFactory(city=partition.city, partition=partition, code=code, name=name, boundary=boundary)


def small_torino() -> SimpleNamespace:
    """West (01) and East (02) meet at longitude 7.68; North (03) lies above both. Two districts, 8 below 7.

    Public records say in their name what they are; what must stay hidden holds the word SECRET.
    """
    city = make.CityFactory(slug="torino", name="Torino")
    quarters = make.PartitionFactory(city=city)
    districts = make.PartitionFactory(city=city, role=Role.DISTRICT, kind=PartitionKind.DISTRICT)
    town = SimpleNamespace(
        city=city,
        west=territory(quarters, "01", "San Salvario", (7.66, 45.04, 7.68, 45.06)),
        east=territory(quarters, "02", "Vanchiglia", (7.68, 45.04, 7.70, 45.06)),
        north=territory(quarters, "03", "Città Giardino", (7.66, 45.06, 7.70, 45.08)),
        lower=territory(districts, "8", "Circoscrizione 8", (7.66, 45.04, 7.70, 45.06)),
        upper=territory(districts, "7", "Circoscrizione 7", (7.66, 45.06, 7.70, 45.08)),
        operator=make.OrganisationFactory(city=city, name="Società di Mutuo Soccorso"),
    )
    town.house = make.HouseFactory(
        city=city,
        name="Casa del Quartiere",
        x=7.67,
        y=45.05,
        operator=town.operator,
        services=["orto"],
        website="https://a.it/",
    )
    town.buildings = _buildings(city)
    town.hidden = _hidden(town)
    town.pacts = [make.PactFactory(city=city, name=f"Patto {state}", state=state) for state in Pact.State.values]
    town.pacts += [
        make.PactFactory(city=city, name="Cura", building=town.buildings[0], house=town.house, starts_on="2020-01-01"),
        make.PactFactory(
            city=city, name="Riserbo", building=town.hidden[0], house=town.hidden[2], ends_on="2019-12-31"
        ),
    ]
    public = [state for state in Proposal.State.values if state not in Proposal.NOT_PUBLIC]
    town.proposals = [
        make.ProposalFactory(city=city, name=f"Proposta {s}", state=s, submitted_on="2024-05-01") for s in public
    ]
    town.needs = [care.NeedFactory(city=city, name=f"Bisogno {one}", status=one) for one in Need.SHOWN]
    states = Project.Status.values
    town.projects = [care.ProjectFactory(city=city, name=f"Progetto {one}", status=one) for one in states]
    town.event = make.EventFactory(
        city=city, name="Festa in corso", x=7.675, y=45.055, house=town.house, organisation=town.operator
    )
    town.event.streams.create(address="https://example.org/diretta", language="it")
    town.idea = make.IdeaFactory(city=city, name="Officina delle biciclette", x=7.685, y=45.055, tried_in="Lione")
    make.StreetFactory(city=city, name="Via Po")
    make.WaterFactory(city=city, name="Po", place=make.box(7.69, 45.03, 7.70, 45.09))
    return town


def _buildings(city: City) -> list[Building]:
    """One in every state of use, then an area over two neighbourhoods, a line, and one without a place."""
    made = [
        make.BuildingFactory(
            city=city,
            name=f"Ex scuola perché {state}",
            use_status=state,
            x=7.665 + 0.01 * number,
            y=45.045 + 0.008 * number,
            floor_area=100 * number,
            use_since=f"201{number}-03-31",
        )
        for number, state in enumerate(Building.UseStatus.values)
    ]
    return [
        *made,
        make.BuildingFactory(city=city, name="Area verde", place=make.box(7.675, 45.05, 7.685, 45.055)),
        make.BuildingFactory(city=city, name="Lungo Dora", place=make.line((7.66, 45.07), (7.70, 45.07))),
        make.BuildingFactory(city=city, name="Senza posto", place=None, precision="none"),
    ]


def _hidden(town: SimpleNamespace) -> list[Record]:
    """What nobody may see: hidden and withdrawn records, proposals not taken up, names of hidden neighbours."""
    city = town.city
    group = make.OrganisationFactory(city=city, name=f"{SECRET} group", visibility=Visibility.HIDDEN)
    make.HouseFactory(city=city, name="Bagni chiusi", x=7.69, operator=group, status=House.Status.CLOSED)
    secret = {"description": SECRET, "source_note": SECRET, "address": SECRET, "place": make.point(*FAR_AWAY)}
    hidden, withdrawn = Visibility.HIDDEN, Visibility.WITHDRAWN
    return [
        make.BuildingFactory(city=city, name=f"{SECRET} one", visibility=hidden, **secret),
        make.BuildingFactory(city=city, name=f"{SECRET} two", visibility=withdrawn, **secret),
        make.HouseFactory(city=city, name=f"{SECRET} three", visibility=hidden, **secret),
        make.PactFactory(city=city, name=f"{SECRET} four", visibility=withdrawn, **secret),
        care.NeedFactory(city=city, name=f"{SECRET} need", visibility=hidden, **secret),
        care.ProjectFactory(city=city, name=f"{SECRET} project", visibility=withdrawn, **secret),
        make.StreetFactory(
            city=city, name=f"{SECRET} five", visibility=hidden, place=make.line(FAR_AWAY, (7.79, 45.12))
        ),
        make.ProposalFactory(city=city, name=f"{SECRET} six", visibility=hidden, **secret),
        *(
            make.ProposalFactory(city=city, name=f"{SECRET} {state}", state=state, **secret)
            for state in Proposal.NOT_PUBLIC
        ),
        make.EventFactory(city=city, name=f"{SECRET} seven", visibility=hidden, **secret),
        make.IdeaFactory(city=city, name=f"{SECRET} eight", visibility=hidden, **secret),
    ]
