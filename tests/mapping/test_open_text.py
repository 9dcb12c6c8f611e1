"""What is said of a record outside its page: its description, once that may be read."""

import pytest

from mapping.open_text import open_text
from tests import factories as make


@pytest.mark.django_db
def test_the_words_of_a_proposal_are_open_when_its_text_is():
    proposal = make.ProposalFactory(description="  Un orto\n per tutti. ")
    proposal.text_public = True
    assert open_text(proposal) == "Un orto per tutti."
    proposal.text_public = False
    assert open_text(proposal) == ""
    assert open_text(make.BuildingFactory(description="")) == ""
