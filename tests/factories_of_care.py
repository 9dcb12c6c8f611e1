"""Records of accountability for the tests: needs, laboratories, projects with money, plans, monitoring."""

import factory
from django.utils import timezone

from commons.models import (
    Attendance,
    Evaluation,
    Evidence,
    Laboratory,
    Money,
    Need,
    NeighbourhoodPlan,
    PactIndicator,
    Priority,
    Project,
    Session,
    Visit,
)
from tests.factories import NeighbourhoodFactory, PactFactory, RecordFactory, SourcedFactory


class NeedFactory(RecordFactory):
    """A need that the office has read, so that it is public."""

    class Meta:
        model = Need

    name = factory.Sequence(lambda n: f"Manca una panchina {n}")
    status = Need.Status.OPEN
    public_since = factory.LazyFunction(timezone.now)


class LaboratoryFactory(SourcedFactory):
    class Meta:
        model = Laboratory
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Laboratorio {n}")
    season = "2014–2019"
    opened_on = "2018-01-15"

    @factory.post_generation
    def neighbourhoods(self, create: bool, territories: list | None, **kwargs: object) -> None:
        self.neighbourhoods.set(territories or ())


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    laboratory = factory.SubFactory(LaboratoryFactory)
    starts_at = factory.LazyFunction(timezone.now)


class AttendanceFactory(factory.django.DjangoModelFactory):
    """Somebody, known by `sign`, came to a session."""

    class Meta:
        model = Attendance

    class Params:
        sign = factory.Sequence(lambda n: f"persona {n}")

    session = factory.SubFactory(SessionFactory)
    person_key = factory.LazyAttribute(lambda o: o.session.laboratory.key_of(o.sign))


class ProjectFactory(RecordFactory):
    class Meta:
        model = Project

    name = factory.Sequence(lambda n: f"Progetto {n}")
    kind = Project.Kind.COMMUNITY_CARE
    status = Project.Status.RUNNING


class MoneyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Money

    project = factory.SubFactory(ProjectFactory)
    amount = "1000.00"
    kind = Money.Kind.BUDGET
    period_start = "2018-01-01"
    period_end = "2018-12-31"


class NeighbourhoodPlanFactory(SourcedFactory):
    class Meta:
        model = NeighbourhoodPlan

    name = "Piano strategico di quartiere"
    neighbourhood = factory.SubFactory(NeighbourhoodFactory, city=factory.SelfAttribute("..city"))
    starts_on = "2019-06-01"
    ends_on = "2024-05-31"


class PriorityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Priority

    plan = factory.SubFactory(NeighbourhoodPlanFactory)
    number = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Priorità {n}")


class PactIndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PactIndicator

    pact = factory.SubFactory(PactFactory)
    name = factory.Sequence(lambda n: f"Ore di apertura {n}")
    unit = "ore"
    target = "100"


class EvidenceFactory(factory.django.DjangoModelFactory):
    """A value shown by the civic side."""

    class Meta:
        model = Evidence

    indicator = factory.SubFactory(PactIndicatorFactory)
    pact = factory.SelfAttribute("indicator.pact")
    party = Evidence.Party.CIVIC
    on = "2018-06-30"
    value = "40"


class VisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Visit

    pact = factory.SubFactory(PactFactory)
    planned_on = "2018-09-01"


class EvaluationFactory(factory.django.DjangoModelFactory):
    """A published one."""

    class Meta:
        model = Evaluation

    pact = factory.SubFactory(PactFactory)
    outcome = Evaluation.Outcome.PARTLY
    text = "Abbiamo imparato che serve tempo."
    published_on = "2019-01-31"
