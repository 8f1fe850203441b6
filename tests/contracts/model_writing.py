"""What every Prompts does; `two_versions` has versions "1" and "2" of the prompt `lesson`, the first active."""

import pytest

from modules.model_writing.interface import BadSplitError, NothingToRollBackError, Prompts, UnknownPromptError

SEEDS = [f"seed {number}" for number in range(400)]


async def shares_of(prompts: Prompts) -> dict[str, int]:
    return {one.version: one.percent for one in await prompts.versions()}


class PromptsContract:
    """Inherit it, and give the fixture `two_versions`."""

    async def test_one_version_writes_as_delivered(self, two_versions: Prompts) -> None:
        assert await shares_of(two_versions) == {"1": 100, "2": 0}
        assert await two_versions.choice("lesson", "any") == "1"

    async def test_an_activated_version_writes_all(self, two_versions: Prompts) -> None:
        await two_versions.activate("lesson", "2")
        assert await shares_of(two_versions) == {"1": 0, "2": 100}
        assert {await two_versions.choice("lesson", seed) for seed in SEEDS[:20]} == {"2"}

    async def test_a_split_falls_by_seed_and_stays(self, two_versions: Prompts) -> None:
        await two_versions.split("lesson", "2", 30)
        assert await shares_of(two_versions) == {"1": 70, "2": 30}
        first = [await two_versions.choice("lesson", seed) for seed in SEEDS]
        assert 0.2 < first.count("2") / len(SEEDS) < 0.4
        assert [await two_versions.choice("lesson", seed) for seed in SEEDS] == first
        await two_versions.split("lesson", "2", 60)
        later = [await two_versions.choice("lesson", seed) for seed in SEEDS]
        assert all(now == "2" for before, now in zip(first, later, strict=True) if before == "2")

    async def test_going_back_goes_back_step_by_step(self, two_versions: Prompts) -> None:
        await two_versions.split("lesson", "2", 30)
        await two_versions.activate("lesson", "2")
        await two_versions.activate("lesson", "2")
        await two_versions.rollback("lesson")
        assert await shares_of(two_versions) == {"1": 70, "2": 30}
        await two_versions.rollback("lesson")
        assert await shares_of(two_versions) == {"1": 100, "2": 0}
        with pytest.raises(NothingToRollBackError):
            await two_versions.rollback("lesson")
        await two_versions.activate("lesson", "2")
        await two_versions.rollback("lesson")
        assert await shares_of(two_versions) == {"1": 100, "2": 0}

    async def test_what_is_refused(self, two_versions: Prompts) -> None:
        for percent in (0, 100, -1):
            with pytest.raises(BadSplitError):
                await two_versions.split("lesson", "2", percent)
        with pytest.raises(BadSplitError):
            await two_versions.split("lesson", "1", 50)
        for name, version in (("lesson", "9"), ("poem", "1"), ("../lesson", "1")):
            with pytest.raises(UnknownPromptError):
                await two_versions.activate(name, version)
        assert await shares_of(two_versions) == {"1": 100, "2": 0}
