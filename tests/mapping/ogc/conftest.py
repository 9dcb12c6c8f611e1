"""One town for all checks of a file: they only read."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import forget
from tests.mapping.ogc.ats import Answer, server
from tests.town import small_torino


@pytest.fixture(scope="module")
def ask(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., Answer]]:
    with django_db_blocker.unblock():
        forget()
        with transaction.atomic():
            small_torino()
            yield server(Client())
            transaction.set_rollback(True)
        forget()
