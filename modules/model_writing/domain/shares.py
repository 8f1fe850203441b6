"""How versions of a prompt share the lessons."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from modules.model_writing.interface import BadSplitError, Share

ALL: Final = 100


def whole(version: str) -> tuple[Share, ...]:
    """One version for all lessons."""
    return (Share(version=version, percent=ALL),)


def split(shares: Sequence[Share], version: str, percent: int) -> tuple[Share, ...]:
    """A version beside the one that writes most. Raises BadSplitError."""
    if not 0 < percent < ALL:
        raise BadSplitError("a version's share is a whole number from 1 to 99; to give it all lessons, activate it")
    others = [share for share in shares if share.version != version]
    if not others:
        raise BadSplitError(f"version {version} writes all lessons already; split with another one")
    most = max(others, key=lambda share: share.percent)
    return (Share(version=most.version, percent=ALL - percent), Share(version=version, percent=percent))


def chosen(shares: Sequence[Share], seed: str) -> str:
    """The version of a seed. Seeds that one version had keep it when its share grows."""
    place = int(sha256(seed.encode()).hexdigest()[:8], 16) % ALL
    for share in shares:
        if place < share.percent:
            return share.version
        place -= share.percent
    return shares[-1].version
