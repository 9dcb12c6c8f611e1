"""Numbers to quote that nobody can guess: the receipt of a message, the tracking code of a need."""

import secrets

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
LENGTH = 14


def new_code() -> str:
    """Like 7F3K-92QD-XMPR: too many of them to guess one."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(3))


def typed_code(typed: str) -> str:
    """A code as somebody types it, small letters and blanks for dashes, as it was given."""
    letters = "".join(sign for sign in typed.upper() if sign in LETTERS)[: LENGTH + 1]
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
