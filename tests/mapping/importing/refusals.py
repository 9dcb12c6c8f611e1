"""How the tests ask for a refusal."""

import pytest

from mapping.importing import child
from mapping.importing.messages import SENTENCES, ImportRefused


def refusal(path, **options):
    with pytest.raises(ImportRefused) as caught:
        child.read(path, **options)
    assert caught.value.code in SENTENCES, "every refusal has a sentence"
    assert "%(" not in str(caught.value), "and its sentence is filled"
    return caught.value.code
