"""The registry of models: `models.json`, and what the operator says of a server of their own."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from typing_extensions import override

from modules.language_models.interface import (
    ModelEntry,
    ModelRegistry,
    RetiredModelError,
    TokenPrice,
    UnknownModelPriceError,
    Usage,
)

_FILE: Final = files("modules.language_models") / "models.json"
_MILLION: Final = 1_000_000


class FileModelRegistry(ModelRegistry):
    """The registry that comes with Vividly. `own_prices`: what the operator says that models cost; they come first."""

    def __init__(self, *, own_prices: Mapping[str, TokenPrice]) -> None:
        listed, version = _read()
        self._entries = {entry.id: entry for entry in listed}
        self._own = own_prices
        self.version = f"{version}+own" if own_prices else version

    @override
    def models(self) -> tuple[ModelEntry, ...]:
        return tuple(sorted(self._entries.values(), key=lambda entry: (entry.provider, entry.id)))

    @override
    def check(self, model_id: str, *, today: date) -> None:
        self._price(model_id)
        entry = self._entries.get(model_id)
        if entry is not None and model_id not in self._own and entry.sunset is not None and today > entry.sunset:
            instead = f"take {entry.replacement}" if entry.replacement else "take another"
            raise RetiredModelError(f"{model_id} was switched off after {entry.sunset}; {instead}")

    @override
    def cost_usd(self, model_id: str, usage: Usage) -> Decimal:
        price = self._price(model_id)
        return (usage.input_tokens * price.input_usd + usage.output_tokens * price.output_usd) / _MILLION

    def _price(self, model_id: str) -> TokenPrice:
        if model_id in self._own:
            return self._own[model_id]
        if model_id in self._entries:
            return self._entries[model_id].price
        raise UnknownModelPriceError(
            f"nobody has said what the model {model_id!r} costs: set VIVIDLY_MODEL_INPUT_USD and"
            f" VIVIDLY_MODEL_OUTPUT_USD per million tokens (0 for a server of your own), or take"
            f" one of {', '.join(sorted(self._entries))}"
        )


@cache
def _read() -> tuple[tuple[ModelEntry, ...], str]:
    read = json.loads(_FILE.read_text("utf-8"))
    return tuple(map(_entry, read["models"])), read["version"]


def _entry(read: Mapping[str, Any]) -> ModelEntry:
    return ModelEntry(
        id=read["id"],
        provider=read["provider"],
        price=TokenPrice(input_usd=Decimal(read["input_usd"]), output_usd=Decimal(read["output_usd"])),
        reasons=read["reasons"],
        sunset=date.fromisoformat(read["sunset"]) if read["sunset"] else None,
        replacement=read["replacement"],
    )
