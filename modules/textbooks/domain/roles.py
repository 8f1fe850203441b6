"""What a part of a book is for, by the words that books use for it: classes, epub:types and headings."""

import re
from collections.abc import Iterable
from typing import Final

from modules.textbooks.interface import BlockKind, SectionRole

_ROLE_WORDS: Final = {
    SectionRole.INTRODUCTION: "introduction",
    SectionRole.PREFACE: """preface foreword prologue dedication acknowledgments acknowledgements frontmatter epigraph
        halftitlepage titlepage cover seriespage contributors other-credits""",
    SectionRole.APPENDIX: "appendix backmatter afterword epilogue colophon errata",
    SectionRole.ANSWER_KEY: "answer-key answers answer solutions solution",
    SectionRole.INDEX: "index",
    SectionRole.CONTENTS: "toc landmarks loi lot page-list",
    SectionRole.COPYRIGHT: "copyright-page copyright imprint",
    SectionRole.REFERENCES: """references bibliography rearnotes endnotes further-research suggested-reading
        sr-contrib-auth contrib-auth""",
    SectionRole.GLOSSARY: "glossary keyterms section-key-terms key-terms",
    SectionRole.PREREQUISITES: "coreq-skills prerequisites",
    SectionRole.PRACTICE: """practice practices qna exercises assessment assessments practice-perfect section-exercises
        review-exercises practice-test writing review-questions critical-thinking multiple-choice free-response
        interactive-exercise visual-exercise check-understanding practice-problems problems performance short-answer
        extended-response bring-together-homework bring-together-exercises self-check-questions thought-questions
        figuring-for-yourself group-activities personal-application ap-practice test-prep homework try""",
}
_BY_WORD: Final = {word: role for role, words in _ROLE_WORDS.items() for word in words.split()}
_TITLES: Final = (
    (SectionRole.INTRODUCTION, r"introduction"),
    (SectionRole.PREFACE, r"preface|foreword|acknowledge?ments?|dedication|about (?:this|the) (?:book|authors?)"),
    (SectionRole.REVIEW, r"review exercises.*|practice tests?.*|final exams?.*|review sheet.*|chapter review"),
    (SectionRole.ANSWER_KEY, r"answer key.*|solution sheets?|answers(?: to .*)?|solutions to .*"),
    (SectionRole.PRACTICE, r"(?:(?:practice|homework|end[- ]of[- ]chapter) )?exercises|(?:review )?questions|problems"),
    (SectionRole.INDEX, r"index"),
    (SectionRole.REFERENCES, r"references|bibliography|further reading|works cited"),
    (SectionRole.GLOSSARY, r"glossary|key terms"),
    (SectionRole.APPENDIX, r"appendix\b.*|appendices"),
    (SectionRole.CONTENTS, r"(?:table of )?contents"),
    (SectionRole.COPYRIGHT, r"copyright\b.*|licen[cs]e|title page|cover"),
)
_BY_TITLE: Final = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _TITLES)
_KINDS: Final = (
    (BlockKind.EXAMPLE, re.compile(r"(?:worked )?examples?(?: [\d.]+\b.*|:.*)?", re.IGNORECASE)),
    (BlockKind.MISCONCEPTION, re.compile(r"(?:common )?misconceptions?", re.IGNORECASE)),
    (BlockKind.SUMMARY, re.compile(r"(?:(?:chapter|section) )?summary|recap|key (?:ideas|concepts)", re.IGNORECASE)),
)
_SUMMARIES: Final = frozenset({"summary", "section-summary", "key-concepts", "key-equations", "formula-review"})
_OBJECTIVES: Final = re.compile(r"(?:(?:learning|chapter|section) )?objectives", re.IGNORECASE)
OBJECTIVE_WORDS: Final = frozenset({"learning-objectives", "chapter-objectives", "objectives", "learning-objective"})


def role_of_words(words: Iterable[str]) -> SectionRole | None:
    """The role that a class or epub:type names."""
    return next((_BY_WORD[word] for word in words if word in _BY_WORD), None)


def role_of_title(title: str) -> SectionRole | None:
    """The role that a heading names; None where it names what is taught."""
    return next((role for role, pattern in _BY_TITLE if pattern.fullmatch(title.strip())), None)


def kind_of_words(words: frozenset[str]) -> BlockKind | None:
    """The kind that a class names, if any."""
    if words & {"example", "worked-example"}:
        return BlockKind.EXAMPLE
    return BlockKind.SUMMARY if words & _SUMMARIES else None


def kind_of_title(title: str) -> BlockKind | None:
    """The kind that a heading names, if any."""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(title.strip())), None)


def names_objectives(title: str) -> bool:
    """Whether the heading stands over learning objectives."""
    return _OBJECTIVES.fullmatch(title.strip()) is not None


def is_for_teachers(words: Iterable[str]) -> bool:
    """Whether a class says that students should not read it."""
    return any("teacher" in word or "instructor" in word for word in words)
