"""Books as JSON lines, and back; what comes back is checked field by field, for it comes from outside."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from modules.bundles.interface import BrokenBundleError
from modules.chunking.interface import CutSection, PassageDraft, PassageKind
from modules.textbooks.interface import BookMeta, Formula, Section, Term


def lines_of(meta: BookMeta, sections: Iterable[CutSection]) -> Iterator[str]:
    """The book's facts, then a line for each section."""
    yield json.dumps(asdict(meta), ensure_ascii=False)
    for cut in sections:
        yield json.dumps(asdict(cut), ensure_ascii=False)


def book_of(lines: list[str]) -> tuple[BookMeta, tuple[CutSection, ...]]:
    """The book that the lines say. Raises BrokenBundleError."""
    try:
        first, *rest = [json.loads(line) for line in lines]
        return _meta(first), tuple(_cut(line) for line in rest)
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenBundleError("a book of the bundle cannot be read; write the bundle anew") from error


def _meta(line: dict[str, Any]) -> BookMeta:
    authors, allowed = tuple(map(_text, line.pop("authors"))), bool(line.pop("license_allowed_by_name"))
    facts = {name: _text(value) for name, value in line.items()}
    return BookMeta(authors=authors, license_allowed_by_name=allowed, **facts)


def _cut(line: dict[str, Any]) -> CutSection:
    facts = line["section"]
    names = ("key", "title", "number", "chapter", "subject", "url")
    key, title, number, chapter, subject, url = (_text(facts[name]) for name in names)
    section = Section(
        key=key,
        title=title,
        number=number,
        chapter=chapter,
        subject=subject,
        url=url,
        objectives=tuple(map(_text, facts["objectives"])),
        terms=tuple(Term(term=_text(term["term"]), definition=_text(term["definition"])) for term in facts["terms"]),
    )
    drafts = tuple(
        PassageDraft(
            kind=PassageKind(draft["kind"]),
            heading=_text(draft["heading"]),
            text=_text(draft["text"]),
            formulas=tuple(Formula(text=_text(one["text"]), mathml=_text(one["mathml"])) for one in draft["formulas"]),
        )
        for draft in line["drafts"]
    )
    return CutSection(
        section=section, words=int(line["words"]), content_hash=_text(line["content_hash"]), drafts=drafts
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError("a text is wanted")
    return value
