"""The colours and marks that the server draws with: one source for drawings, and for the formats that carry a look.

A drawing names its colours and follows the reader's light or dark preference; `printed` puts the light ones in, for
readers that know no such names.
"""

import re
from functools import cache

from django.conf import settings

STYLE = """
svg{--ground:#efece4;--land:#faf8f4;--water:#cfe0e8;--street:#e7e1d5;--edge:#a89f8c;--soft:#4c5b64;--ink:#1b2a33;--surface:#fff;
--building:#b4402c;--house:#6a3d9a;--proposal:#8a5a00;--pact:#246b47;--event:#1f5fa8;--need:#a02568;
--project:#4c6414;--idea:#7a4630;--figure:#0b5f6b;--accent:#0b5f6b}
@media(prefers-color-scheme:dark){svg{--ground:#1f2a31;--land:#12191e;--water:#16303c;--street:#2a363f;--edge:#566770;--soft:#b4c0c6;
--ink:#eef1ef;--surface:#1a242b;--building:#f0907c;--house:#c6a5ee;--proposal:#e3b458;--pact:#7ccb9f;--event:#8fbbf0;--need:#f29ac4;--project:#b9d36a;--idea:#e0b49b;--figure:#6cc5d1;
--accent:#6cc5d1}}
.ground{fill:var(--ground)}.land{fill:var(--land)}
.waters{fill:var(--water);stroke:var(--water);stroke-width:2}.waters .line{fill:none;stroke-width:5}
.streets{fill:none;stroke:var(--street);stroke-width:1.5;stroke-linecap:round}
.territories{fill:none;stroke:var(--edge);stroke-width:1}
text{font-family:Titillium Web,system-ui,sans-serif;font-weight:600;text-anchor:middle}
.names{font-size:12px;fill:var(--soft);paint-order:stroke;stroke:var(--land);stroke-width:3px;stroke-linejoin:round}
.shape{fill-opacity:.15;stroke-width:2}.shape .line{fill:none}
.shape .hollow{fill-opacity:.04}.shape .half{fill-opacity:.3}.shape .full{fill-opacity:.6}
.shape .dashed{fill-opacity:.04;stroke-dasharray:5 4}
.marks{fill:none;stroke:none}
.many circle{fill:var(--surface);stroke-width:3}.many .arc{fill:none}
.counts{font-size:13px;fill:var(--ink)}
.here{fill:var(--accent);fill-opacity:.12;stroke:var(--accent);stroke-width:2.5}
.halo{fill:none;stroke:var(--accent);stroke-width:3}
"""
KINDS = ("building", "house", "proposal", "pact", "event", "need", "project", "idea", "figure")
EDGES = {"territory": "edge", "street": "street", "water": "water"}


@cache
def style() -> str:
    """The style of a drawing, on one line."""
    kinds = "".join(f".{kind}{{fill:var(--{kind});stroke:var(--{kind})}}" for kind in KINDS)
    return ".shape{fill:var(--soft);stroke:var(--soft)}" + kinds + STYLE.replace("\n", "")


@cache
def palette() -> dict[str, str]:
    """The named colours of the map in light, as #rrggbb."""
    found = re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})", STYLE.partition("@media")[0])
    return {
        name: colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:]) for name, colour in found
    }


@cache
def symbols() -> dict[str, str]:
    """The marks by kind, from the one file that holds their shapes."""
    text = (settings.BASE_DIR / "static" / "img" / "marks.svg").read_text()
    return {found[1]: found[0] for found in re.finditer(r'<symbol id="(\w+)".*?</symbol>', text, re.DOTALL)}


@cache
def symbol(kind: str, fill: str) -> str:
    """The mark of a kind in a state, as a symbol called `kind-fill` that names its colours."""
    ink = f"var(--{kind})" if kind in KINDS else "var(--soft)"
    called = symbols()[kind].replace(f'id="{kind}"', f'id="{kind}-{fill}"', 1)
    return re.sub(r">\s+<", "><", filled(called, variables(fill, ink, "var(--surface)")))


def variables(fill: str, ink: str, paper: str) -> dict[str, str]:
    """What the variables of a shape stand for in a state: hollow, half, full or dashed."""
    said = {"mark-paper": paper, "mark-casing": paper, "mark-ink": ink}
    return said | {"half": {"mark-half": ink}, "full": {"mark-full": ink}, "dashed": {"mark-dash": "4 3"}}.get(fill, {})


def filled(shapes: str, values: dict[str, str]) -> str:
    """Shapes with their variables replaced; one without a value by what the shape says for that case."""
    return re.sub(r"var\(--([\w-]+)(?:, ([^)]*))?\)", lambda m: values.get(m[1], m[2] or "none"), shapes)


def printed(drawing: str) -> str:
    """A drawing with the light colours in place of their names."""
    return filled(re.sub(r"@media\(prefers-color-scheme:dark\)\{svg\{.*?\}\}|svg\{--.*?\}", "", drawing), palette())
