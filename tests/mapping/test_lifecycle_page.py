"""docs/lifecycle.md is derived from the tables of moves and the profiles, and up to date."""

from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from commons.lifecycle import MACHINES
from mapping.lifecycle_page import lifecycle_page


def page():
    return (settings.BASE_DIR / "docs" / "lifecycle.md").read_text(encoding="utf-8")


def test_the_document_is_what_the_tables_say():
    assert page() == lifecycle_page(), "script/manage document writes it anew"


def test_every_move_of_both_tables_stands_in_it_and_every_way_has_its_diagram():
    text = page()
    with translation.override("en"):
        assert all(f"| `{move.name}` {move.label}" in text for moves in MACHINES.values() for move in moves)
    assert (
        text.count("```mermaid") == 1 + 1 + 2 + 1 + 2
    )  # of pacts; of proposals in Latina, Palermo, Reggio Emilia and Torino
    assert "    codesign --> in_consultation" in text.split("\n## Reggio Emilia")[1].split("\n## Torino")[0]
    assert "    codesign --> in_consultation" not in text.split("\n## Torino")[1]


def test_the_command_writes_it(tmp_path):
    call_command("document", "--folder", str(tmp_path))
    assert (tmp_path / "lifecycle.md").read_text(encoding="utf-8") == page()
