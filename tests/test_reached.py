"""Every public function and class is named by a test, or reached from what a test names.

A static check by name. It starts from the words of the tests, the views of the sitemap and the names in the settings
and templates, and follows the names that each reached function uses. What Django calls by itself (a method that
overrides one of Django's) is reached with its class. It cannot say that a test is good; it finds what no test comes
near.
"""

import ast
import importlib
import inspect
import re
from functools import cache

from django.urls import get_resolver

from tests.source import FUNCTIONS, ROOMS, ROOT, python_files, short, templates, tree

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NOT_OURS = (
    "django", "rest_framework", "rest_framework_gis", "drf_spectacular", "allauth", "leaflet", "builtins", "abc",
    "enum", "argparse", "typing", "dataclasses",
)  # fmt: skip
FIELDED = ("Form", "Words", "Feature", "Me", "Serializer")
BY_FIELD = ("clean_", "validate_", "get_")  # what forms and serializers call by the name of a field


def words_of(node: ast.AST) -> set[str]:
    """Every name, attribute and word of a string in a piece of source."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.keyword) and one.arg:
            found.add(one.arg)
        elif isinstance(one, ast.alias):
            found |= set(one.name.split("."))
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) < 200:
            found |= set(WORD.findall(one.value))
    return found


@cache
def views() -> frozenset[str]:
    """The names of the views in the sitemap."""

    def walk(resolver):
        for entry in resolver.url_patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry)
            else:
                yield from (entry.callback.__name__, inspect.unwrap(entry.callback).__name__)

    return frozenset(walk(get_resolver()))


def said_by_tests() -> set[str]:
    here = {"test_reached.py", "test_architecture.py"}
    return set().union(*(words_of(tree(path)) for path in python_files("tests") if path.name not in here))


def said_by_templates() -> set[str]:
    texts = " ".join(path.read_text() for path in templates() if path.suffix == ".html")
    return {word for tag in re.findall(r"{[{%](.*?)[}%]}", texts, re.DOTALL) for word in WORD.findall(tag)}


class Definition:
    """A function, a method or a class of the program: where it is, and the words that its own source says."""

    def __init__(self, path, node: ast.AST, owner: "Definition | None" = None) -> None:
        self.path, self.node, self.owner, self.name = path, node, owner, node.name
        inner = [n for n in ast.iter_child_nodes(node) if isinstance(n, FUNCTIONS) and isinstance(node, ast.ClassDef)]
        self.methods = [Definition(path, one, self) for one in inner]
        public = {id(method.node) for method in self.methods if not method.name.startswith("_")}
        self.words = set()
        for child in ast.iter_child_nodes(node):
            if id(child) not in public:
                self.words |= words_of(child)

    def __str__(self) -> str:
        return f"{short(self.path)}:{self.node.lineno} {self.owner.name + '.' if self.owner else ''}{self.name}"

    @property
    def known_as(self) -> str:
        """The name that reaches it: a command is called by the name of its file."""
        return self.path.stem if self.name == "Command" and self.path.parent.name == "commands" else self.name

    def called_by_a_framework(self) -> bool:
        """Whether this method overrides one of a class not ours, or is one that middleware or forms may have."""
        if self.name == "process_exception" or (self.name.startswith("clean_") and self.owner.name.endswith("Form")):
            return True
        dotted = ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        owner = getattr(importlib.import_module(dotted), self.owner.name, None)
        bases = getattr(owner, "__mro__", ())[1:]
        theirs = [base for base in bases if base.__module__.split(".")[0] in NOT_OURS and base is not object]
        named = self.name.startswith(BY_FIELD) and self.owner.name.endswith(FIELDED)
        return any(self.name in vars(base) for base in theirs) or (named and bool(theirs))


def definitions() -> tuple[list[Definition], set[str]]:
    """All definitions, and the words that modules say outside of them: tables, registrations, constants."""
    found, outside = [], set()
    for path in python_files(*ROOMS):
        for node in tree(path).body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                one = Definition(path, node)
                found += [one, *one.methods]
                if node.decorator_list and any("register" in words_of(d) for d in node.decorator_list):
                    outside.add(node.name)
                if isinstance(node, ast.ClassDef) and any("Extension" in w for b in node.bases for w in words_of(b)):
                    outside.add(node.name)  # a framework finds those that extend it by itself
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                outside |= words_of(node)
    return found, outside


def unreached() -> list[Definition]:
    every, outside = definitions()
    known = said_by_tests() | said_by_templates() | views() | outside
    waiting = list(every)
    while True:
        now = [one for one in waiting if one.known_as in known or (one.owner and one.name.startswith("_"))]
        now += [o for o in waiting if o not in now and o.owner and o.owner not in waiting and o.called_by_a_framework()]
        if not now:
            return waiting
        waiting = [one for one in waiting if one not in now]
        for one in now:
            known |= one.words
            if isinstance(one.node, ast.ClassDef):
                known |= {base for decorated in one.node.decorator_list for base in words_of(decorated)}


def test_every_public_function_and_class_is_reached_by_a_test():
    missing = [str(one) for one in unreached() if not one.name.startswith("_")]
    assert not missing, "\n".join(missing)


def test_the_search_finds_what_nobody_reaches(monkeypatch):
    every, outside = definitions()
    source = ast.parse("def lonely_function(): pass\ndef called_by_it(): lonely_function()")
    path = python_files("mapping")[0]
    added = [Definition(path, node) for node in source.body]
    added[0].name, added[1].name = "".join(["lonely", "_one"]), "".join(["lonely", "_other"])
    monkeypatch.setattr("tests.test_reached.definitions", lambda: ([*every, *added], outside))
    assert len(every) > 300
    assert [one.name for one in unreached() if one in added] == [one.name for one in added]


def test_every_module_of_the_program_is_named_by_a_test_or_by_one_that_is():
    """A module nobody imports is dead: only commands, apps, admin, settings and template tags are found by name."""
    by_name = re.compile(r"/(commands|templatetags|admin)/|/(apps|admin|settings|wsgi|\w*urls|__main__|models)\.py")
    imported = set()
    for path in [*python_files(*ROOMS), *python_files("tests")]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and not node.level:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                here = path.relative_to(ROOT).parts[: -node.level]
                imported |= {".".join([*here, *filter(None, [node.module])])}
                imported |= {".".join([*here, *filter(None, [node.module]), alias.name]) for alias in node.names}
    settings = "".join((ROOT / "mapping" / name).read_text() for name in ("settings.py", "account_settings.py"))
    for path in python_files(*ROOMS):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not by_name.search("/" + short(path)) and path.read_text():
            assert name in imported or name in settings or f"{name}." in " ".join(imported), short(path)
