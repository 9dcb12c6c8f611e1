"""What came of a house's help: proposals it accompanied, those that became pacts, houses that a pact governs."""

from dataclasses import dataclass

from django.db.models import Count, Q

from commons.models import House, Pact, Proposal, Signature
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Visibility

FEWEST = 4  # of fewer proposals no share is told: it would say what became of one


@dataclass(frozen=True)
class Conversion:
    """How many public proposals were accompanied, and how many of them have a signed pact."""

    accompanied: int
    reached: int

    @property
    def share(self) -> int | None:
        """In percent; None where there are too few to speak of a share."""
        return round(100 * self.reached / self.accompanied) if self.accompanied >= FEWEST else None


@dataclass(frozen=True)
class Governed:
    """Houses that a pact governs, those pacts, and who signed them for the citizens."""

    houses: int
    pacts: int
    signatories: int

    @property
    def mean(self) -> float | None:
        """Signatories of a pact, on the average; None without pacts."""
        return self.signatories / self.pacts if self.pacts else None


def signed() -> Q:
    """Of a proposal: whether it became a public pact that has been signed."""
    there = Q(pact__isnull=False, pact__visibility=Visibility.PUBLIC)
    return there & ~Q(pact__state=Pact.State.TO_SIGN)


def conversion(house: House, alias: str) -> Conversion:
    """The house's own. One statement."""
    rows = Proposal.objects.using(alias).public().accompanied_by(house)
    return Conversion(**rows.aggregate(accompanied=Count("pk"), reached=Count("pk", filter=signed())))


def governed_by_pact(city: City, alias: str) -> Governed:
    """How many of the city's public houses a public pact governs, by how many pacts, with how many civic signatures.
    Two statements."""
    pacts = Pact.objects.public().filter(city=city).exclude(state=Pact.State.TO_SIGN)
    houses = House.objects.using(alias).public().filter(city=city, pact__in=pacts.values("pk"))
    counts = houses.aggregate(houses=Count("pk"), pacts=Count("pact", distinct=True))
    ruling = House.objects.public().filter(city=city, pact__in=pacts.values("pk")).values("pact")
    signatures = Signature.objects.using(alias).filter(pact__in=ruling, side=Signature.Side.CIVIC)
    return Governed(**counts, signatories=signatures.count())


def born_in_a_house(city: City, alias: str) -> int:
    """How many public pacts a house of the city accompanied, itself or through a proposal. One statement."""
    houses = House.objects.public().filter(city=city).values("pk")
    helped = Proposal.objects.public().filter(house__in=houses, pact__isnull=False).values("pact")
    pacts = Pact.objects.using(alias).public().filter(city=city).exclude(state=Pact.State.TO_SIGN)
    return pacts.filter(Q(house__in=houses) | Q(pk__in=helped)).count()
