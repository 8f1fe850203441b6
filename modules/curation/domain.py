"""The rules of changing a topic by hand."""

from collections.abc import Mapping

from modules.curation.interface import LONGEST_TITLE, BadTitleError, Field, MergeCycleError, Notes, TopicNote
from modules.kernel.interface import TopicId


def checked_title(title: str | None) -> str:
    """The title to keep, empty for None. Raises BadTitleError."""
    if title is None:
        return ""
    plain = title.strip()
    if not plain or len(plain) > LONGEST_TITLE or not plain.isprintable():
        raise BadTitleError(f"a title is one line of 1 to {LONGEST_TITLE} characters")
    return plain


def checked_target(topic: TopicId, into: TopicId | None, notes: Mapping[TopicId, TopicNote]) -> str:
    """The topic to merge into, empty for None. Raises MergeCycleError."""
    if into is None:
        return ""
    if Notes(by_topic=notes).target(into) == topic:
        raise MergeCycleError(f"{topic} cannot be merged into {into}, for {into} is shown as {topic}")
    return into


def as_text(value: str | bool) -> str:
    """A value as the log keeps it."""
    return str(value).lower() if isinstance(value, bool) else value


def value_of(note: TopicNote, field: Field) -> str | bool:
    """What a note says in one field."""
    said: Mapping[Field, str | bool] = {
        Field.TITLE: note.title,
        Field.MERGED_INTO: note.merged_into,
        Field.HIDDEN: note.hidden,
        Field.PINNED: note.pinned,
    }
    return said[field]
