"""The cast, on its stage."""

import pytest
from django.core.cache import cache

from tests.commons.propose.cast import gather


@pytest.fixture
def cast(db):
    cache.clear()
    return gather()
