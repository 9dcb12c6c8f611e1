"""What the tests of accounts share: reading the link out of a mail."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings

from people.models import Message


@pytest.fixture
def link_to() -> Callable[[str], str]:
    """`link_to("ada@example.org")`: the path of the link in the last mail to an address."""

    def find(email: str) -> str:
        text = Message.objects.filter(email=email).latest("pk").text
        found = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", text)
        assert found, text
        return found.group(1)

    return find
