"""What a lesson costs by modality."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from typing_extensions import override

from modules.integrations.interface import PriceBook, UnknownPriceError
from modules.kernel.interface import Modality

_PRICES_USD: Final[Mapping[Modality, Decimal]] = MappingProxyType(
    {Modality.TEXT: Decimal("0.005"), Modality.AUDIO: Decimal("0.012"), Modality.VIDEO: Decimal("0.183")}
)


class DefaultPriceBook(PriceBook):
    """The list prices per lesson; a change of any of them gets a new version."""

    version = "2026-01"

    @override
    def price_usd(self, modality: Modality) -> Decimal:
        try:
            return _PRICES_USD[modality]
        except KeyError:
            raise UnknownPriceError(
                f"price book {self.version} has no price for {modality!r}; a new version of it must name one"
            ) from None
