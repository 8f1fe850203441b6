"""What every Textbooks does, the real one and the fake."""

from pathlib import Path

import pytest

from modules.textbooks.interface import LicenceRefusedError, SectionRole, SourceNotFoundError, Textbooks
from tests.contracts.rag import PITFALLS


class TextbooksContract:
    """Subclasses give `textbooks`, which knows PITFALLS, and `unfree`, the path of a CC BY-NC 4.0 book it knows."""

    def test_a_book_comes_whole_and_in_order(self, textbooks: Textbooks) -> None:
        (book,) = textbooks.read(PITFALLS)
        assert (book.meta.slug, book.meta.license) == ("pitfalls", "CC BY 4.0")
        assert [section.number for section in book.sections] == ["1.1", "1.2", "2.1"]
        assert all(block.parts for section in book.sections for block in section.blocks)

    def test_progress_is_told(self, textbooks: Textbooks) -> None:
        told: list[tuple[int, int]] = []
        textbooks.read(PITFALLS, on_section=lambda done, total: told.append((done, total)))
        assert told == [(1, 3), (2, 3), (3, 3)]

    def test_a_path_without_a_book_is_refused(self, textbooks: Textbooks, tmp_path: Path) -> None:
        for path in (tmp_path, tmp_path / "nothing"):
            with pytest.raises(SourceNotFoundError, match="CNXML"):
                textbooks.read(path)

    def test_a_licence_that_is_not_free_needs_its_name(self, textbooks: Textbooks, unfree: Path) -> None:
        with pytest.raises(LicenceRefusedError, match="CC BY-NC"):
            textbooks.read(unfree)
        (book,) = textbooks.read(unfree, allow_licences=["CC BY-NC 4.0"])
        assert (book.meta.license, book.meta.license_allowed_by_name) == ("CC BY-NC 4.0", True)

    def test_a_free_licence_needs_no_name(self, textbooks: Textbooks) -> None:
        (book,) = textbooks.read(PITFALLS, allow_licences=["CC BY 4.0"])
        assert not book.meta.license_allowed_by_name

    def test_the_books_of_a_path_are_listed(self, textbooks: Textbooks, unfree: Path, tmp_path: Path) -> None:
        assert textbooks.sources(PITFALLS) == [PITFALLS]
        assert textbooks.sources(unfree.parent) == [unfree]
        with pytest.raises(SourceNotFoundError, match="CNXML"):
            textbooks.sources(tmp_path / "nothing")

    def test_a_path_that_holds_books_reads_them_all(self, textbooks: Textbooks, unfree: Path) -> None:
        (book,) = textbooks.read(unfree.parent, allow_licences=["CC BY-NC 4.0"])
        assert book.meta.slug == "pitfalls"

    def test_what_is_not_taught_is_kept_apart(self, textbooks: Textbooks) -> None:
        (book,) = textbooks.read(PITFALLS)
        assert {section.role for section in book.sections} == {SectionRole.TAUGHT}
        assert SectionRole.TAUGHT not in {section.role for section in book.left_out}
        assert {"introduction", "practice"} <= {section.role.value for section in book.left_out}

    def test_a_licence_is_judged_by_itself(self, textbooks: Textbooks, unfree: Path) -> None:
        (book,) = textbooks.read(unfree, allow_licences=["CC BY-NC 4.0"])
        textbooks.check_licence(book.meta, allow_licences=["CC BY-NC 4.0"])
        with pytest.raises(LicenceRefusedError, match="CC BY-NC"):
            textbooks.check_licence(book.meta)
        assert book.meta.license == "CC BY-NC 4.0"
