"""Everything that people read is there in Italian and in English, and the Italian is plain."""

import ast
import re

import pytest

from tests.source import ROOMS, ROOT, python_files, short, templates, tree
from tests.words import first_call, italian, literals, said_in_code, said_in_templates, translated

# The same in every language: names, formats, what programs read. 500.html says it in both without a translation.
NAMES = {
    "Mappa Comune", "Italiano", "English", "WCAG", "EN 301 549", "garanteprivacy.it", "CSV", "GeoJSON", "Turtle",
    "RDF/XML", "JSON-LD", "WebMercatorQuad", "EPSG:3857", "/layers.json", "/ogc/", "string", "uri", "PDF", "PNG", "SVG",
    "curl https://…/layers/buildings.geojson", "SHA-256:", "JSON", "Excel",
}  # fmt: skip
IN_BOTH = {"templates/500.html"}
LABELS = {
    "label",
    "help_text",
    "verbose_name",
    "verbose_name_plural",
    "short_description",
    "empty_label",
    "placeholder",
}
REFUSALS = {"ValidationError", "Refused", "Missing", "NotPossible", "NotAllowed", "success", "add_error"}
FOR_PROGRAMS = {"commons/api/schema.py"}  # the description of the API is in English, as the API is
LONGEST = 20  # words in one breath
OFFICIALESE = re.compile(
    r"\b(istanz[ae]|fruizion\w*|fruir\w*|implement\w*|usufrui\w*|ottemper\w*|esplet\w*|recars\w*|medesim\w*|suddett\w*"
    r"|predett\w*|altresì|nonché|ai sensi|perven\w+|previ[ao]|qualora|onde|effettua\w*|tempistic\w*|modulistic\w*"
    r"|inerent\w*|codest\w*|entro e non oltre|mediante|al fine di|in merito a|relativamente|apporre|avvaler\w*"
    r"|soggett[oi] proponent\w*|erogazion\w*|erogar\w*|concernent\w*|trattasi|utenz\w*|richiedent\w*|ubicat\w*)\b",
    re.IGNORECASE,
)
ITALIAN = re.compile(r"\b(della|degli|delle|sono|questo|questa|perché|nella|dello|che|anche|oppure)\b")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return italian(str(tmp_path_factory.mktemp("words")))


@pytest.fixture(scope="module")
def every():
    return {*said_in_code(), *said_in_templates()}


def test_every_sentence_has_its_italian(catalogue, every):
    assert len(every) > 1500
    missing = sorted({f"{key!r} ({file})" for file, key in every if not translated(catalogue, key)})
    assert not missing, f"{len(missing)} sentences have no Italian, or only a guess"


def test_every_sentence_is_english_in_the_source(every):
    assert not sorted(f"{key!r} ({file})" for file, key in every if ITALIAN.search(key))


def in_italian(catalogue, every) -> list[tuple[str, str]]:
    found = ((file, catalogue.get(key) or catalogue.get((key, 0)) or "") for file, key in every)
    return [(file, text) for file, text in found if text]


def test_the_italian_uses_no_words_of_offices(catalogue, every):
    found = [f"{match[0]}: {text[:100]!r} ({file})" for file, text in in_italian(catalogue, every)
             if (match := OFFICIALESE.search(text))]  # fmt: skip
    assert not found


def test_the_italian_keeps_its_sentences_short(catalogue, every):
    breaths = [
        (file, part) for file, text in in_italian(catalogue, every) for part in re.split(r"(?<=[.!?:;])\s+", text)
    ]
    assert not [
        f"{len(part.split())} words: {part!r} ({file})" for file, part in breaths if len(part.split()) > LONGEST
    ]


@pytest.mark.parametrize("path", [p for p in templates() if p.suffix in {".html", ".txt"}], ids=short)
def test_a_template_says_nothing_past_the_translation(path):
    if short(path) in IN_BOTH:
        return
    words = [word for text in literals(path) for word in without_names(text).split()]
    assert not [word for word in words if re.search(r"[A-Za-zÀ-ú]{3,}", word)]


def without_names(text: str) -> str:
    for name in sorted(NAMES, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def test_the_code_says_nothing_past_the_translation():
    found = []
    for path in python_files(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and short(path) not in FOR_PROGRAMS:
                found += [f"{short(path)}:{node.lineno} {text}" for text in bare(node)]
    assert not found


def bare(call: ast.Call) -> list[str]:
    """The words of a label or a refusal that stand there as they are."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    said = [one.value for one in call.keywords if one.arg in LABELS] + (call.args if name in REFUSALS else [])
    literal = [ast.unparse(one) for one in said if isinstance(one, ast.Constant | ast.JoinedStr)]
    return [text for text in literal if re.search(r"[A-Za-z]{2,} [a-z]{2,}", text)]


def test_the_scripts_get_their_words_from_the_server():
    found = []
    for path in (ROOT / "static" / "js").rglob("*.js"):
        text = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text(), flags=re.DOTALL)
        for match in re.finditer(r'"([^"\n]*)"|`([^`\n]*)`', text):
            said = match[1] or match[2] or ""
            sentence = re.search(r"[A-ZÀ-Ú][a-zà-ù]+ [a-zà-ù]{2,}", said)
            if sentence and not re.search(r"[\[\]#{}=;<>]|\$", said):
                found.append(f"{short(path)}: {said}")
    assert not found


def test_what_is_looked_for_can_be_found(catalogue):
    """The readers of this file do read: a plural, a context, a text with its own names."""
    assert first_call('ngettext("one", "many", n) + x').func.id == "ngettext"
    assert not translated(catalogue, "No sentence of this program") and translated(catalogue, "Privacy")
    assert without_names("Mappa Comune, x") == " , x" and OFFICIALESE.search("Inoltrare l'istanza")
