"""What there is, is documented: layers, commands, parameters, problems."""

import re

from django.core.management import call_command, get_commands

from mapping.errors import PROBLEMS
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.query import SCALARS
from tests.source import ROOMS, ROOT


def test_the_derived_pages_are_up_to_date(tmp_path):
    call_command("document", folder=tmp_path)
    for made in tmp_path.iterdir():
        assert (ROOT / "docs" / made.name).read_text() == made.read_text(), "run script/manage document"


def test_every_layer_is_on_it_with_every_attribute():
    text = (ROOT / "docs" / "layers.md").read_text()
    for layer in LAYERS.values():
        section = text.split(f"## `{layer.slug}`")[1].split("\n## ")[0]
        for attribute in layer.published:
            assert f"| `{attribute.name}` |" in section
        for suffix in FORMATS:
            assert f"/layers/{layer.slug}.{suffix}" in section


def test_every_command_of_ours_is_in_the_operations_page():
    text = (ROOT / "docs" / "operations.md").read_text() + (ROOT / "docs" / "importing.md").read_text()
    ours = [name for name, app in get_commands().items() if str(app).split(".")[-1] in ROOMS]
    assert {"tick", "document", "import_layer", "city"} <= set(ours)
    assert not [name for name in ours if not re.search(rf"manage(\.py)? {name}\b", text)]


def test_the_readme_says_every_parameter_and_format():
    text = (ROOT / "README.md").read_text()
    assert not [name for name in SCALARS if f"`{name}`" not in text]
    assert not [suffix for suffix in FORMATS if f".{suffix}" not in text]


def test_every_problem_is_explained_with_its_status():
    text = (ROOT / "docs" / "problems.md").read_text()
    for kind, (status, title) in PROBLEMS.items():
        assert f"| `/problems/{kind}` | {status} | {title} |" in text


def test_links_in_the_documents_lead_somewhere():
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
