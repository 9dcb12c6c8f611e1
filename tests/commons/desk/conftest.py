"""The desk's cast, for every test of it."""

from types import SimpleNamespace

import pytest

from tests.commons.desk.cast import cast


@pytest.fixture
def who(db: None) -> SimpleNamespace:
    return cast()
