"""A page of HTML as a flat list of headings and blocks, in reading order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree, html

from modules.textbooks.domain.blocks import block_of, figure_of
from modules.textbooks.domain.formulas import END, SUB, SUP, formulas_of
from modules.textbooks.domain.roles import OBJECTIVE_WORDS, is_for_teachers, kind_of_words, role_of_words
from modules.textbooks.domain.sentences import clean, split_sentences
from modules.textbooks.interface import Block, BlockForm, BlockKind, BrokenSourceError, Formula, SectionRole, Term
from modules.textbooks.pipeline.mathml import lowered, math_markup, math_text, raised

_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_SILENT: Final = frozenset(
    "head script style template nav form button iframe svg object noscript footer audio video canvas".split()  # noqa: SIM905
)
_FLOW: Final = frozenset(
    """p ul ol dl table pre blockquote figure aside section article main div header details center address fieldset body
    figcaption hr h1 h2 h3 h4 h5 h6""".split()  # noqa: SIM905
)
_INLINE_SPACED: Final = frozenset({"br", "li", "p", "td", "th", "tr", "dd", "dt", "div", "ul", "ol", "dl", "table"})
_FORMS: Final = {"pre": BlockForm.CODE, "blockquote": BlockForm.QUOTE}
_NOTE_WORDS: Final = frozenset({"note", "box", "callout", "sidebar", "tip", "feature", "admonition"})
_ASIDE: Final = frozenset(
    {SectionRole.PRACTICE, SectionRole.REFERENCES, SectionRole.PREREQUISITES, SectionRole.GLOSSARY}
)
_DEEPEST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A heading, or what stands under it.

    Attributes:
        level: 1 to 6 of a heading, 0 of anything else. title: of a heading.
        role: what the marks around it say that it is for, if they say it.
    """

    level: int = 0
    title: str = ""
    role: SectionRole | None = None
    block: Block | None = None
    term: Term | None = None
    objective: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    role: SectionRole | None = None
    kind: BlockKind = BlockKind.TEXT
    objectives: bool = False


@dataclass(slots=True)
class _Run:
    """What was read of a paragraph besides its text."""

    formulas: list[Formula] = field(default_factory=list)
    alts: list[str] = field(default_factory=list)
    dfns: list[str] = field(default_factory=list)


