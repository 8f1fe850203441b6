"""What every Rag does, the real one and the fake."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from modules.book_building.interface import PreparedBook
from modules.kernel.interface import TopicId, Transaction
from modules.rag.interface import (
    BrokenSourceError,
    EditionState,
    Filters,
    LicenceChangedError,
    LicenceRefusedError,
    PassageKind,
    QualityRefusedError,
    Rag,
    SourceNotFoundError,
    UnknownBookError,
    UnknownEditionError,
    UnknownTopicError,
)

FIXTURES = Path(__file__).resolve().parent.parent / "modules" / "textbooks" / "fixtures"
SMALL = FIXTURES / "small"
PITFALLS = FIXTURES / "pitfalls"
INTERESTS = ("basketball", "soccer", "music")
PHOTOSYNTHESIS = TopicId("small/photosynthesis")


def revised(folder: Path, *, text: str | None = "Some zooplankton eats plants.", licence: str = "CC BY 4.0",
            everywhere: bool = False) -> Path:  # fmt: skip
    """A third revision of the small book, with a sentence more in one section, or in all."""
    book = Path(shutil.copytree(SMALL, folder / "small"))
    facts = (book / "book.toml").read_text()
    (book / "book.toml").write_text(
        facts.replace('edition = "2"', 'edition = "3"')
        .replace("CC BY 4.0", licence)
        .replace("/by/", f"/{licence.split()[1].lower()}/")
    )
    for page in sorted(book.glob("*/*.md")):
        if text and (everywhere or page.name == "01-photosynthesis.md"):
            lines = page.read_text().splitlines()
            if everywhere:
                lines = [lines[0], "", f"{text}. " * 20]
            else:
                at = next(place for place, line in enumerate(lines) if "They respire all day." in line)
                lines[at] = f"{lines[at]} {text}"
            page.write_text("\n".join(lines) + "\n")
    return book


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
        found = await rag.search("water light sugar friction", filters=Filters(topic_id=PHOTOSYNTHESIS), limit=2)
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

    @pytest.mark.parametrize(
        "asked",
        [
            "¿Cómo funciona la fotosíntesis?",
            "¿Por qué el agua sube por una planta?",
            "Wie gelangt das Wasser nach oben?",
            "光合作用是如何进行的",
            "Как работает фотосинтез?",
        ],
    )
    async def test_a_question_in_a_language_of_no_book_is_not_covered(self, rag: Rag, asked: str) -> None:
        await rag.ingest(SMALL)
        match = await rag.match(asked)
        assert (match.covered, [one.score for one in match.candidates if one.score > 0.5]) == (False, [])

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

    async def test_a_revision_takes_the_place_of_the_one_before(self, rag: Rag, tmp_path: Path) -> None:
        await rag.ingest(SMALL)
        version, others = await rag.corpus_version(), await rag.passages(TopicId("small/friction"))
        (report,) = await rag.ingest(revised(tmp_path))
        assert (report.imported, report.unchanged, report.book.edition) == (1, 2, "3")
        assert [(book.slug, book.edition) for book in await rag.books()] == [("small", "3")]
        assert any("zooplankton" in passage.text for passage in await rag.passages(PHOTOSYNTHESIS))
        assert [one.id for one in await rag.passages(TopicId("small/friction"))] == [one.id for one in others]
        assert await rag.corpus_version() != version
        record = await rag.book("small")
        assert record.book == report.book
        assert [(edition.revision, edition.state) for edition in record.editions] == [
            ("3", EditionState.SERVING),
            ("2", EditionState.SUPERSEDED),
        ]

    async def test_an_edition_can_be_switched_back_and_retired(self, rag: Rag, tmp_path: Path) -> None:
        await rag.ingest(SMALL)
        version, before = await rag.corpus_version(), await rag.passages(PHOTOSYNTHESIS)
        await rag.ingest(revised(tmp_path))
        await rag.switch_back("small", "2")
        assert await rag.corpus_version() == version
        assert await rag.passages(PHOTOSYNTHESIS) == before
        await rag.retire("small", "3")
        assert [edition.revision for edition in (await rag.book("small")).editions] == ["2"]
        await rag.retire("small")
        assert await rag.books() == []
        with pytest.raises(UnknownBookError, match="small"):
            await rag.book("small")

    async def test_what_is_not_there_cannot_be_retired(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        for call in (rag.retire("small", "9"), rag.switch_back("small", "9")):
            with pytest.raises(UnknownEditionError, match="9"):
                await call
        for call in (rag.retire("nothing"), rag.switch_back("nothing", "2"), rag.retire("nothing", "2")):
            with pytest.raises(UnknownBookError, match="nothing"):
                await call

    async def test_a_revision_under_another_licence_needs_its_name(self, rag: Rag, tmp_path: Path) -> None:
        await rag.ingest(SMALL)
        other = revised(tmp_path, licence="CC BY-SA 4.0")
        with pytest.raises(LicenceChangedError, match=r"revision 2 .*CC BY 4\.0.*revision 3 .*CC BY-SA 4\.0"):
            await rag.ingest(other)
        with pytest.raises(LicenceChangedError):
            await rag.ingest(other, allow_licences=["CC BY"])
        assert [book.license for book in await rag.books()] == ["CC BY 4.0"]
        await rag.ingest(other, allow_licences=["CC BY-SA"])
        assert [book.license for book in await rag.books()] == ["CC BY-SA 4.0"]
        assert [edition.license_allowed_by_name for edition in (await rag.book("small")).editions] == ["CC BY-SA", ""]

    async def test_a_book_that_cannot_be_read_needs_somebody_s_word(self, rag: Rag, tmp_path: Path) -> None:
        poor = revised(tmp_path, text="cafÃ© aprÃ¨s", everywhere=True)
        with pytest.raises(QualityRefusedError, match=r"100.0% of the passages cannot be read.*--accept-quality"):
            await rag.ingest(poor)
        assert await rag.books() == []
        await rag.ingest(poor, accept_quality=True)
        (edition,) = (await rag.book("small")).editions
        assert edition.quality is not None
        assert (edition.quality.garbled, edition.quality.passed, edition.quality_accepted) == (1.0, False, True)

    @pytest.mark.parametrize(
        ("language", "noted"), [("es", "es"), ("zh-Hant", "zh-Hant"), ("en-GB", ""), ("eng", ""), ("EN_us", "")]
    )
    async def test_a_book_in_another_language_is_taken_with_a_warning(
        self, rag: Rag, tmp_path: Path, language: str, noted: str
    ) -> None:
        book = revised(tmp_path)
        facts = (book / "book.toml").read_text()
        (book / "book.toml").write_text(facts.replace('language = "en"', f'language = "{language}"'))
        (report,) = await rag.ingest(book)
        (edition,) = (await rag.book("small")).editions
        assert edition.quality is not None
        assert (report.book.language, edition.quality.language, edition.quality.passed) == (language, noted, True)
        assert edition.quality.warnings == report.warnings
        assert len(report.warnings) == bool(noted)
        assert all(f'in "{noted}"; questions are matched in English' in warning for warning in report.warnings)

    async def test_a_good_book_is_recorded_as_such(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        record = await rag.book("small")
        (edition,) = record.editions
        assert record.book is not None
        assert edition.quality is not None
        assert (edition.quality.passed, edition.quality.sections, edition.sections) == (True, 3, 3)
        assert edition.quality.passages == record.book.passages
        assert not edition.quality_accepted

    async def test_a_book_leaves_packed_and_comes_back_the_same(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        version, before = await rag.corpus_version(), await rag.passages(PHOTOSYNTHESIS)
        with pytest.raises(UnknownBookError, match="nothing"):
            await rag.packed("nothing")
        packed = await rag.packed("small")
        quality = (await rag.book("small")).editions[0].quality
        assert quality is not None
        assert len(packed.vectors) == quality.passages * packed.dimension * 2
        await rag.retire("small")
        report = await rag.take(PreparedBook(meta=packed.meta, sections=packed.sections, quality=quality))
        assert (report.imported, report.embedded) == (3, report.passages)
        assert await rag.corpus_version() == version
        assert [passage.text for passage in await rag.passages(PHOTOSYNTHESIS)] == [one.text for one in before]

    async def test_nothing_is_discarded_for_an_import_that_builds_nothing(self, rag: Rag, tx: Transaction) -> None:
        await rag.ingest(SMALL)
        await rag.discard(uuid4(), tx=tx)
        assert len(await rag.books()) == 1
