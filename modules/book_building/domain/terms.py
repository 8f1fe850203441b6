"""On what terms a revision may take the place of the one that serves."""

from collections.abc import Sequence

from modules.book_building.interface import LicenceChangedError, QualityRefusedError
from modules.chunking.interface import QualityReport
from modules.textbooks.interface import BookMeta


def is_named(licence: str, allowed: Sequence[str]) -> str:
    """The operator's word for this licence, with or without its version; empty when they named none."""
    plain = _plain(licence)
    return next((name for name in allowed if plain == _plain(name) or plain.startswith(f"{_plain(name)} ")), "")


def refuse_other_licence(meta: BookMeta, *, revision: str, licence: str, allowed: Sequence[str]) -> None:
    """Raises LicenceChangedError unless the licence is the one that serves, or named."""
    if _plain(meta.license) != _plain(licence) and not is_named(meta.license, allowed):
        raise LicenceChangedError(
            f"{meta.title}: revision {revision} serves under {licence}, revision {meta.edition} comes under"
            f" {meta.license}; allow {meta.license!r} by name if lessons may be made under it"
        )


def refuse_poor(meta: BookMeta, quality: QualityReport) -> None:
    """Raises QualityRefusedError with every figure that is out of bounds."""
    if not quality.passed:
        raise QualityRefusedError(
            f"{meta.title}, revision {meta.edition}, is not good enough to teach from: {'; '.join(quality.reasons)}."
            " Mend the source and import it again, or accept it as it is with --accept-quality"
        )


def _plain(licence: str) -> str:
    return " ".join(licence.casefold().split())
