"""What the quality check refuses, and what it bears."""

import pytest

from modules.chunking.domain.quality import is_garbled, quality
from modules.chunking.interface import CutSection, PassageDraft, PassageKind
from modules.textbooks.interface import Section

pytestmark = pytest.mark.unit
PROSE = "Plants make sugar from light, water and carbon dioxide, and they give oxygen back to the air around them. " * 4


def cut(*texts: str, key: str = "k", kind: PassageKind = PassageKind.TEXT, words: int | None = None) -> CutSection:
    section = Section(key=key, title="T", number="1", chapter="1 C", subject="biology", url="u", objectives=("Look.",))
    drafts = tuple(PassageDraft(kind=kind, heading="H", text=text) for text in texts)
    total = sum(len(text.split()) for text in texts) if words is None else words
    return CutSection(section=section, words=total, content_hash="h", drafts=drafts)


def good(count: int) -> list[str]:
    return [f"{PROSE} This is passage number {number}." for number in range(count)]


def test_a_good_book_passes() -> None:
    report = quality([cut(*good(50))])
    assert (report.passed, report.passages, report.sections, report.worst) == (True, 50, 1, ())
    assert (report.without_objectives, report.without_text) == (0, 0)


@pytest.mark.parametrize(
    ("fault", "bad", "borne", "refused"),
    [
        ("empty", [" "], 0, 1),
        ("duplicated", [f"{PROSE} This is passage number 0."], 10, 12),
        ("too_short", ["Only three words.", "And these four words.", "A short one."], 30, 40),
        ("too_long", [f"{PROSE * 6} {number}" for number in range(9)], 2, 3),
        ("garbled", [f"{PROSE} cafÃ© {number}" for number in range(9)], 3, 4),
    ],
)
def test_each_fault_has_a_limit(fault: str, bad: list[str], borne: int, refused: int) -> None:
    for count, passed in ((borne, True), (refused, False)):
        made = [f"{bad[at % len(bad)]}{'' if fault in {'empty', 'duplicated'} else f' v{at}'}" for at in range(count)]
        report = quality([cut(*good(100 - count), *made)])
        assert getattr(report, fault) == count / 100
        assert report.passed is passed, report.reasons
        assert passed or "%" in report.reasons[0]


def test_short_objectives_and_terms_are_as_they_should_be() -> None:
    brief = [
        cut(*(f"term {at}" for at in range(30)), kind=kind) for kind in (PassageKind.GLOSSARY, PassageKind.OBJECTIVES)
    ]
    assert quality([brief[0]]).too_short == 0
    assert quality([brief[1]]).too_short == 0


def test_in_a_leaflet_a_short_note_is_no_fault() -> None:
    assert quality([cut(PROSE, "A short note.")]).passed


def test_sections_without_text_and_books_without_sections_are_refused() -> None:
    bare = [cut(key=str(number)) for number in range(2)]
    assert "2 of 10 sections have no text" in quality([*bare, *(cut(*good(3)) for _ in range(8))]).reasons[-1]
    assert "no section" in quality([]).reasons[0]


def test_the_gravest_faults_are_shown_first() -> None:
    report = quality([cut("Short.", *good(30), key="a"), cut(f"{PROSE} Ã©tÃ©", key="b")])
    assert report.worst[0] == ("b", f"garbled: {PROSE[:80]}")
    assert report.worst[1] == ("a", "too short: Short.")


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("T h e l e a f makes sugar", True),
        ("Der cafÃ© ist geÃ¶ffnet", True),
        ("donâ€™t", True),
        ("a \ufffd sign", True),
        ("%$&/ (§)= !!?? ;;;; <<<< >>>> {{{{ }}}} ~~~~ ^^^^ \\\\ //// |||| ++++", True),
        ("Photosynthesis: 6 CO₂ + 6 H₂O → C₆H₁₂O₆ + 6 O₂", False),
        ("(x + 3)(x − 3) = x² − 9, so x = ±3 and y = 2·(x − 1)", False),
        ("| A | B | C | D | E | F |", False),
        ("São Tomé, naïve, Â is a letter, Ångström", False),
        ("你好，世界。这是一个句子。", False),
    ],
)
def test_garbled_text_is_told_from_formulas_tables_and_other_tongues(text: str, garbled: bool) -> None:
    assert is_garbled(text) is garbled
