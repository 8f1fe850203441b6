"""Brings a sentence of a book down to a reader's level without changing what it says.

Long sentences are cut where a clause ends, in the order of the book; rare words give way to listed simpler ones. A
sentence that denies or counts conditions is never cut, because a denial or a condition reaches over the whole of it.
Numbers, units and technical terms are never touched.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final

from modules.prose.values import text
from modules.prose.values.language import ENGLISH, any_of, holds

SIMPLER: Final[dict[str, str]] = ENGLISH["simpler"]
_SHORTEST_HEAD: Final = 4
_SHORTEST_TAIL: Final = 4
_LONGEST_FIRST: Final = "|".join(sorted(map(re.escape, SIMPLER), key=len, reverse=True))
_RARE: Final = re.compile(rf"(?<![\w-])(?P<article>an? )?(?P<rare>{_LONGEST_FIRST})(?![\w-])", re.IGNORECASE)
_SUBJECT: Final = rf"{any_of('subjects')}\b"
_HAS_VERB: Final = re.compile(rf"\b{any_of('clause_verbs')}\b")
_VERB: Final = rf"(?:{any_of('verbs_of_one')}|{any_of('verbs_of_many')})\b"
_MANY: Final = re.compile(rf"{any_of('verbs_of_many')}\b")
_REACHES_ON: Final = re.compile(rf"\b{any_of('no_split_before')}\b", re.IGNORECASE)
_MAY_BE: Final = holds("modals")
_PRESENT: Final = re.compile(rf"\b{any_of('verbs_of_one')}|{any_of('verbs_of_many')}\b")
_PAST: Final = re.compile(r"\b(?:was|were|had|did)\b")
_QUOTED: Final = re.compile(r"[“”\"]")
_NO_REASON: Final = re.compile(rf"\b{any_of('no_reason_after')}$")
_ANTECEDENT: Final = re.compile(
    rf"(?:\b{any_of('prepositions')}|\bis|\bare) "
    r"(?:(?P<article>the|an?) )?(?P<noun>(?:[a-z-]+ ){0,2}[a-z-]+)$"
)
_SPLITS: Final = [
    (re.compile(at.replace("SUBJECT", _SUBJECT).replace("VERB", _VERB)), start, frozenset(rules.split()))
    for at, start, rules in ENGLISH["splits"]
]


def leveled(sentence: str, *, most_words: int, keep: Collection[str] = ()) -> str:
    """The sentence as one or more shorter ones with simpler words. `keep`: stems of technical terms, which stay."""
    return " ".join(simpler(part, keep) for part in _cut(sentence, most_words))


def simpler(sentence: str, keep: Collection[str] = ()) -> str:
    """The sentence with simpler words for rare ones; names and terms stay."""

    def swap(found: re.Match[str]) -> str:
        rare, article = found["rare"], found["article"] or ""
        at_start = found.start("rare") == 0
        is_name = not (rare.islower() or (at_start and rare[1:].islower()))
        if is_name or any(stem in keep for stem in text.content(rare)):
            return found.group()
        plain = SIMPLER[rare.lower()]
        if article:
            article = ("A" if article[0] == "A" else "a") + ("n " if plain[0] in "aeiou" else " ")
        return article + (text.capitalised(plain) if at_start else plain)

    return sentence if _QUOTED.search(sentence) else _RARE.sub(swap, sentence)


def _cut(sentence: str, most_words: int) -> list[str]:
    if text.count(sentence) <= most_words or text.negations(sentence) or text.equation_in(sentence):
        return [sentence]
    cuts = list(_cuts(sentence))
    if not cuts:
        return [sentence]
    head, tail = min(cuts, key=lambda pair: max(map(text.count, pair)))
    return [*_cut(head, most_words), *_cut(tail, most_words)]


def _cuts(sentence: str) -> Iterable[tuple[str, str]]:
    """The ways to make two sentences of one."""
    for pattern, start, rules in _SPLITS:
        for found in pattern.finditer(sentence):
            head, tail = sentence[: found.start()], sentence[found.end() :]
            subject = _subject(head, tail) if "noun" in rules else start
            if subject is not None and _may_part(head, tail, rules):
                yield f"{head}.", text.capitalised(subject + tail)


def _may_part(head: str, tail: str, rules: Collection[str]) -> bool:
    long_enough = text.count(head) >= _SHORTEST_HEAD and text.count(tail) >= _SHORTEST_TAIL
    whole = all(part.count(one) == part.count(other) for part in (head, tail) for one, other in ("()", "“”", "[]"))
    says = bool(_HAS_VERB.search(head)) and ("clause" not in rules or bool(_HAS_VERB.search(tail)))
    # A comma before may open a list or a condition, which reaches over what follows.
    binds = "bare" in rules and bool({",", ":", ";"} & set(head))
    binds = binds or ("clause" in rules and bool(_REACHES_ON.search(head)))
    binds = binds or sum(part.count(";") for part in (head, tail)) > 0
    binds = binds or ("event" in rules and not _happens(head))
    binds = binds or ("reason" in rules and bool(_NO_REASON.search(head)))
    return long_enough and whole and says and not binds


def _happens(head: str) -> bool:
    """Whether it states, in the present, what is so: what may be, or was, has other effects."""
    return bool(_PRESENT.search(head)) and not _MAY_BE.search(head) and not _PAST.search(head)


def _subject(head: str, tail: str) -> str | None:
    """What "which" stands for, when that is sure: one noun phrase that agrees with the verb, and nothing after it."""
    found = _ANTECEDENT.search(head)
    if found is None or {",", ";", ":"} & set(tail.rstrip(".")) or _REACHES_ON.search(head):
        return None
    noun, article = found["noun"], found["article"] or ""
    is_plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    if is_plural is not bool(_MANY.match(tail)) or " of " in f" {noun} " or any(map(_function_word, noun.split())):
        return None
    lead = "The " if article == "the" else "This " if article else ""
    return f"{lead}{noun} "


@cache
def _function_word(word: str) -> bool:
    return not text.content(word) or word.endswith("ly") or bool(re.fullmatch(any_of("prepositions"), word))
