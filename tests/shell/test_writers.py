"""Which writer the settings give, and what they refuse before anything is asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from modules.kernel.interface import VividlyError
from modules.language_models.interface import RetiredModelError, UnknownModelPriceError
from modules.lesson_writing.interface import LessonWriter
from shell.cli.app import app
from shell.containers import Container, Resolved
from shell.settings import Settings
from tests.modules.language_models.loopback_model import loopback_model, said
from tests.modules.model_writing.answers import BRIEF, good

pytestmark = pytest.mark.unit


def writer(home: Path, **settings: Any) -> LessonWriter:
    from dependency_injector import providers

    resolved = Resolved(database_url="postgresql://localhost/none", signing_key=b"")
    container = Container(
        settings=providers.Object(Settings(home=home, **settings)), resolved=providers.Object(resolved)
    )
    return container.writer()


def test_nobody_is_asked_by_default(tmp_path: Path) -> None:
    assert writer(tmp_path).engine == "builtin"


def test_a_server_of_ones_own_writes_at_ones_own_price(tmp_path: Path) -> None:
    with loopback_model(said(json.dumps(good()))) as server:
        made = writer(
            tmp_path,
            writer="openai",
            openai_url=server.url,
            openai_model="llama",
            openai_key="key-of-ours",
            model_input_usd=0,
            model_output_usd=0,
        ).write(BRIEF)
    assert (made.receipt.engine, made.receipt.uses[0].cost_usd) == ("openai", 0)
    assert server.headers[0]["Authorization"] == "Bearer key-of-ours"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"writer": "openai", "openai_url": "http://127.0.0.1:9", "openai_model": "llama"}, UnknownModelPriceError),
        ({"writer": "vertex", "vertex_project": "school", "vertex_model": "gemini-9"}, UnknownModelPriceError),
        ({"writer": "vertex", "vertex_project": "school", "vertex_model": "gemini-2.5-pro"}, RetiredModelError),
    ],
)
def test_what_is_refused_at_the_start(tmp_path: Path, settings: dict[str, Any], error: type[VividlyError]) -> None:
    with pytest.raises(error):
        writer(tmp_path, **settings)


def test_the_check_of_prompts_needs_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVIDLY_HOME", str(tmp_path / "none"))
    done = CliRunner().invoke(app, ["prompts", "check", "--json"])
    assert done.exit_code == 0, done.output
    assert [(one["name"], one["version"], one["faults"]) for one in json.loads(done.stdout)] == [("lesson", "1", [])]
    assert not (tmp_path / "none").exists()
