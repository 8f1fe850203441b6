"""BERT's uncased WordPiece tokenizer in plain Python, so that no tokenizer library is needed."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

_LONGEST_WORD: Final = 100
_CACHED_WORDS: Final = 65_536
_REPLACEMENT: Final = 0xFFFD
_CJK: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Turns a text into token ids.

    Args:
        vocabulary: one token a line; the line number is its id.
        longest: ids of one text, the two marks at its ends included; what lies beyond is cut off.
    """

    def __init__(self, vocabulary: Path, *, longest: int = 256) -> None:
        with vocabulary.open(encoding="utf-8") as lines:
            self._ids = {line.rstrip("\n"): number for number, line in enumerate(lines)}
        self._longest = longest
        self._unknown = self._ids["[UNK]"]
        self._start, self._end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._pieces = lru_cache(maxsize=_CACHED_WORDS)(self._split_word)

    def encode(self, text: str) -> list[int]:
        """The ids of `text`, 2 to `longest` of them."""
        ids = [self._start]
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= self._longest - 1:
                break
        return [*ids[: self._longest - 1], self._end]

    def _split_word(self, word: str) -> tuple[int, ...]:
        """The longest known piece first, then the longest that continues it, to the end of the word."""
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        ids: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self._ids)
            end = next(ends, None)
            if end is None:
                return (self._unknown,)
            ids.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(ids)


def _words(text: str) -> Iterator[str]:
    """Lower-case words without accents; every punctuation mark is a word of its own."""
    for word in (text if text.isascii() else _plain(text)).lower().split():
        if word.isalnum():
            yield word
        else:
            yield from _split_punctuation(word)


def _plain(text: str) -> str:
    spaced = "".join(_cleaned(character) for character in text)
    decomposed = unicodedata.normalize("NFD", spaced)
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs" or character in "\t\n\r":
        return " "
    if category.startswith("C") or ord(character) == _REPLACEMENT:
        return ""
    return f" {character} " if any(first <= ord(character) <= last for first, last in _CJK) else character


def _split_punctuation(word: str) -> Iterator[str]:
    current = ""
    for character in word:
        if _is_punctuation(character):
            if current:
                yield current
            yield character
            current = ""
        elif character.isprintable() or not character.isascii():
            current += character
    if current:
        yield current


def _is_punctuation(character: str) -> bool:
    symbol = character.isascii() and character.isprintable() and not character.isalnum()
    return symbol or unicodedata.category(character).startswith("P")
