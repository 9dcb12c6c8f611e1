"""What a pact says of its days, and what it takes over from the proposal it was born of."""

from datetime import timedelta

import pytest

from commons.desk.forms import RenewalForm, ways_said
from commons.pacting import open_pact, prepare_renewal
from tests import factories as make
from tests.commons.desk.cast import approved, cast, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return cast()


@pytest.fixture
def pact(who):
    """A pact that began a hundred days ago and has as many to go."""
    made = open_pact([approved(who, precision="approximate")], who.sara, text="Testo")
    today = who.city.today()
    signed(who, made).advance(
        "start", by=who.sara, starts_on=today - timedelta(days=100), ends_on=today + timedelta(days=100)
    )
    return made


def test_a_place_that_was_approximate_stays_so(pact):
    assert pact.precision == "approximate"


def test_a_pact_that_is_closed_before_its_last_day_names_the_day_it_was_closed(who, pact):
    assert pact.over_before_its_end() is None and "100" not in str(pact.state_words())
    pact.advance("terminate", by=who.sara, note="Il tetto è crollato.")
    assert pact.over_before_its_end() == who.city.today()
    assert str(who.city.today().year) in str(pact.state_words())


def test_a_register_says_the_last_day_and_nothing_of_the_day_it_was_read(who):
    ends = who.city.today() + timedelta(days=9)
    known = make.PactFactory(city=who.city, state="terminated", ends_on=ends)
    assert known.state_since and known.over_before_its_end() is None


def test_what_renews_it_begins_the_day_after_and_lasts_as_long(who, pact):
    first, last = pact.next_period()
    assert (first, last - first) == (pact.ends_on + timedelta(days=1), timedelta(days=200))
    form = RenewalForm(record=pact)
    assert (form.initial["starts_on"], form.initial["ends_on"]) == (first, last)
    wrong = RenewalForm({"starts_on": "2030-05-02", "ends_on": "2030-05-01"}, record=pact)
    assert not wrong.is_valid() and "ends_on" in wrong.errors
    new = prepare_renewal(pact, who.sara, starts_on=first, ends_on=last)
    assert (new.starts_on, new.ends_on, new.text, new.precision) == (first, last, "Testo", "approximate")
    assert make.PactFactory(city=who.city, ends_on=None).next_period() == (None, None)


def test_the_desk_says_which_steps_an_ordinary_and_a_complex_proposal_take():
    ways = {"way": ["submitted", "under_review", "codesign"], "ordinary_way": ["submitted", "approved"]}
    assert str(ways_said({"procedure": ways})).count(":") == 2
    assert ways_said({"procedure": {"way": ways["way"]}}) == ways_said({}) == ""
