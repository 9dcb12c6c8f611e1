"""The sections of the writing page: where each missing thing belongs, and which sections are open."""

import pytest

from commons.propose.forms import DraftForm
from commons.propose.parts import ANCHORS, PARTS, anchored, progress, wrong_in
from commons.propose.writing import missing_of
from commons.refusals import Missing
from tests.commons.propose.cast import draft_of, page_of, signed_in

pytestmark = pytest.mark.django_db


def test_every_field_of_the_form_and_everything_that_can_be_missing_lies_in_one_section(cast):
    fields = [name for part in PARTS.values() for name in part.fields]
    assert len(fields) == len(set(fields))
    bare = draft_of(cast, **{name: "" for name in ("name", "description", "aims", "contact_name", "contact_email")},
                    place=None, no_resources=False, duration_months=None, consent_at=None)  # fmt: skip
    form = DraftForm(bare, user=cast.alice)
    assert set(form.fields) <= set(fields)
    missing = missing_of(bare)
    assert {one.field for _anchor, one in missing} <= set(fields)
    assert sum(len(one.missing) for one in progress(missing, set()).values()) == len(missing) >= 8
    assert anchored([Missing("resources", "")])[0][0] == ANCHORS["resources"]


def test_the_first_section_that_lacks_something_is_open_and_those_with_errors_are(cast):
    missing = anchored([Missing("aims", "Why"), Missing("duration_months", "How long")])
    shown = lambda parts: [name for name, one in parts.items() if one.open]  # noqa: E731
    assert shown(progress(missing, set())) == ["why"]
    assert shown(progress(missing, {"contact_email"})) == ["contact"]
    assert shown(progress(missing, set(), every=True)) == ["why", "when"]
    assert shown(progress([], set())) == [] and all(one.done for one in progress([], set()).values())


def test_a_page_that_came_back_with_errors_shows_their_section_open(cast):
    draft = draft_of(cast)
    bound = DraftForm(draft, {"contact_email": "nessuna"}, user=cast.alice)
    assert "contact_email" in wrong_in(bound, None) and wrong_in(DraftForm(draft, user=cast.alice), None) == set()
    page = signed_in(cast.alice).post(page_of(draft), {"revision": draft.revision, "contact_email": "nessuna"})
    assert page.status_code == 400 and page.context["parts"]["contact"].open
