"""A published number beside a computed one."""

from decimal import Decimal

import pytest

from commons.figures.verdicts import Kind, Number, ratio, verdict


def said(value: str, computed: str | None, digit: str = "1", qualifier: str = "exact", **more) -> Kind:
    published = Number(Decimal(value), "count", last_digit=Decimal(digit), qualifier=qualifier)
    number = Number(None if computed is None else Decimal(computed), **({"unit": "count"} | more))
    found = verdict(published, number)
    assert found.reason
    return found.kind


@pytest.mark.parametrize(
    ("value", "computed", "digit", "expected"),
    [
        ("784", "784", "1", Kind.MATCH),
        ("7.9", "7.85", "0.1", Kind.MATCH_ROUNDING),  # half of the last digit is still within
        ("7.9", "7.95", "0.1", Kind.MATCH_ROUNDING),
        ("7.9", "7.8499", "0.1", Kind.DIFFERS),
        ("120", "118", "1", Kind.DIFFERS),
        ("27", "42", "1", Kind.DIFFERS),
        ("163", None, "1", Kind.NOT_COMPUTABLE),
    ],
)
def test_the_half_of_the_last_digit_decides(value, computed, digit, expected):
    assert said(value, computed, digit) == expected


def test_over_is_kept_by_whatever_is_more_and_broken_by_less():
    assert said("730", "784", "10", "over") == Kind.MATCH
    assert said("730", "700", "10", "over") == Kind.DIFFERS


def test_about_does_not_widen_the_half_of_the_last_digit():
    assert said("55", "56.25", qualifier="about") == Kind.DIFFERS
    assert said("55", "55.5", qualifier="about") == Kind.MATCH_ROUNDING


@pytest.mark.parametrize("unlike", [{"unit": "euro"}, {"part": "budget"}])
def test_unlike_things_are_not_compared(unlike):
    assert said("784", "784", **unlike) == Kind.NOT_COMPARABLE


def test_different_figures_and_periods_are_not_compared():
    one = Number(Decimal(63), "count", "programme-projects", period=(None, None))
    assert verdict(one, Number(Decimal(50), "count", "programme-pacts")).kind == Kind.NOT_COMPARABLE
    euro = Number(Decimal(843_000), "euro", period=("2015", "2018"))
    assert verdict(euro, Number(Decimal(1), "euro", period=("2016", "2018"))).kind == Kind.NOT_COMPARABLE


def test_a_ratio_of_nothing_is_nothing():
    assert ratio(Decimal(843_000), Decimal(163)).quantize(Decimal("0.01")) == Decimal("5171.78")
    assert ratio(Decimal(1), Decimal(0)) is None and ratio(None, Decimal(1)) is None
