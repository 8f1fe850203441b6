"""The fake and the real reader keep the same contract."""

import shutil
from pathlib import Path

import pytest

from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import Textbooks
from tests.contracts.rag import PITFALLS
from tests.contracts.textbooks import TextbooksContract
from tests.fakes.textbooks import FakeTextbooks


@pytest.fixture
def unfree(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(PITFALLS, tmp_path / "unfree" / "book"))
    collection = folder / "collections" / "pitfalls.collection.xml"
    collection.write_text(collection.read_text().replace("licenses/by/4.0", "licenses/by-nc/4.0"))
    return folder


@pytest.fixture(params=["fake", "real"])
def textbooks(request: pytest.FixtureRequest, unfree: Path) -> Textbooks:
    real = create_textbooks(isolated=False)
    if request.param == "real":
        return real
    return FakeTextbooks({PITFALLS: real.read(PITFALLS), unfree: real.read(unfree, allow_licences=["CC BY-NC 4.0"])})


class TestTextbooks(TextbooksContract):
    """The contract itself stands in tests/contracts/textbooks.py."""
