"""What every Curation does, the real one and the fake."""

import pytest

from modules.curation.interface import (
    LONGEST_TITLE,
    BadTitleError,
    Change,
    Curation,
    Field,
    MergeCycleError,
)
from modules.kernel.interface import TopicId

A, B, C = (TopicId(f"physics/m{number}") for number in (1, 2, 3))


def said(changes: list[Change]) -> list[tuple[Field, str, str, str]]:
    """The lines of a log without their times."""
    return [(change.field, change.before, change.after, change.changed_by) for change in changes]


class CurationContract:
    """Subclasses give the fixture `curation`, of which nobody has said anything."""

    async def test_nothing_is_said_at_first(self, curation: Curation) -> None:
        notes = await curation.notes()
        assert (dict(notes.by_topic), notes.version) == ({}, "")
        assert (notes.title(A, "Printed"), notes.target(A), notes.is_listed(A)) == ("Printed", A, True)
        assert await curation.history(A) == []

    async def test_a_title_is_changed_and_given_back(self, curation: Curation) -> None:
        note = await curation.rename(A, "  Work and Energy ", by="ada")
        assert (note.title, note.changed_by) == ("Work and Energy", "ada")
        notes = await curation.notes()
        assert notes.by_topic == {A: note}
        assert notes.title(A, "Printed") == "Work and Energy"
        await curation.rename(A, None, by="ben")
        assert (await curation.notes()).version == ""
        assert said(await curation.history(A)) == [
            (Field.TITLE, "Work and Energy", "", "ben"),
            (Field.TITLE, "", "Work and Energy", "ada"),
        ]

    @pytest.mark.parametrize("title", ["", "  ", "x" * (LONGEST_TITLE + 1), "two\nlines", "a\x00b"])
    async def test_a_bad_title_is_refused(self, curation: Curation, title: str) -> None:
        with pytest.raises(BadTitleError):
            await curation.rename(A, title, by="ada")
        assert await curation.history(A) == []

    async def test_the_longest_title_is_taken(self, curation: Curation) -> None:
        assert (await curation.rename(A, "x" * LONGEST_TITLE, by="ada")).title == "x" * LONGEST_TITLE

    async def test_what_is_hidden_or_pinned_can_be_taken_back(self, curation: Curation) -> None:
        await curation.hide(A, by="ada")
        await curation.pin(A, by="ada")
        notes = await curation.notes()
        assert (notes.is_listed(A), notes.is_pinned(A), notes.hidden) == (False, True, {A})
        await curation.show(A, by="ada")
        await curation.unpin(A, by="ada")
        assert (await curation.notes()).by_topic == {}
        assert [change.after for change in await curation.history(A)] == ["false", "false", "true", "true"]

    async def test_a_change_that_changes_nothing_leaves_no_line(self, curation: Curation) -> None:
        first = await curation.pin(A, by="ada")
        assert await curation.pin(A, by="ben") == first
        await curation.show(B, by="ben")
        assert len(await curation.history(A)) == 1
        assert await curation.history(B) == []

    async def test_merges_are_followed_to_their_end(self, curation: Curation) -> None:
        await curation.merge(A, B, by="ada")
        await curation.merge(B, C, by="ada")
        notes = await curation.notes()
        assert [notes.target(topic) for topic in (A, B, C)] == [C, C, C]
        assert [notes.is_listed(topic) for topic in (A, B, C)] == [False, False, True]
        await curation.merge(B, None, by="ada")
        assert (await curation.notes()).target(A) == B

    async def test_what_is_merged_into_a_hidden_topic_is_hidden(self, curation: Curation) -> None:
        await curation.merge(A, B, by="ada")
        await curation.hide(B, by="ada")
        assert (await curation.notes()).hidden == {A, B}

    async def test_a_topic_cannot_stand_for_itself(self, curation: Curation) -> None:
        with pytest.raises(MergeCycleError):
            await curation.merge(A, A, by="ada")
        await curation.merge(A, B, by="ada")
        await curation.merge(B, C, by="ada")
        with pytest.raises(MergeCycleError, match=A):
            await curation.merge(C, A, by="ada")
        assert await curation.history(C) == []

    async def test_the_version_follows_what_is_said_not_who_said_it(self, curation: Curation) -> None:
        await curation.rename(A, "One", by="ada")
        one = (await curation.notes()).version
        await curation.pin(B, by="ada")
        assert (await curation.notes()).version != one
        await curation.unpin(B, by="ben")
        assert (await curation.notes()).version == one
