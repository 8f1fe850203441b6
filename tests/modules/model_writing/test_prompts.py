"""Prompt files, their check, and which version writes."""

import json
from pathlib import Path

import pytest

from modules.kernel.database import SqlDatabase
from modules.model_writing.domain.template import parsed
from modules.model_writing.factory import create_prompt_files
from modules.model_writing.interface import BadPromptError, Prompts, UnknownPromptError
from modules.model_writing.pipeline.activations import StoredPrompts
from modules.model_writing.pipeline.prompt_files import LESSON, PROMPTS, DeliveredPrompts
from modules.model_writing.repository import ActivationRepository
from tests.contracts.model_writing import PromptsContract
from tests.fakes.kernel import FakeClock
from tests.fakes.model_writing import FakePrompts

DELIVERED = (PROMPTS / LESSON / "1.md").read_text("utf-8")


def folder(at: Path, **versions: str) -> Path:
    """Prompts like the delivered ones, with these versions."""
    (at / LESSON).mkdir(parents=True)
    for name in ("defaults.json", "fixture.json"):
        (at / name).write_text((PROMPTS / name).read_text("utf-8"), encoding="utf-8")
    for version, text in versions.items():
        (at / LESSON / f"{version[1:]}.md").write_text(text, encoding="utf-8")
    log = "".join(f"- lesson {version[1:]}: Version {version[1:]}.\n" for version in versions)
    (at / "CHANGELOG.md").write_text(log, encoding="utf-8")
    return at


def second() -> str:
    return DELIVERED.replace("version: 1", "version: 2")


class TestFake(PromptsContract):
    @pytest.fixture
    def two_versions(self) -> Prompts:
        return FakePrompts()


class TestStored(PromptsContract):
    @pytest.fixture
    def two_versions(self, database: SqlDatabase, tmp_path: Path) -> Prompts:
        files = DeliveredPrompts(folder=folder(tmp_path / "prompts", v1=DELIVERED, v2=second()))
        return StoredPrompts(database=database, clock=FakeClock(), files=files, repository=ActivationRepository())


async def test_a_version_that_is_gone_is_an_error(database: SqlDatabase, tmp_path: Path) -> None:
    def prompts(files: DeliveredPrompts) -> Prompts:
        return StoredPrompts(database=database, clock=FakeClock(), files=files, repository=ActivationRepository())

    await prompts(DeliveredPrompts(folder=folder(tmp_path / "new", v1=DELIVERED, v2=second()))).activate("lesson", "2")
    older = prompts(DeliveredPrompts(folder=folder(tmp_path / "old", v1=DELIVERED)))
    with pytest.raises(UnknownPromptError, match="no version '2'"):
        await older.choice("lesson", "seed")
    await older.activate("lesson", "1")
    assert await older.choice("lesson", "seed") == "1"


@pytest.mark.unit
def test_the_delivered_prompts_are_good() -> None:
    found = create_prompt_files().check()
    assert [(one.name, one.faults) for one in found] == [(LESSON, ())] * len(found)
    assert all(one.characters > 1_000 for one in found)


BROKEN = {
    "no front matter": DELIVERED.removeprefix("---\n"),
    "no user part": DELIVERED.replace("# User", "# Reader"),
    "another name": DELIVERED.replace("name: lesson", "name: poem"),
    "another version": DELIVERED.replace("version: 1", "version: 7"),
    "another schema": DELIVERED.replace("schema: 1", "schema: 2"),
    "used, not declared": DELIVERED.replace("[grade, ", "["),
    "declared, not used": DELIVERED.replace("{{grade}}", "nine"),
    "unknown variable": DELIVERED.replace("{{grade}}", "{{age}}").replace("[grade", "[age"),
    "no material": DELIVERED.replace("{{material}}", "").replace(", material]", "]"),
    "no limit": DELIVERED.replace("max_output_tokens: 8000\n", ""),
    "limit too high": DELIVERED.replace("8000", "800000"),
    "too hot": DELIVERED.replace("0.2", "9.5"),
    "unknown key": DELIVERED.replace("schema: 1", "schema: 1\nmood: good"),
    "no key": DELIVERED.replace("schema: 1", "schema"),
}


@pytest.mark.unit
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str) -> None:
    assert BROKEN[name] != DELIVERED
    with pytest.raises(BadPromptError, match="prompt lesson, version 1: "):
        parsed(BROKEN[name], name=LESSON, version="1")
    found = DeliveredPrompts(folder=folder(tmp_path / "prompts", v1=BROKEN[name])).check()
    assert found[0].faults


@pytest.mark.unit
def test_material_outside_its_fence_and_an_unlisted_version_are_found(tmp_path: Path) -> None:
    outside = DELIVERED.replace("{{material}}\n{{fence}}", "{{fence}}\n{{material}}")
    made = folder(tmp_path / "prompts", v1=outside)
    (made / "CHANGELOG.md").write_text("# Nothing\n", encoding="utf-8")
    assert len(DeliveredPrompts(folder=made).check()[0].faults) == 2


@pytest.mark.unit
def test_values_are_filled_in_once() -> None:
    fixture = json.loads((PROMPTS / "fixture.json").read_text("utf-8"))
    assert "{{grade}} and" in fixture["material"]
    system, user = parsed(DELIVERED, name=LESSON, version="1").filled(fixture)
    assert fixture["material"] in user
    assert "school grade 9," in user
    assert "{{" not in system
