"""What the documents name exists, the generated ones are fresh, the API's table is complete."""

import re
from pathlib import Path
from typing import Final

import pytest

from shell.http.policy import POLICY
from shell.settings import document as settings_document
from tests.architecture.documents import broken_links, documents, missing_paths
from tests.architecture.source_tree import ROOT, relative

DECISIONS: Final = sorted((ROOT / "docs" / "decisions").glob("*.md"))
_ROW: Final = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S*)`", re.MULTILINE)
_NAMES: Final = {"topic_id:path": "id", "topic_id": "id", "request_id": "id", "lesson_id": "id"}


@pytest.mark.unit
@pytest.mark.parametrize("path", documents(), ids=relative)
def test_every_link_and_path_resolves(path: Path) -> None:
    assert broken_links(path) == []
    assert missing_paths(path) == []


@pytest.mark.unit
def test_a_broken_link_and_a_missing_path_are_caught(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(
        "[there](docs/gone.md) and ![picture](gone.svg), in `modules/gone/interface.py`\n", encoding="utf-8"
    )
    assert len(broken_links(page, tmp_path)) == 2
    assert len(missing_paths(page, tmp_path)) == 1


@pytest.mark.unit
def test_the_settings_page_is_fresh() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_document(), "run: make docs"


@pytest.mark.unit
def test_the_api_page_lists_every_route_and_no_other() -> None:
    written = {(method, path) for method, path in _ROW.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))}
    served = {
        (method, re.sub(r"\{([^}]+)\}", lambda found: "{" + _NAMES.get(found[1], found[1]) + "}", path))
        for method, path in POLICY
        if method != "HEAD"
    }
    assert written == served


@pytest.mark.unit
def test_the_picture_files_are_drawings() -> None:
    for name in ("vividly", "architecture"):
        text = (ROOT / "docs" / "images" / f"{name}.svg").read_text(encoding="utf-8")
        assert "<title" in text, "a drawing needs a title for those who cannot see it"
        assert "prefers-color-scheme" in text, "a drawing is read on dark pages too"


@pytest.mark.unit
@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_record_keeps_the_template(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Alternatives", "References"]


@pytest.mark.unit
def test_decision_records_are_numbered_without_gaps() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
