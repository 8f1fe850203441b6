"""What `pip install .` puts on a machine works by itself: migrations, starter library, bank and templates are in it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Home

pytestmark = pytest.mark.postgres


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The unpacked wheel."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "site")
    return tmp_path / "site"


def test_a_wheel_carries_no_tests_and_no_local_files(site: Path) -> None:
    assert {path.name for path in site.iterdir()} <= {"modules", "shell", "migrations", "vividly-0.1.0.dist-info"}
    assert not list(site.rglob("*.pyc"))


def test_an_installed_vividly_answers_from_any_directory(
    site: Path, kept: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("installed")
    for part in (folder, *folder.parents[:-2]):
        part.chmod(0o755)
    shutil.copytree(kept.path / "models", folder / "home" / "models")
    environment = Home(path=folder / "home").environment | {"PYTHONPATH": str(site)}
    code = "import shell.cli.app as app, sys; print(app.__file__, file=sys.stderr); app.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "ask", "Explain photosynthesis with music", "--json"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stderr
    lesson = json.loads(done.stdout)["lesson"]
    assert (lesson["title"], lesson["interest_id"]) == ("Photosynthesis", "int_music")
