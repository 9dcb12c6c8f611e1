"""What people type into a proposal: cleaned as every text here, in one line or in several."""

from neighbourhoods.plain_text import plain


def clean_text(text: str, lines: bool = False) -> str:
    """The text in normal form, without control characters, direction overrides and zero-width signs.

    `lines` keeps line ends (as "\\n") and tabs; otherwise all white space becomes single blanks.
    """
    text = plain(text.replace("\0", "").encode("utf-8", "ignore").decode())
    return text if lines else " ".join(text.split())
