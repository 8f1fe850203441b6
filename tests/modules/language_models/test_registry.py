"""Models, until when, and what they cost."""

from datetime import date
from decimal import Decimal

import pytest

from modules.language_models.factory import create_model_registry
from modules.language_models.interface import RetiredModelError, TokenPrice, UnknownModelPriceError, Usage

OWN = {"mine": TokenPrice(input_usd=Decimal(0), output_usd=Decimal(0))}
REGISTRY = create_model_registry(own_prices={})


@pytest.mark.unit
def test_a_million_tokens_cost_their_list_price() -> None:
    usage = Usage(input_tokens=1_000_000, output_tokens=2_000_000)
    assert REGISTRY.cost_usd("gemini-3.5-flash-lite", usage) == Decimal("5.3")
    assert REGISTRY.cost_usd("gpt-4o-mini", Usage(input_tokens=1)) == Decimal("0.00000015")


@pytest.mark.unit
def test_an_unknown_price_is_an_error_that_says_what_to_set() -> None:
    for ask in (lambda: REGISTRY.cost_usd("mine", Usage()), lambda: REGISTRY.check("mine", today=date(2026, 11, 25))):
        with pytest.raises(UnknownModelPriceError, match="VIVIDLY_MODEL_INPUT_USD"):
            ask()


@pytest.mark.unit
def test_the_operators_own_price_comes_first_and_has_its_own_version() -> None:
    own = create_model_registry(own_prices=OWN)
    own.check("mine", today=date(2026, 11, 25))
    assert own.cost_usd("mine", Usage(input_tokens=5, output_tokens=5)) == 0
    assert own.version != REGISTRY.version


@pytest.mark.unit
def test_a_model_is_refused_on_the_day_after_its_last() -> None:
    REGISTRY.check("gemini-2.5-flash", today=date(2026, 10, 16))
    with pytest.raises(RetiredModelError, match=r"gemini-3\.5-flash-lite"):
        REGISTRY.check("gemini-2.5-flash", today=date(2026, 10, 17))


@pytest.mark.unit
def test_every_replacement_is_a_model_that_lives_longer() -> None:
    known = {entry.id: entry for entry in REGISTRY.models()}
    assert len(known) >= 8
    for entry in known.values():
        assert entry.price.input_usd > 0 < entry.price.output_usd
        if entry.replacement:
            later = known[entry.replacement]
            assert later.provider == entry.provider
            assert entry.sunset is not None
            assert later.sunset is None or later.sunset > entry.sunset
