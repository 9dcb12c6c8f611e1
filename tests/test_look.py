"""One visual language: colours live in one file, carry their contrast, and no rule knows left from right."""

import json
import re

import pytest

from tests.source import ROOT

CSS = ROOT / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
SHEETS = sorted(path for path in CSS.rglob("*.css") if path.name != "tokens.css")
ITALIA = ROOT / "node_modules" / "design-tokens-italia" / "dist" / "css" / "variables.css"
NAMED = "white|black|red|green|blue|gray|grey|silver|orange|yellow|purple"
COLOUR = re.compile(rf"#[0-9a-fA-F]{{3,8}}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(|:\s*(?:{NAMED})\b")
SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"(?<![\w-])(?:{SIDES}|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:{SIDES})[a-z-]*"
    rf"|border-(?:top|bottom)-(?:left|right)-radius|(?:min-|max-)?(?:width|height))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
# What is drawn over what. Text needs 4.5, a mark or the ring of the focus 3.
KINDS = ("building", "house", "proposal", "pact", "event", "need", "project", "idea", "figure")
GROUNDS = ("paper", "surface", "ground")
TEXTS = {
    **{name: (*GROUNDS, "wash") for name in ("ink", "soft", "accent", "accent-strong")},
    "danger": ("paper", "surface", "danger-wash"),
    **{name: ("paper", "surface") for name in KINDS},
    "on-accent": ("accent", "accent-strong"),
    "on-band": ("band",),
}
WASHES = {"ink": ("danger-wash", "notice-wash", "good-wash")}
MARKS = dict.fromkeys((*KINDS, "accent", "soft"), GROUNDS)


def bare(text: str) -> str:
    """A sheet without its comments and without the conditions of its media."""
    return re.sub(r"@(?:media|supports|container)[^{]*", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def palette(dark: bool) -> dict[str, str]:
    light, _, rest = TOKENS.partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", rest.partition("@media")[0])) if dark else found


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, from #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_as_the_guidelines_count_it():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_and_every_mark_stands_out_from_what_is_under_it(dark):
    colours = palette(dark)
    pairs = [(4.5, text, ground) for table in (TEXTS, WASHES) for text, grounds in table.items() for ground in grounds]
    pairs += [(3.0, mark, ground) for mark, grounds in MARKS.items() for ground in grounds]
    assert len(pairs) > 50
    weak = {
        f"{one} on {other}": round(found, 2)
        for least, one, other in pairs
        if (found := contrast(colours[one], colours[other])) < least
    }
    assert weak == {}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_are_named_in_the_tokens_and_nowhere_else(path):
    assert [line.strip() for line in bare(path.read_text()).splitlines() if COLOUR.search(line)] == []


@pytest.mark.parametrize("path", [CSS / "tokens.css", *SHEETS], ids=lambda path: path.name)
def test_rules_speak_of_the_start_of_a_line_never_of_the_left(path):
    assert [line.strip() for line in bare(path.read_text()).splitlines() if PHYSICAL.search(line)] == []


def test_every_token_that_a_rule_names_is_there():
    text = "\n".join(bare(path.read_text()) for path in [CSS / "tokens.css", *SHEETS])
    scripts = "\n".join(path.read_text() for path in (ROOT / "static").rglob("*.js"))
    told = set(re.findall(r"(--[\w-]+)\s*:", text)) | set(re.findall(r"[\"'](--[\w-]+)[\"']", scripts))
    strange = {"--darkened-bg", "--body-quiet-color"}  # of Django's administration
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used - told - strange == set()


def test_dark_names_every_colour_that_light_names():
    kept = {"white", "black", "night", "on-night"}
    light = set(re.findall(r"--([\w-]+):\s*#", TOKENS.partition("@media screen")[0])) - kept
    dark = set(re.findall(r"--([\w-]+):\s*#", TOKENS.partition("@media screen")[2].partition("@media")[0]))
    assert light == dark


def test_spaces_and_lines_are_steps_of_the_scale_of_italian_public_sites():
    if not ITALIA.exists():
        pytest.skip("the package design-tokens-italia is installed with the development packages only")
    scale = ITALIA.read_text()
    steps = {int(px) for px in re.findall(r"--it-spacing-\d+x: (\d+)px", scale)}
    ours = {int(px) for px in re.findall(r"--space-\d+: (\d+)px", TOKENS)}
    assert ours and ours <= steps
    assert re.search(r"--it-font-sans: '([^']+)'", scale).group(1) in TOKENS
    leading = {float(one) for one in re.findall(r"--it-font-leading-\d: ([\d.]+)", scale)}
    base = (CSS / "base.css").read_text()
    assert {1.2, 1.5} <= leading and "line-height: 1.2" in base and "/ 1.5 var(--reading)" in base


def test_the_names_of_spaces_are_their_sizes():
    assert all(name == px for name, px in re.findall(r"--space-(\d+): (\d+)px", TOKENS))


def test_the_package_of_the_scale_weighs_nothing_on_a_page():
    wanted = json.loads((ROOT / "package.json").read_text())
    assert "design-tokens-italia" in wanted["devDependencies"]
    assert "design-tokens-italia" not in wanted["dependencies"]
