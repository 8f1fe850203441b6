"""What every Rag does with topics: browsing, suggestions, neighbours, and what curators have changed."""

from pathlib import Path

import pytest

from modules.curation.interface import Curation
from modules.kernel.interface import TopicId
from modules.rag.interface import Filters, Rag, UnknownTopicError
from tests.contracts.rag import FIXTURES, PHOTOSYNTHESIS, SMALL, revised

LEAVES = FIXTURES / "leaves"
FRICTION, TRANSPIRATION = TopicId("small/friction"), TopicId("small/transpiration")
PHOTONS, PIGMENTS, IN_LEAVES, RESPIRATION = (
    TopicId(f"leaves/{name}") for name in ("photons", "pigments", "photosynthesis-in-leaves", "respiration")
)


async def titles(rag: Rag) -> list[str]:
    """What is listed."""
    return [topic.title for topic in await rag.topics()]


async def matched(rag: Rag, asked: str) -> list[str]:
    """The topics that a question is about."""
    return [one.topic.id for one in (await rag.match(asked)).candidates]


async def found(rag: Rag, asked: str) -> set[str]:
    """The topics of the passages that answer a question."""
    return {passage.topic_id for passage in await rag.search(asked, limit=50)}


async def suggested(rag: Rag, prefix: str, **filters: str) -> list[tuple[str, str]]:
    """Topic and what begins so."""
    return [(one.topic.id, one.matched) for one in await rag.suggest(prefix, filters=Filters(**filters))]


