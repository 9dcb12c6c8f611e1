"""What somebody typed into the search box: words, and maybe a house number at their end."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from mapping.query import parse_search

HOUSE_NUMBER = re.compile(
    r"[\s,]+(?:n\.?°? ?|civico )?(?P<number>\d{1,4}) ?[/-]? ?(?P<letter>[a-z]{1,3})?$", re.IGNORECASE | re.ASCII
)
NAMED = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True)
class Question:
    """`street`, `number` and `door` ("12", then "12/A") are set where the end can be a house number."""

    text: str
    street: str = ""
    number: str = ""
    door: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises Problem (400) for a text that is too long."""
        words = parse_search(text)
        found = HOUSE_NUMBER.search(words)
        street = words[: found.start()] if found else ""
        if not NAMED.search(street):
            return cls(words)
        number = found["number"].lstrip("0") or "0"
        return cls(words, street, number, f"{number} {found['letter'] or ''}".strip())


def folded(text: str) -> str:
    """A text as it is compared, letter for letter: the result has as many characters as the text."""
    return "".join(fold(one) for one in text)


def fold(character: str) -> str:
    """One small letter without its accents; a blank for what is neither letter nor figure."""
    plain = unicodedata.normalize("NFKD", character)[0].lower()[:1]
    return plain if plain.isalnum() else " "


def marked(text: str, asked: str) -> list[tuple[str, bool]]:
    """The text in pieces, with those that answer what was asked: the beginnings of its words, or a whole word that is
    one of them in another form ("scuola" for "scuole") or nearly so ("Garibaldi" for "garibladi")."""
    words = folded(asked).split()
    words = [word for word in words if len(word) > 1] or words
    plain, ends = folded(text), []
    for word in re.finditer(r"\S+", plain):
        if length := max((answers(word[0], one) for one in words), default=0):
            ends.append((word.start(), word.start() + length))
    pieces, at = [], 0
    for start, end in ends:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def answers(word: str, asked: str) -> int:
    """How many letters of a word answer what was asked; none for little words."""
    if word.startswith(asked):
        return len(asked)
    if min(len(word), len(asked)) < 4:
        return 0
    stem = min(len(word), len(asked)) - 2
    near = abs(len(word) - len(asked)) < 3
    if near and word[: max(stem, 3)] == asked[: max(stem, 3)]:
        return len(word)
    return len(word) if near and alike(word, asked) else 0


def alike(one: str, other: str) -> bool:
    """Whether two words share most of their groups of three letters."""

    def threes(word: str) -> set[str]:
        padded = f"  {word} "
        return {padded[at : at + 3] for at in range(len(padded) - 2)}

    return len(threes(one) & threes(other)) * 2 >= min(len(threes(one)), len(threes(other)))
