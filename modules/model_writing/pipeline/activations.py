"""Which version of a prompt writes: as delivered, until an operator says otherwise."""

from typing_extensions import override

from modules.kernel.interface import Clock, Database, Transaction
from modules.model_writing.domain import shares
from modules.model_writing.interface import NothingToRollBackError, Prompts, PromptVersion, Share
from modules.model_writing.pipeline.prompt_files import DeliveredPrompts
from modules.model_writing.repository import ActivationRepository


class StoredPrompts(Prompts):
    """On PostgreSQL, one change at a time."""

    def __init__(
        self, *, database: Database, clock: Clock, files: DeliveredPrompts, repository: ActivationRepository
    ) -> None:
        self._database = database
        self._clock = clock
        self._files = files
        self._repository = repository

    @override
    async def versions(self) -> tuple[PromptVersion, ...]:
        found: list[PromptVersion] = []
        async with self._database.transaction() as tx:
            for name in self._files.names():
                percent = {one.version: one.percent for one in await self._shares(name, tx)}
                found += [
                    PromptVersion(
                        name=name,
                        version=version,
                        percent=percent.get(version, 0),
                        change=self._files.change(name, version),
                    )
                    for version in self._files.versions(name)
                ]
        return tuple(found)

    @override
    async def activate(self, name: str, version: str) -> None:
        self._files.template(name, version)
        await self._written(name, shares.whole(version))

    @override
    async def split(self, name: str, version: str, percent: int) -> None:
        self._files.template(name, version)
        async with self._database.transaction() as tx:
            await self._repository.lock(tx=tx)
            made = shares.split(await self._shares(name, tx), version, percent)
            await self._add(name, made, tx)

    @override
    async def rollback(self, name: str) -> None:
        self._files.versions(name)
        async with self._database.transaction() as tx:
            await self._repository.lock(tx=tx)
            newest = await self._repository.newest(name, tx=tx)
            if newest is None or not newest.shares:
                raise NothingToRollBackError(f"prompt {name} is as it was delivered; there is nothing to go back to")
            before = await self._repository.by_id(newest.before_id, tx=tx) if newest.before_id else None
            back, further = (before.shares, before.before_id) if before else ((), None)
            await self._repository.add(name, back, further, self._clock.now(), tx=tx)

    @override
    async def choice(self, name: str, seed: str) -> str:
        async with self._database.transaction() as tx:
            version = shares.chosen(await self._shares(name, tx), seed)
        return self._files.known(name, version)

    async def _written(self, name: str, made: tuple[Share, ...]) -> None:
        async with self._database.transaction() as tx:
            await self._repository.lock(tx=tx)
            await self._add(name, made, tx)

    async def _add(self, name: str, made: tuple[Share, ...], tx: Transaction) -> None:
        newest = await self._repository.newest(name, tx=tx)
        if newest is None or newest.shares != made:
            await self._repository.add(name, made, newest.id if newest else None, self._clock.now(), tx=tx)

    async def _shares(self, name: str, tx: Transaction) -> tuple[Share, ...]:
        newest = await self._repository.newest(name, tx=tx)
        return newest.shares if newest and newest.shares else shares.whole(self._files.default(name))
