"""What people type, made plain: the same for text from anywhere, which is never refused."""

from neighbourhoods.plain_text import plain

__all__ = ["clean_text", "plain"]


def clean_text(text: str, lines: bool = False) -> str:
    """The same for text from anywhere, which is never refused: NUL and half characters are left out.

    `lines` keeps line ends (as "\\n") and tabs; otherwise all white space becomes single blanks.
    """
    text = plain(text.replace("\0", "").encode("utf-8", "ignore").decode())
    return text if lines else " ".join(text.split())
