"""A fake of model_writing: versions in memory."""

from typing_extensions import override

from modules.model_writing.domain import shares
from modules.model_writing.interface import (
    NothingToRollBackError,
    Prompts,
    PromptVersion,
    Share,
    UnknownPromptError,
)


class FakePrompts(Prompts):
    """Versions "1" and "2" of the prompt `lesson`, the first of them active."""

    def __init__(self) -> None:
        self._states: list[tuple[Share, ...]] = [shares.whole("1")]

    @override
    async def versions(self) -> tuple[PromptVersion, ...]:
        percent = {one.version: one.percent for one in self._states[-1]}
        return tuple(
            PromptVersion(name="lesson", version=one, percent=percent.get(one, 0), change=f"Version {one}.")
            for one in ("1", "2")
        )

    @override
    async def activate(self, name: str, version: str) -> None:
        _known(name, version)
        self._to(shares.whole(version))

    @override
    async def split(self, name: str, version: str, percent: int) -> None:
        _known(name, version)
        self._to(shares.split(self._states[-1], version, percent))

    @override
    async def rollback(self, name: str) -> None:
        _known(name, "1")
        if len(self._states) == 1:
            raise NothingToRollBackError("nothing was activated")
        self._states.pop()

    @override
    async def choice(self, name: str, seed: str) -> str:
        _known(name, "1")
        return shares.chosen(self._states[-1], seed)

    def _to(self, state: tuple[Share, ...]) -> None:
        if state != self._states[-1]:
            self._states.append(state)


def _known(name: str, version: str) -> None:
    if name != "lesson" or version not in {"1", "2"}:
        raise UnknownPromptError(f"{name} {version}")
