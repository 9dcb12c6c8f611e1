"""Records for the tests, made the way the program makes them.

Places are small shapes round the centre of Torino in EPSG:4326. `CityFactory` is one city unless asked for another;
`neighbourhood`, `district`, `placement` and `shares` are the database's: call `refresh_from_db()` to read them.
"""

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db import transaction

from commons.models import Building, House, Pact, Proposal
from commons.models.moving import record_states
from neighbourhoods.models import Address, City, Neighbourhood, Partition, Street, Water
from neighbourhoods.vocabulary import Licence, PartitionKind, Role
from people.models import Organisation, User

CENTRE = (7.68, 45.07)
ENVELOPE = (7.55, 44.98, 7.80, 45.16)
WORLD = (-180, -90, 180, 90)


def square(x: float = 7.68, y: float = 45.07, half: float = 0.01) -> MultiPolygon:
    """A square round a point, `half` degrees on each side."""
    return MultiPolygon(Polygon.from_bbox((x - half, y - half, x + half, y + half)), srid=4326)


def point(x: float = 7.68, y: float = 45.07) -> Point:
    return Point(x, y, srid=4326)


def line(*coordinates: tuple[float, float]) -> LineString:
    return LineString(*(coordinates or ((7.67, 45.06), (7.69, 45.08))), srid=4326)


def box(west: float, south: float, east: float, north: float) -> Polygon:
    polygon = Polygon.from_bbox((west, south, east, north))
    polygon.srid = 4326
    return polygon


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    password = factory.django.Password("a long enough password")

    @factory.post_generation
    def proved(self, create: bool, proved: bool | None, **kwargs: object) -> None:
        """The account's address is proved, unless `proved=False`."""
        if proved is not False and self.email:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class StaffFactory(UserFactory):
    """A member of staff with the permissions named by `permissions=["commons.change_building", …]`."""

    is_staff = True

    @factory.post_generation
    def permissions(self, create: bool, names: list[str] | None, **kwargs: object) -> None:
        for name in names or ():
            app, codename = name.split(".")
            self.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


class AdministratorFactory(UserFactory):
    is_staff = True
    is_superuser = True


class CityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = City
        django_get_or_create = ("slug",)

    slug = "torino"
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").title())
    body = factory.LazyAttribute(lambda o: f"Città di {o.name}")
    envelope = factory.LazyFunction(lambda: box(*ENVELOPE))
    crs = [32632, 3003, 25832, 3857]
    profile = factory.LazyFunction(dict)


class PartitionFactory(factory.django.DjangoModelFactory):
    """The neighbourhoods of the map of the city, unless another role is given."""

    class Meta:
        model = Partition
        django_get_or_create = ("city", "role", "name")

    city = factory.SubFactory(CityFactory)
    kind = PartitionKind.NEIGHBOURHOOD
    role = Role.PRIMARY
    name = factory.LazyAttribute(lambda o: "Circoscrizioni" if o.role == Role.DISTRICT else "Quartieri")


class SourcedFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    city = factory.SubFactory(CityFactory)
    licence = Licence.CC_BY
    attribution = "Città di Torino"


class NeighbourhoodFactory(SourcedFactory):
    """A square territory round (`x`, `y`)."""

    class Meta:
        model = Neighbourhood

    class Params:
        x = 7.68
        y = 45.07
        half = 0.01

    partition = factory.SubFactory(PartitionFactory, city=factory.SelfAttribute("..city"))
    code = factory.Sequence(lambda n: f"{n + 1:02d}")
    name = factory.LazyAttribute(lambda o: f"Quartiere {o.code}")
    boundary = factory.LazyAttribute(lambda o: square(o.x, o.y, o.half))


class DistrictFactory(NeighbourhoodFactory):
    """A square territory of the partition that plays the part of the districts."""

    class Params:
        half = 0.02

    partition = factory.SubFactory(
        PartitionFactory, city=factory.SelfAttribute("..city"), kind=PartitionKind.DISTRICT, role=Role.DISTRICT
    )
    name = factory.LazyAttribute(lambda o: f"Circoscrizione {o.code}")


class StreetFactory(SourcedFactory):
    class Meta:
        model = Street

    name = factory.Sequence(lambda n: f"Via {n}")
    place = factory.LazyFunction(line)


class AddressFactory(SourcedFactory):
    class Meta:
        model = Address

    name = "Via Po"
    number = factory.Sequence(lambda n: str(n + 1))
    place = factory.LazyFunction(point)


class WaterFactory(SourcedFactory):
    class Meta:
        model = Water

    name = factory.Sequence(lambda n: f"Rio {n}")
    place = factory.LazyFunction(line)


class OrganisationFactory(SourcedFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Associazione {n}")


class RecordFactory(SourcedFactory):
    """A located record at (`x`, `y`); `place=None` for one without a place."""

    class Meta:
        abstract = True

    class Params:
        x = 7.68
        y = 45.07

    place = factory.LazyAttribute(lambda o: point(o.x, o.y))


class BuildingFactory(RecordFactory):
    class Meta:
        model = Building

    name = factory.Sequence(lambda n: f"Ex scuola {n}")
    address = factory.Sequence(lambda n: f"via Prova {n}")
    use_status = Building.UseStatus.DISUSED


class HouseFactory(RecordFactory):
    class Meta:
        model = House

    name = factory.Sequence(lambda n: f"Casa del Quartiere {n}")
    address = factory.Sequence(lambda n: f"via della Casa {n}")


def with_history(record: Pact | Proposal) -> None:
    """The history that a record of a register has: one step to the state it was made in."""
    record_states(type(record), [record.pk])
    record.refresh_from_db(fields=["public_since", "text_public", "state_since"])


class MovingFactory(RecordFactory):
    """A record and its history, in one transaction: the database refuses a state without the step that led there."""

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, object]) -> Pact | Proposal:
        with transaction.atomic():
            return super()._generate(strategy, params)


class PactFactory(MovingFactory):
    class Meta:
        model = Pact
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Patto {n}")
    source = "tests"
    state = Pact.State.ACTIVE

    @factory.post_generation
    def signatories(self, create: bool, organisations: list[Organisation] | None, **kwargs: object) -> None:
        if organisations:
            self.signatories.set(organisations)
        with_history(self)


class ProposalFactory(MovingFactory):
    """A public proposal, under review unless another state is given."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Proposta {n}")
    source = "tests"
    state = Proposal.State.UNDER_REVIEW

    @factory.post_generation
    def proposers(self, create: bool, organisations: list[Organisation] | None, **kwargs: object) -> None:
        if organisations:
            self.proposers.set(organisations)
        with_history(self)
