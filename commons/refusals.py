"""Why a move is not made: each refusal says it in words, and has the status that a program gets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """Something that is not there yet: the field it belongs to and a sentence that says how to mend it."""

    field: str
    words: str


class Refused(Exception):
    """The move cannot be made yet: `missing` says what is needed. 400."""

    status = 400

    def __init__(self, missing: list[Missing] | str) -> None:
        self.missing = [Missing("", missing)] if isinstance(missing, str) else missing
        super().__init__(" ".join(one.words for one in self.missing))


class NotAllowed(Refused):
    """This person may not make this move. 403."""

    status = 403


class NotPossible(Refused):
    """The move does not lead from the present state. 409."""

    status = 409
