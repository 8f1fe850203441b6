"""Six modules of a real physics textbook, against sentences that were taken from it independently."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from modules.book_pages.factory import create_book_pages
from modules.chunking.domain.chunking import passages_of
from modules.kernel.interface import Database, TopicId
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import Section
from tests.modules.rag.assembled import assembled
from tests.modules.rag.quick_embedder import QuickEmbedder
from tests.open_book import physics_of

pytestmark = pytest.mark.oer
MODULES = ("m54082", "m54083", "m54135", "m54138", "m54142", "m54094", "m54273")


@pytest.fixture(scope="module")
def book(oer_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The container with a few modules."""
    return physics_of(oer_dir, tmp_path_factory.mktemp("oer") / "physics", MODULES)


@pytest.fixture(scope="module")
def sections(book: Path) -> dict[str, Section]:
    (read,) = create_textbooks(book_pages=create_book_pages(), isolated=False).read(book)
    return {section.key: section for section in read.sections}


@pytest.fixture(scope="module")
def expected(oer_dir: Path) -> dict[str, Any]:
    rows = json.loads((oer_dir / "expected" / "physics.json").read_text())["rows"]
    return {row["module"]: row for row in rows if row["module"] in MODULES}


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def test_the_introduction_is_no_topic(sections: dict[str, Section]) -> None:
    assert set(sections) == set(MODULES) - {"m54082"}


@pytest.mark.parametrize("module", MODULES[1:])
def test_sentences_survive_and_secrets_do_not(
    module: str, sections: dict[str, Section], expected: dict[str, Any]
) -> None:
    text = letters(" ".join(passage.text for passage in passages_of(sections[module])))
    for probe in expected[module]["probes"]:
        assert letters(probe) in text, probe
    for secret in expected[module]["teacher"] + expected[module]["answers"]:
        assert letters(secret) not in text, secret


@pytest.mark.parametrize("module", MODULES[1:])
def test_title_and_glossary_are_whole(module: str, sections: dict[str, Section], expected: dict[str, Any]) -> None:
    assert sections[module].title == expected[module]["title"]
    assert [letters(term.term) for term in sections[module].terms] == [letters(t) for t in expected[module]["glossary"]]


@pytest.mark.postgres
async def test_it_is_cited_by_section(book: Path, database: Database) -> None:
    rag = assembled(database, QuickEmbedder(), interests=("basketball",))
    (report,) = await rag.ingest(book)
    assert (report.sections, report.book.license) == (6, "CC BY 4.0")
    assert report.book.edition == "ff78c7a8150fdda5ed1f786ac59ac25cdd532ef0"
    topic = await rag.topic(TopicId("physics/m54142"))
    assert topic.title == "Newton's Second Law of Motion"
    match = await rag.match("Explain Newton's second law of motion with basketball")
    assert match.covered
    assert match.candidates[0].topic.id == topic.id
    best = (await rag.search("what is a free-body diagram?"))[0]
    assert (best.topic_id, best.book_title) == ("physics/m54135", "Physics")
    assert best.url.startswith("https://openstax.org/books/physics/pages/")
    assert "OpenStax" in best.attribution