def items_of(markup: str, name: str) -> list[Item]:
    """The page's items.

    Raises:
        BrokenSourceError: it is nested too deep, or holds nothing that can be read.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(markup.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        message = f"{name} line 1 holds no HTML that can be read: {error}"
        raise BrokenSourceError(message) from error
    # The parser cuts off what is nested too deep; what is cut off is not said, only logged.
    for entry in parser.error_log:
        if "xcessive depth" in entry.message:
            message = f"{name} line {entry.line}: elements are nested more than {_DEEPEST} deep"
            raise BrokenSourceError(message)
    title = root.findtext(".//title") or ""
    found = list(_flow(root, _Place()))
    return found if any(item.level for item in found) else [Item(level=1, title=clean(title)), *found]


def _name(element: etree._Element) -> str:
    tag: object = element.tag
    return tag.rpartition(":")[2] if isinstance(tag, str) else ""


def _words(element: etree._Element) -> list[str]:
    said = f"{element.get('epub:type') or ''} {element.get('class') or ''} {element.get('role') or ''}"
    return said.replace("doc-", "").replace("_", "-").lower().split()


def _flow(container: etree._Element, place: _Place) -> Iterator[Item]:
    """The blocks of a container; loose text between them is a paragraph."""
    run, text = _Run(), container.text or ""
    for child in container:
        if _is_flow(child):
            yield from _paragraph(text, run, place)
            yield from _element(child, place)
            run, text = _Run(), child.tail or ""
        else:
            text += _inline_child(child, text, run) + (child.tail or "")
    yield from _paragraph(text, run, place)


def _is_flow(element: etree._Element) -> bool:
    name = _name(element)
    return name in _FLOW or name in _SILENT or any(_is_flow(child) for child in element if name != "math")


def _element(element: etree._Element, place: _Place) -> Iterator[Item]:
    name, words = _name(element), _words(element)
    role = role_of_words(words)
    hidden = role is SectionRole.ANSWER_KEY and place.kind is not BlockKind.EXAMPLE
    if name in _SILENT or is_for_teachers(words) or hidden or _is_answer(element, name, place):
        return
    place = _inside(name, words, role, place)
    if name in _HEADINGS:
        yield Item(level=_HEADINGS[name], title=_line(element), role=place.role)
    elif name in {"ul", "ol"}:
        yield from _list(element, name, place)
    elif name == "dl":
        yield from _definitions(element, place)
    elif name == "table":
        yield from _table(element, place)
    elif name in {"figure", "img"}:
        yield from _figure(element, place)
    elif name in _FORMS or name == "p":
        run = _Run()
        yield from _paragraph(_inline(element, run), run, place, _FORMS.get(name, BlockForm.PARAGRAPH))
    else:
        yield from _flow(element, place)


def _inside(name: str, words: list[str], role: SectionRole | None, place: _Place) -> _Place:
    kind = kind_of_words(words)
    if kind is None and place.kind is BlockKind.TEXT:
        if any("misconception" in word for word in words):
            kind = BlockKind.MISCONCEPTION
        elif name == "aside" or _NOTE_WORDS & set(words):
            kind = BlockKind.NOTE
    objectives = place.objectives or bool(OBJECTIVE_WORDS & set(words))
    if kind is None and role not in _ASIDE and objectives is place.objectives:
        return place
    role = role if role in _ASIDE and place.role is None else place.role
    return replace(place, kind=kind or place.kind, role=role, objectives=objectives)


def _is_answer(element: etree._Element, name: str, place: _Place) -> bool:
    """Whether it is a fold that hides an answer."""
    if name != "details" or place.kind is BlockKind.EXAMPLE:
        return False
    summary = next((child for child in element if _name(child) == "summary"), None)
    said = (
        "" if summary is None else re.sub(r"(?i)^(?:show|see|check|reveal)\s+(?:the\s+|your\s+)?", "", _line(summary))
    )
    return re.fullmatch(r"(?i)(?:answers?|solutions?)\b.*", said) is not None


def _paragraph(text: str, run: _Run, place: _Place, form: BlockForm = BlockForm.PARAGRAPH) -> Iterator[Item]:
    if run.alts:
        yield from (Item(role=place.role, block=block) for block in figure_of(place.kind, "", run.alts))
    plain = clean(text)
    if not plain:
        return
    if place.objectives:
        yield Item(objective=plain.replace("\n", " "), role=place.role)
        return
    if form is BlockForm.PARAGRAPH and run.formulas and plain == run.formulas[0].text:
        form = BlockForm.EQUATION
    formulas = [*run.formulas, *formulas_of(text)]
    yield from (Item(role=place.role, block=block) for block in block_of(place.kind, "", text, form, formulas))
    for word in run.dfns:
        sentence = next((part for part in split_sentences(plain.replace("\n", " ")) if word in part), "")
        if sentence:
            yield Item(term=Term(term=word, definition=sentence), role=place.role)


def _lines(rows: list[str], run: _Run, place: _Place, form: BlockForm) -> Iterator[Item]:
    text = "\n".join(filter(None, rows))
    for block in [*block_of(place.kind, "", text, form, run.formulas), *figure_of(place.kind, "", run.alts)]:
        yield Item(role=place.role, block=block)


def _list(element: etree._Element, name: str, place: _Place) -> Iterator[Item]:
    run, rows = _Run(), []
    for at, child in enumerate((child for child in element if _name(child) == "li"), start=1):
        raw = _inline(child, run)
        run.formulas += formulas_of(raw)
        if text := clean(raw).replace("\n", " "):
            rows.append(text if place.objectives else f"{at}. {text}" if name == "ol" else f"- {text}")
    if place.objectives:
        yield from (Item(objective=row, role=place.role) for row in rows)
    else:
        yield from _lines(rows, run, place, BlockForm.LIST)


def _table(element: etree._Element, place: _Place) -> Iterator[Item]:
    run, rows = _Run(), []
    for row in element.iter("caption", "tr"):
        cells = [row] if _name(row) == "caption" else [cell for cell in row if _name(cell) in {"td", "th"}]
        raw = [_inline(cell, run) for cell in cells]
        run.formulas += formulas_of(" ".join(raw))
        rows.append(" | ".join(filter(None, (clean(text).replace("\n", " ") for text in raw))))
    yield from _lines(rows, run, place, BlockForm.TABLE)


def _definitions(element: etree._Element, place: _Place) -> Iterator[Item]:
    word = ""
    for part in element.iter("dt", "dd"):
        run = _Run()
        raw = _inline(part, run)
        if _name(part) == "dt":
            word = clean(raw).replace("\n", " ")
        elif meaning := clean(raw).replace("\n", " "):
            yield Item(term=Term(term=word, definition=meaning), role=place.role)
            if place.role is not SectionRole.GLOSSARY:
                text = f"{word}: {raw}"
                formulas = [*run.formulas, *formulas_of(raw)]
                for block in block_of(place.kind, "", text, BlockForm.DEFINITION, formulas):
                    yield Item(role=place.role, block=block)


def _figure(element: etree._Element, place: _Place) -> Iterator[Item]:
    alts = [image.get("alt") or "" for image in element.iter("img")]
    captions = [_inline(caption, _Run()) for caption in element.iter("figcaption")]
    for block in figure_of(place.kind, "", [*alts, *captions]):
        yield Item(role=place.role, block=block)
    for inner in element.iterdescendants("table", "pre", "ul", "ol"):
        yield from _element(inner, place)


def _line(element: etree._Element) -> str:
    return clean(_inline(element, _Run())).replace("\n", " ")


def _inline(element: etree._Element, run: _Run) -> str:
    text = element.text or ""
    for child in element:
        text += _inline_child(child, text, run) + (child.tail or "")
    return text


def _inline_child(child: etree._Element, before: str, run: _Run) -> str:
    name = _name(child)
    if not name or name in _SILENT or _is_apart(child):
        return ""
    if name == "math":
        run.formulas.append(Formula(text=clean(math_text(child)), mathml=math_markup(child)))
        return math_text(child)
    if name == "img":
        run.alts.append(child.get("alt") or "")
        return " "
    inside = _inline(child, run)
    if name == "sup":
        return f"{SUP}{raised(inside)}{END}"
    if name == "sub":
        return f"{SUB}{lowered(before[-4:].replace(END, ''), inside)}{END}"
    if name == "dfn" and (word := clean(inside)):
        run.dfns.append(word)
    return f" {inside} " if name in _INLINE_SPACED else inside


def _is_apart(element: etree._Element) -> bool:
    """Whether it is a note number, or a part for teachers, in the middle of a text."""
    words = _words(element)
    return bool(words) and (
        is_for_teachers(words) or "noteref" in words or role_of_words(words) is SectionRole.ANSWER_KEY
    )
