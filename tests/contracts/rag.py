"""What every Rag does, the real one and the fake."""

from pathlib import Path

import pytest

from modules.kernel.interface import TopicId
from modules.rag.interface import (
    BrokenSourceError,
    LicenceRefusedError,
    PassageKind,
    Rag,
    SourceNotFoundError,
    UnknownTopicError,
)

FIXTURES = Path(__file__).resolve().parent.parent / "modules" / "textbooks" / "fixtures"
SMALL = FIXTURES / "small"
PITFALLS = FIXTURES / "pitfalls"
INTERESTS = ("basketball", "soccer", "music")
PHOTOSYNTHESIS = TopicId("small/photosynthesis")


class RagContract:
    """Subclasses give the fixture `rag`, an empty library that knows the interests INTERESTS."""

    async def test_a_book_is_kept_with_its_attribution(self, rag: Rag) -> None:
        (report,) = await rag.ingest(SMALL)
        assert (report.sections, report.imported, report.unchanged) == (3, 3, 0)
        (book,) = await rag.books()
        assert book == report.book
        assert (book.slug, book.edition, book.license) == ("small", "2", "CC BY 4.0")
        assert (book.topics, book.passages, book.embedded) == (3, report.passages, report.passages)
        assert "Ada Byron" in book.attribution

    async def test_importing_again_changes_nothing(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        version, before = await rag.corpus_version(), await rag.passages(PHOTOSYNTHESIS)
        (report,) = await rag.ingest(SMALL)
        assert (report.imported, report.unchanged) == (0, 3)
        assert await rag.corpus_version() == version
        assert await rag.passages(PHOTOSYNTHESIS) == before

    async def test_two_books_stand_beside_each_other(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        version = await rag.corpus_version()
        await rag.ingest(PITFALLS)
        assert [book.title for book in await rag.books()] == ["A Small Book", "Pitfalls of Physics"]
        assert await rag.corpus_version() != version

    async def test_topics_come_in_book_order_and_by_subject(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        topics = await rag.topics()
        assert [topic.title for topic in topics] == ["Photosynthesis", "Transpiration", "Friction"]
        assert not any(topic.objectives or topic.terms for topic in topics)
        assert [topic.title for topic in await rag.topics(subject="physics")] == ["Friction"]
        assert await rag.topics(book_slug="other") == []

    async def test_a_topic_has_objectives_terms_and_an_address(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        topic = await rag.topic(PHOTOSYNTHESIS)
        assert topic.objectives == ("Explain how a leaf makes sugar.", "Name what limits photosynthesis.")
        assert [term.term for term in topic.terms] == ["chlorophyll", "stomata"]
        assert (topic.section, topic.chapter) == ("1.1 Photosynthesis", "1 Plants")
        assert topic.url == "https://books.example/small#photosynthesis"

    async def test_passages_come_in_reading_order(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        passages = await rag.passages(PHOTOSYNTHESIS)
        assert [passage.position for passage in passages] == list(range(len(passages)))
        assert [passage.kind for passage in passages] == [
            PassageKind.OBJECTIVES,
            PassageKind.TEXT,
            PassageKind.EXAMPLE,
            PassageKind.MISCONCEPTION,
            PassageKind.SUMMARY,
            PassageKind.GLOSSARY,
            PassageKind.GLOSSARY,
        ]

    async def test_an_unknown_topic_is_refused(self, rag: Rag) -> None:
        with pytest.raises(UnknownTopicError, match="small/nothing"):
            await rag.topic(TopicId("small/nothing"))
        with pytest.raises(UnknownTopicError):
            await rag.passages(TopicId("small/nothing"))

    async def test_a_search_finds_the_passage_first(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        best = (await rag.search("which tissue carries water up a plant?", limit=3))[0]
        assert "xylem" in best.text
        assert (best.topic_id, best.license) == ("small/transpiration", "CC BY 4.0")
        assert best.score > 0

    async def test_a_search_keeps_to_a_topic_and_a_limit(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        found = await rag.search("water light sugar friction", topic_id=PHOTOSYNTHESIS, limit=2)
        assert [passage.topic_id for passage in found] == [PHOTOSYNTHESIS] * 2

    async def test_a_long_sentence_is_never_anded(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        asked = "my teacher said yesterday that chlorophyll somehow does something, zebra trumpet whatever, but why?"
        assert "hlorophyll" in (await rag.search(asked, limit=1))[0].text

    async def test_the_interest_is_split_off_before_the_match(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        match = await rag.match("Explain photosynthesis with basketball")
        assert (match.query, match.interest_phrase) == ("Explain photosynthesis", "basketball")
        assert match.covered
        assert match.candidates[0].topic.title == "Photosynthesis"
        assert 0 < match.margin <= match.candidates[0].score <= 1

    @pytest.mark.parametrize(
        "asked", ["best pizza place", "teach me Klingon verbs", "tell me a joke", "🍕" * 250, "?!"]
    )
    async def test_what_no_book_teaches_is_not_covered(self, rag: Rag, asked: str) -> None:
        await rag.ingest(SMALL)
        assert not (await rag.match(asked)).covered

    @pytest.mark.parametrize("asked", ["foo:* & ! bar", "'; DROP TABLE x; --", "a\\b:A | 'c", "\x00\x07", ""])
    async def test_signs_of_a_query_language_are_only_text(self, rag: Rag, asked: str) -> None:
        await rag.ingest(SMALL)
        await rag.search(asked)
        assert not (await rag.match(asked)).covered

    async def test_an_empty_library_covers_nothing(self, rag: Rag) -> None:
        assert await rag.search("photosynthesis") == []
        match = await rag.match("photosynthesis")
        assert (match.candidates, match.covered, match.margin) == ((), False, 0.0)
        assert await rag.books() == []
        await rag.check()

    async def test_a_path_without_a_book_names_the_formats(self, rag: Rag, tmp_path: Path) -> None:
        with pytest.raises(SourceNotFoundError, match=r"CNXML.*Markdown"):
            await rag.ingest(tmp_path / "nothing")
        with pytest.raises(SourceNotFoundError, match=r"CNXML.*Markdown"):
            await rag.ingest(tmp_path)

    async def test_a_broken_book_leaves_nothing(self, rag: Rag, tmp_path: Path) -> None:
        (tmp_path / "book.toml").write_text('title = "Broken"\nslug = oops\n')
        with pytest.raises(BrokenSourceError, match=r"book.toml line 2"):
            await rag.ingest(tmp_path)
        assert await rag.books() == []

    async def test_a_licence_that_is_not_free_needs_its_name(self, rag: Rag, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "01-one.md").write_text("# One\n\nOne is a number.\n")
        (tmp_path / "book.toml").write_text(
            'title = "T"\nslug = "t"\nlicense = "CC BY-NC-SA 4.0"\nsource_url = "https://x.example"\n'
            '[[chapters]]\nfolder = "a"\ntitle = "A"\n'
        )
        with pytest.raises(LicenceRefusedError, match=r"CC BY-NC-SA 4\.0"):
            await rag.ingest(tmp_path)
        assert await rag.books() == []
        await rag.ingest(tmp_path, allow_licences=["CC BY-NC-SA 4.0"])
        assert [book.license for book in await rag.books()] == ["CC BY-NC-SA 4.0"]

    async def test_progress_is_told(self, rag: Rag) -> None:
        told: list[tuple[str, int, int]] = []
        await rag.ingest(PITFALLS, on_progress=lambda stage, done, total: told.append((stage, done, total)))
        assert ("read", 3, 3) in told