class RagCatalogueContract:
    """Subclasses give the fixtures `rag`, an empty library, and `curation`, whose notes it follows."""

    async def test_the_shelf_has_subjects_books_chapters_and_topics(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        shelf = [
            (book.subject, book.slug, [(one.title, [topic.title for topic in one.topics]) for one in book.chapters])
            for book in await rag.shelf()
        ]
        assert shelf == [
            ("biology", "small", [("1 Plants", ["Photosynthesis", "Transpiration"])]),
            (
                "biology",
                "leaves",
                [("1 Light", ["Photons", "Pigments"]), ("2 The Leaf", ["Photosynthesis in Leaves", "Respiration"])],
            ),
            ("physics", "small", [("2 Forces", ["Friction"])]),
        ]

    async def test_pinned_topics_come_first_in_their_chapter(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(LEAVES)
        await curation.pin(PIGMENTS, by="ada")
        (book,) = await rag.shelf()
        assert [chapter.title for chapter in book.chapters] == ["1 Light", "2 The Leaf"]
        assert [(topic.title, topic.pinned) for topic in book.chapters[0].topics] == [
            ("Pigments", True),
            ("Photons", False),
        ]
        assert (await titles(rag))[:2] == ["Photons", "Pigments"]

    async def test_prerequisites_are_earlier_sections_whose_terms_are_used(self, rag: Rag) -> None:
        await rag.ingest(LEAVES)
        related = await rag.related(IN_LEAVES)
        assert {topic.id for topic in related.prerequisites} == {PHOTONS, PIGMENTS}
        assert [topic.id for topic in (await rag.related(PIGMENTS)).prerequisites] == [PHOTONS]
        # A later section is no prerequisite; a term used once, or defined again, is no reason.
        assert (await rag.related(PHOTONS)).prerequisites == ()
        assert (await rag.related(RESPIRATION)).prerequisites == ()

    async def test_neighbours_are_those_that_are_listed(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        first = await rag.related(PHOTONS)
        assert (first.previous, first.next and first.next.id) == (None, PIGMENTS)
        await curation.hide(PIGMENTS, by="ada")
        first, third = await rag.related(PHOTONS), await rag.related(IN_LEAVES)
        assert first.next is not None
        assert third.previous is not None
        assert (first.next.id, third.previous.id) == (IN_LEAVES, PHOTONS)
        assert [topic.id for topic in third.prerequisites] == [PHOTONS]
        assert (await rag.related(RESPIRATION)).next is None
        with pytest.raises(UnknownTopicError):
            await rag.related(TopicId("small/nothing"))

    async def test_equal_topics_of_other_books_are_linked(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        assert [topic.id for topic in (await rag.related(PHOTOSYNTHESIS)).same] == [IN_LEAVES]
        assert [topic.id for topic in (await rag.related(IN_LEAVES)).same] == [PHOTOSYNTHESIS]
        assert (await rag.related(TRANSPIRATION)).same == ()

    async def test_suggestions_prefer_titles_to_terms_and_beginnings_to_words(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        assert await suggested(rag, "pho") == [
            (PHOTOSYNTHESIS, "Photosynthesis"),
            (PHOTONS, "Photons"),
            (IN_LEAVES, "Photosynthesis in Leaves"),
        ]
        assert await suggested(rag, "LEA") == [(IN_LEAVES, "Photosynthesis in Leaves")]
        assert await suggested(rag, "chlo") == [(PHOTOSYNTHESIS, "chlorophyll"), (IN_LEAVES, "chlorophyll")]
        assert await suggested(rag, "  FRÍC ") == [(FRICTION, "Friction")]
        assert len(await rag.suggest("pho", limit=1)) == 1

    async def test_suggestions_keep_to_filters(self, rag: Rag) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        assert await suggested(rag, "pho", book_slug="small") == [(PHOTOSYNTHESIS, "Photosynthesis")]
        assert await suggested(rag, "pho", subject="physics") == []

    async def test_a_pinned_topic_is_suggested_before_its_equals(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(LEAVES)
        await curation.pin(IN_LEAVES, by="ada")
        assert [topic for topic, _ in await suggested(rag, "phot")] == [IN_LEAVES, PHOTONS]

    @pytest.mark.parametrize(
        "typed", ["", "p", "%", "_", "__", "%%", "'", "''; --", "foo:* & ! bar", "\\", "\x00\x07", "(((", "x" * 9_000]
    )
    async def test_no_sign_is_more_than_text(self, rag: Rag, typed: str) -> None:
        await rag.ingest(SMALL)
        assert await rag.suggest(typed) == []

    async def test_a_new_title_is_shown_everywhere_and_print_is_cited_as_it_is(
        self, rag: Rag, curation: Curation
    ) -> None:
        await rag.ingest(SMALL)
        await curation.rename(PHOTOSYNTHESIS, "How leaves make sugar", by="ada")
        topic = await rag.topic(PHOTOSYNTHESIS)
        assert (topic.title, topic.section) == ("How leaves make sugar", "1.1 Photosynthesis")
        assert (await titles(rag))[0] == "How leaves make sugar"
        assert (await rag.match("What is photosynthesis?")).candidates[0].topic.title == "How leaves make sugar"
        assert await suggested(rag, "how le") == [(PHOTOSYNTHESIS, "How leaves make sugar")]
        assert {passage.section for passage in await rag.passages(PHOTOSYNTHESIS)} == {"1.1 Photosynthesis"}

    async def test_a_hidden_topic_is_found_nowhere_but_by_its_id(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(SMALL)
        assert PHOTOSYNTHESIS in await found(rag, "chlorophyll in the leaf")
        await curation.hide(PHOTOSYNTHESIS, by="ada")
        assert await titles(rag) == ["Transpiration", "Friction"]
        assert PHOTOSYNTHESIS not in await found(rag, "chlorophyll in the leaf")
        assert PHOTOSYNTHESIS not in await matched(rag, "What is photosynthesis?")
        everywhere = Filters(subject="biology")
        assert all(one.topic_id != PHOTOSYNTHESIS for one in await rag.search("chlorophyll", filters=everywhere))
        assert await suggested(rag, "photo") == []
        assert (await rag.topic(PHOTOSYNTHESIS)).title == "Photosynthesis"
        assert await rag.passages(PHOTOSYNTHESIS)
        await curation.show(PHOTOSYNTHESIS, by="ada")
        assert (await matched(rag, "What is photosynthesis?"))[0] == PHOTOSYNTHESIS

    async def test_hits_on_a_merged_topic_count_for_its_target(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        await curation.merge(IN_LEAVES, PHOTOSYNTHESIS, by="ada")
        assert IN_LEAVES not in [topic.id for topic in await rag.topics()]
        best = await matched(rag, "What is a granum?")
        assert (best[0], best.count(PHOTOSYNTHESIS)) == (PHOTOSYNTHESIS, 1)
        assert IN_LEAVES not in await matched(rag, "What is photosynthesis?")
        first = (await rag.search("What is a granum?", limit=1))[0]
        assert (first.topic_id, first.book_title, first.section) == (
            PHOTOSYNTHESIS,
            "Light and Leaves",
            "2.1 Photosynthesis in Leaves",
        )
        only = Filters(book_slug="leaves")
        assert all(one.topic.book_slug == "leaves" for one in (await rag.match("granum", filters=only)).candidates)
        assert (await rag.related(PHOTOSYNTHESIS)).same == ()

    async def test_a_merge_ends_when_the_target_s_book_has_gone(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(SMALL)
        await rag.ingest(LEAVES)
        await curation.merge(IN_LEAVES, PHOTOSYNTHESIS, by="ada")
        await rag.retire("small")
        assert "Photosynthesis in Leaves" in await titles(rag)
        assert (await matched(rag, "What is a granum?"))[0] == IN_LEAVES

    async def test_what_is_listed_follows_the_editions(self, rag: Rag, tmp_path: Path) -> None:
        await rag.ingest(SMALL)
        assert len(await titles(rag)) == 3
        newer = revised(tmp_path)
        page = newer / "forces" / "01-friction.md"
        page.write_text(page.read_text().replace("# Friction", "# Rubbing", 1))
        await rag.ingest(newer)
        assert (await titles(rag))[-1] == "Rubbing"
        await rag.switch_back("small", "2")
        assert (await titles(rag))[-1] == "Friction"
        await rag.retire("small")
        assert (await titles(rag), await rag.shelf(), await rag.suggest("fric")) == ([], [], [])

    async def test_curation_is_part_of_the_version(self, rag: Rag, curation: Curation) -> None:
        await rag.ingest(SMALL)
        plain = await rag.corpus_version()
        seen = {plain}
        await curation.rename(FRICTION, "Rubbing", by="ada")
        seen.add(await rag.corpus_version())
        await curation.hide(TRANSPIRATION, by="ada")
        seen.add(await rag.corpus_version())
        assert len(seen) == 3
        await curation.show(TRANSPIRATION, by="ada")
        await curation.rename(FRICTION, None, by="ada")
        assert await rag.corpus_version() == plain

    async def test_curation_outlives_an_edition(self, rag: Rag, curation: Curation, tmp_path: Path) -> None:
        await rag.ingest(SMALL)
        await curation.rename(PHOTOSYNTHESIS, "How leaves make sugar", by="ada")
        await curation.pin(PHOTOSYNTHESIS, by="ada")
        await curation.hide(FRICTION, by="ada")
        (report,) = await rag.ingest(revised(tmp_path))
        assert (report.imported, report.book.edition) == (1, "3")
        assert await titles(rag) == ["How leaves make sugar", "Transpiration"]
        assert (await rag.topic(PHOTOSYNTHESIS)).pinned
        assert FRICTION not in await found(rag, "friction")
        await rag.switch_back("small", "2")
        assert await titles(rag) == ["How leaves make sugar", "Transpiration"]
