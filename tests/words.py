"""Reading the program's sentences out of its source, and their Italian out of the catalogue."""

import ast
import gettext
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

from tests.source import ROOMS, ROOT, python_files, short, templates, tree

CATALOGUE = ROOT / "locale" / "it" / "LC_MESSAGES" / "django.po"
NAMES = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
         "npgettext", "npgettext_lazy"}  # fmt: skip
SPOKEN = ("alt", "title", "aria-label", "placeholder", "aria-description", "aria-roledescription")


def key_of(call: ast.Call) -> str | None:
    """What the catalogue knows the sentence of a gettext call by; None where it is not a literal."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in NAMES:
        return None
    texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if not texts or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    return "\x04".join(texts[:2]) if name.startswith(("pgettext", "npgettext")) else texts[0]


def said_in_code() -> Iterator[tuple[str, str]]:
    """Every sentence of the Python source that goes through gettext: (file, key)."""
    for path in python_files(*ROOMS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and (key := key_of(node)):
                yield short(path), key


def said_in_templates() -> Iterator[tuple[str, str]]:
    """Every sentence of the templates that goes through gettext: (file, key)."""
    for path in templates():
        if path.suffix not in {".html", ".txt", ".xml"}:
            continue
        for call in re.finditer(
            r"(?:^|\s)(_|gettext|ngettext|pgettext|npgettext)\(", source := templatize(path.read_text())
        ):
            node = first_call(source[call.start() :].lstrip())
            if node and (key := key_of(node)):
                yield short(path), key


def first_call(source: str) -> ast.Call | None:
    """The call that a piece of source begins with; its end is where it can first be read."""
    for end in re.finditer(r"\)", source):
        try:
            return ast.parse(source[: end.end()], mode="eval").body
        except SyntaxError:
            continue
    return None


@cache
def italian(folder: str) -> dict:
    """The catalogue without what is fuzzy or empty: as `msgfmt` hands it to the program."""
    compiled = Path(folder) / "words.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", compiled, CATALOGUE], check=True)
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


def translated(catalogue: dict, key: str) -> bool:
    return bool(catalogue.get(key) or catalogue.get((key, 0)) or catalogue.get((key, 1)))


class Literal(HTMLParser):
    """Collects what a page says that no gettext has gone over: texts and spoken attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.apart = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.apart += tag in {"script", "style", "code", "pre"}
        self.found += [value for name, value in attributes if name in SPOKEN and value]
        if tag == "meta" and dict(attributes).get("name") == "description":
            self.found.append(dict(attributes).get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        self.apart -= tag in {"script", "style", "code", "pre"} and self.apart > 0

    def handle_data(self, data: str) -> None:
        if not self.apart:
            self.found.append(data)


# Blocks that hold a class of the page or the name of a drawing, which nobody reads.
NAMED = re.compile(r"({%\s*block (?:body_class|main_class|scene)\s*%}).*?({%\s*endblock)", re.DOTALL)


def literals(path: Path) -> list[str]:
    """The words of a template that are the same in every language."""
    inside, kept = False, []
    for token in Lexer(NAMED.sub(r"\1\2", path.read_text())).tokenize():
        if token.token_type == TokenType.BLOCK:
            word = token.contents.split()[0]
            inside = {"blocktrans": True, "blocktranslate": True, "endblocktrans": False,
                      "endblocktranslate": False, "comment": True, "endcomment": False}.get(word, inside)  # fmt: skip
            kept.append(" ")
        elif token.token_type == TokenType.VAR:
            kept.append("")
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    reader = Literal()
    reader.feed("".join(kept))
    return [text for part in reader.found if (text := " ".join(unescape(part).split()))]
