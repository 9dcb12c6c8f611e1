"""What people type, made safe to keep: nothing invisible, nothing that turns a line round, no tower of accents."""

import re
import unicodedata

INVISIBLE = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB}
JOINERS = {0x200C, 0x200D}  # some scripts and emoji are written with them
TOWER = re.compile(r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f]+")


def clean_text(text: str, lines: bool = False) -> str:
    """The text in normal form, without control characters, direction overrides and zero-width signs.

    `lines` keeps line ends (as "\\n") and tabs; otherwise all white space becomes single blanks.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign for sign in text if _stays(sign))
    kept = TOWER.sub(r"\1", kept)
    return kept.strip() if lines else " ".join(kept.split())


def _stays(sign: str) -> bool:
    if sign in "\n\t":
        return True
    code = ord(sign)
    return unicodedata.category(sign) not in {"Cc", "Cs"} and (code not in INVISIBLE or code in JOINERS)
