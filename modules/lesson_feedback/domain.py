"""The rules of feedback, quizzes and derived lessons. No I/O."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Final

from modules.content_generation.interface import Lesson, Level, Sentence
from modules.lesson_feedback.interface import (
    LONGEST_TEXT,
    BadFeedbackError,
    CannotDeriveError,
    Change,
    CitedPassage,
    Feedback,
    FeedbackKind,
    Mark,
    NoticeKind,
    PrewarmOrder,
    ReviewState,
    Verdict,
)

REVIEWED: Final = frozenset({FeedbackKind.INACCURATE, FeedbackKind.INAPPROPRIATE})
SUGGESTIONS: Final[Mapping[FeedbackKind, Change]] = {
    FeedbackKind.TOO_HARD: Change.SIMPLER,
    FeedbackKind.TOO_EASY: Change.DEEPER,
}
STATES: Final[Mapping[Verdict, ReviewState]] = {
    Verdict.APPROVE: ReviewState.APPROVED,
    Verdict.FIX: ReviewState.FIXED,
    Verdict.WITHDRAW: ReviewState.WITHDRAWN,
}
NOTICES: Final[Mapping[Verdict, NoticeKind]] = {
    Verdict.APPROVE: NoticeKind.LESSON_STANDS,
    Verdict.FIX: NoticeKind.LESSON_FIXED,
    Verdict.WITHDRAW: NoticeKind.LESSON_WITHDRAWN,
}
_LEVELS: Final = (Level.SIMPLER, Level.STANDARD, Level.DEEPER)
_WORDS: Final[Mapping[str, str]] = json.loads(
    (files("modules.lesson_feedback") / "languages" / "en.json").read_text("utf-8")
)


def sentences_of(lesson: Lesson) -> list[Sentence]:
    """All sentences in reading order; feedback names one by its place here."""
    return [one for section in lesson.sections for one in section.sentences]


def check_feedback(feedback: Feedback, lesson: Lesson) -> None:
    check_text("comment", feedback.comment)
    count = len(sentences_of(lesson))
    if feedback.sentence is not None and not 0 <= feedback.sentence < count:
        raise BadFeedbackError("sentence", f"The lesson has {count} sentences; they are counted from 0.")


def check_text(field: str, text: str, *, least: int = 0) -> None:
    """Raises BadFeedbackError for a text that is too short, too long or holds control characters."""
    if len(text.strip()) < least:
        raise BadFeedbackError(field, f"Write a {field} first.")
    if len(text) > LONGEST_TEXT:
        raise BadFeedbackError(field, f"The {field} has {len(text)} characters; {LONGEST_TEXT} are the most.")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t" for letter in text):
        raise BadFeedbackError(field, f"The {field} holds control characters; write it with letters only.")


def cited(lesson: Lesson, sentence: int | None) -> tuple[str, tuple[CitedPassage, ...]]:
    """The text of a sentence and the passages behind it; nothing for the whole lesson."""
    if sentence is None:
        return "", ()
    one = sentences_of(lesson)[sentence]
    sources = [source for source in lesson.sources if source.number in one.citations]
    return one.text, tuple(
        CitedPassage(
            number=source.number,
            quote=source.quote,
            book_title=source.book_title,
            section=source.section,
            url=source.url,
        )
        for source in sources
    )


def marks(lesson: Lesson, answers: Sequence[int | None]) -> tuple[Mark, ...]:
    """Each item marked. Raises BadFeedbackError unless there is one answer, or None, for each item."""
    if len(answers) != len(lesson.quiz):
        raise BadFeedbackError("answers", f"Send {len(lesson.quiz)} answers, null for a question that is left out.")
    for item, chosen in zip(lesson.quiz, answers, strict=True):
        if chosen is not None and not 0 <= chosen < len(item.options):
            raise BadFeedbackError("answers", f"An answer is a number from 0 to {len(item.options) - 1}, or null.")
    return tuple(
        Mark(chosen=chosen, correct=chosen == item.answer, answer=item.answer, feedback=item.feedback)
        for item, chosen in zip(lesson.quiz, answers, strict=True)
    )


def changed(lesson: Lesson, change: Change, interest: str) -> tuple[Level, str]:
    """Level and interest of the derived lesson: the one place that says what simpler and deeper mean."""
    if change is Change.ANOTHER_INTEREST:
        if not interest or interest == lesson.interest_id:
            raise BadFeedbackError("interest", "Say which other interest the lesson should be tied to.")
        return lesson.level, interest
    if interest:
        raise BadFeedbackError("interest", f"An interest goes with {Change.ANOTHER_INTEREST} only.")
    place = _LEVELS.index(lesson.level) + (-1 if change is Change.SIMPLER else 1)
    if not 0 <= place < len(_LEVELS):
        raise CannotDeriveError(f"This lesson is of the level {lesson.level!r}; there is none {change} than that.")
    return _LEVELS[place], lesson.interest_id


def check_order(order: PrewarmOrder) -> None:
    if order.topics < 1:
        raise BadFeedbackError("topics", "Name at least one topic.")
    if not order.interests or not order.grades:
        raise BadFeedbackError("interests" if not order.interests else "grades", "Name at least one.")
    if not order.budget_usd.is_finite() or order.budget_usd < Decimal(0):
        raise BadFeedbackError("budget", "The budget is an amount of USD, 0 or more.")


def notice_text(kind: NoticeKind, title: str, reason: str) -> str:
    """What a notice says, in English."""
    return _WORDS[kind].format(title=title, reason=reason)
