"""AND, OR, NOT and brackets of a filter in CQL2 text, read here in one pass; what stands between them is left to the
library.

The library reads a bracket twice where it cannot know what is inside, so that time doubles with every open one: twenty
of them would hold a worker for ten seconds. Read like this, it never sees more than a few.
"""

import re
from typing import Any

from mapping.query import bad

TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|[^\W\d]\w*|[()]|\s+|.", re.DOTALL)
WORD = re.compile(r"[^\W\d]\w*")
JOINS = {"and", "or"}
DEEPEST = 60  # brackets and negations within each other
DEEPEST_INSIDE = 3  # brackets that the library may see within each other, less those of functions and shapes
BEFORE_BRACKET = {"and", "or", "not", "in", "between", "like", "is", "div"}  # words that are no function


class Clauses:
    """The clauses of one filter. `read` gives what CQL2 as JSON would say, with a text for each clause."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(text)
        self.at = 0
        self.deep = 0

    def read(self) -> Any:
        found = self.joined("or")
        if self.at < len(self.tokens):
            raise bad("filter", "closes a bracket that it never opened")
        return found

    def word(self, at: int | None = None) -> str:
        """The next token that is no space, in small letters; empty at the end."""
        at = self.skipped(self.at if at is None else at)
        return self.tokens[at].lower() if at < len(self.tokens) else ""

    def skipped(self, at: int) -> int:
        while at < len(self.tokens) and self.tokens[at].isspace():
            at += 1
        return at

    def step(self) -> None:
        self.at = self.skipped(self.at) + 1

    def joined(self, name: str) -> Any:
        """Clauses joined by `or`, each of clauses joined by `and`."""
        found = [self.joined("and") if name == "or" else self.negated()]
        while self.word() == name:
            self.step()
            found.append(self.joined("and") if name == "or" else self.negated())
        return found[0] if len(found) == 1 else {"op": name, "args": found}

    def negated(self) -> Any:
        """A clause, a bracket around clauses, or the opposite of either."""
        if self.word() != "not" and not (self.word() == "(" and self.is_group()):
            return self.clause()
        self.deep += 1
        if self.deep > DEEPEST:
            raise bad("filter", f"has more than {DEEPEST} brackets or negations within each other")
        if self.word() == "not":
            self.step()
            found: Any = {"op": "not", "args": [self.negated()]}
        else:
            self.step()
            found = self.joined("or")
            if self.word() != ")":
                raise bad("filter", "opens a bracket that it never closes")
            self.step()
        self.deep -= 1
        return found

    def is_group(self) -> bool:
        """Whether the bracket that opens here is around whole clauses: after its end comes AND, OR, or the end."""
        return self.word(self.closing(self.skipped(self.at)) + 1) in {*JOINS, ")", ""}

    def closing(self, at: int) -> int:
        """Where the bracket that opens at a token closes; the end of the text when it never does."""
        open_ = 0
        for index in range(at, len(self.tokens)):
            open_ += {"(": 1, ")": -1}.get(self.tokens[index], 0)
            if open_ == 0:
                return index
        return len(self.tokens)

    def clause(self) -> str:
        """The text up to the next AND or OR that is none of BETWEEN, or the bracket that ends it."""
        start, open_, between = self.at, [], 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at].lower()
            if token == "(":
                open_.append(self.is_plain_bracket())
                if sum(open_) > DEEPEST_INSIDE or len(open_) > DEEPEST:
                    raise bad("filter", "has too many brackets within each other")
            elif token == ")" and open_:
                open_.pop()
            elif token == ")" or (token in JOINS and not open_ and not (token == "and" and between)):
                break
            elif not open_ and token in {"between", "and"}:
                between += 1 if token == "between" else -1
            self.at += 1
        found = "".join(self.tokens[start : self.at]).strip()
        if not found or open_:
            raise bad("filter", "lacks a condition" if not found else "opens a bracket that it never closes")
        return found

    def is_plain_bracket(self) -> bool:
        """Whether the bracket here belongs to no function and no shape."""
        before = self.at - 1
        while before >= 0 and self.tokens[before].isspace():
            before -= 1
        word = self.tokens[before].lower() if before >= 0 else ""
        return not WORD.fullmatch(word) or word in BEFORE_BRACKET
