"""Swaps, adds and drops facts of a first plan until its reading grade suits the reader and its objectives are met."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from modules.lesson_writing.domain.candidates import Candidate, announces, standing_alone
from modules.lesson_writing.domain.selecting import Aims
from modules.prose import interface as text

_COVERED: Final = 0.88
_A_TENTH: Final = 10.0
_MATTERS: Final = 0.04
_WORTH_IT: Final = 0.03
_MOST_MOVES: Final = 14
_MOST_LOOKS: Final = 60
_LONG: Final = 28
_LINES_FOR_LONG: Final = 20
_REDUNDANT: Final = 0.7

_LEANING_ON: Final = 3

Tally = tuple[int, int, int]
_NOTHING: Final = (0, 0, 0)


@dataclass(slots=True)
class Group:
    """Facts that stand together, what may stand there instead, and how many words they may have."""

    chosen: list[Candidate]
    pool: list[Candidate]
    words: range
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the whole is to reach.

    Attributes:
        least, most: the reading grades that suit; fixed: what else is read out, as sentences, words and syllables.
        told: what the lesson says beside the groups; long: how many sentences of more than 28 words it may have.
        words: of all groups together at most. defined: by term, the words of its definition.
    """

    least: float
    most: float
    fixed: Tally
    told: Sequence[str]
    long: int
    words: int
    defined: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Move:
    group: int
    out: Candidate | None
    new: Candidate | None


@dataclass(slots=True)
class _State:
    """The groups as they are, with all that a move is judged by."""

    groups: Sequence[Group]
    goal: Goal
    aims: Aims
    tally: Tally = (0, 0, 0)
    times: Counter[str] = field(default_factory=Counter)
    words: int = 0
    long: int = 0
    texts: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Counts all anew."""
        said = [one for group in self.groups for one in group.chosen]
        lines = [*self.goal.told, *(one.text for one in said)]
        self.aims.said = [(line, set(text.content(line))) for line in lines]
        self.aims.used = {term for line in lines for term in self.aims.terms_in(line)}
        self.times = Counter(word for line in lines for word in set(text.content(line)) & set(self.aims.aimed))
        for term in sorted(self.aims.used):
            self.times.update(self.goal.defined.get(term, frozenset()) & set(self.aims.aimed))
        self.tally = text.total([self.goal.fixed, *(text.tally(one.text) for one in said)])
        self.words = sum(one.words for one in said)
        self.long = sum(map(_long, said))
        self.texts = {one.text for one in said}

    @property
    def covered(self) -> float:
        return sum(weight for word, weight in self.aims.aimed.items() if self.times[word])

    def off(self, tally: Tally, covered: float, words: int) -> float:
        """How far a lesson with these counts is from the goal, in grades; a tenth of the objectives is one."""
        grade, total = text.grade_of(*tally), sum(self.aims.aimed.values())
        short = max(0.0, _COVERED - covered / total) if total else 0.0
        over = max(0, words - self.goal.words) / 20
        return max(0.0, self.goal.least - grade, grade - self.goal.most) + _A_TENTH * short + over


def fit(groups: Sequence[Group], goal: Goal, aims: Aims) -> None:
    """Changes the groups in place, one sentence at a time, as long as that brings the whole nearer to the goal."""
    state = _State(groups, goal, aims)
    for _ in range(_MOST_MOVES):
        state.look()
        now = state.off(state.tally, state.covered, state.words)
        if now <= 0:
            break
        rated = sorted(_rated(state, now), key=lambda pair: -pair[0])[:_MOST_LOOKS]
        best = next((move for _, move in rated if _allowed(state, move)), None)
        if best is None:
            break
        _make(state, best)
    state.look()


def whole(found: Sequence[Candidate]) -> list[Candidate]:
    """What may be said by itself: sentences that stand alone, and with each the one or two that lean on it, as one."""
    made = [one for one in found if one.alone or (one.long and not one.leans)]
    for place, first in enumerate(found):
        if not first.alone or first.step or announces(first):
            continue
        said = first.text
        for one in found[place + 1 : place + _LEANING_ON]:
            if not one.leans or one.step or one.equation or one.passage is not first.passage:
                break
            if not (one.usable or one.long):
                break
            said = f"{said} {one.text}"
            made.append(replace(first, text=said, long=one.long))
    return made


def _rated(state: _State, now: float) -> Iterator[tuple[float, _Move]]:
    """The moves that bring the whole nearer to its goal, each with how much, and how much more it matters."""
    covered, aimed = state.covered, state.aims.aimed
    about = {one.text: set(text.content(one.text)) & set(aimed) for group in state.groups for one in group.pool}
    matters = {line: state.aims.matters(one) for group in state.groups for one in group.pool for line in [one.text]}
    for move in _moves(state):
        out, new = move.out, move.new
        gone = set(text.content(out.text)) & set(aimed) if out else set()
        come = about[new.text] if new else set()
        lost = sum(aimed[word] for word in gone - come if state.times[word] == 1)
        won = sum(aimed[word] for word in come if not state.times[word])
        less, more = (text.tally(one.text) if one else _NOTHING for one in (out, new))
        tally = (
            state.tally[0] + more[0] - less[0],
            state.tally[1] + more[1] - less[1],
            state.tally[2] + more[2] - less[2],
        )
        words = state.words + (new.words if new else 0) - (out.words if out else 0)
        nearer = now - state.off(tally, covered + won - lost, words)
        if nearer > _WORTH_IT and (not new or not _long(new) or (won and tally[0] >= _LINES_FOR_LONG)):
            better = (matters[new.text] if new else 0.0) - (state.aims.matters(out) if out else 0.0)
            yield nearer + _MATTERS * better, move


def _moves(state: _State) -> Iterator[_Move]:
    for place, group in enumerate(state.groups):
        size, free = sum(one.words for one in group.chosen), [one for one in group.chosen if _free(one, group.chosen)]
        for out in [*free, None]:
            left = size - (out.words if out else 0)
            if out and left >= group.words.start:
                yield _Move(place, out, None)
            for new in group.pool:
                if left + new.words in group.words and state.long - _is_long(out) + _long(new) <= state.goal.long:
                    yield _Move(place, out, new)


def _allowed(state: _State, move: _Move) -> bool:
    """Whether what comes in says something new, and nothing that the lesson cannot explain."""
    new, group = move.new, state.groups[move.group]
    if new is None:
        return True
    others = [one for one in group.chosen if one is not move.out]
    told = others if group.repeats else [one for each in state.groups for one in each.chosen if one is not move.out]
    lines = {line for one in told for line in text.sentences(one.text)}
    if any(line in lines for line in text.sentences(new.text)):
        return False
    mine, said = set(text.content(new.text)), [set(text.content(one.text)) for one in told]
    return state.aims.affords([new]) and not any(len(mine & one) >= _REDUNDANT * len(mine | one) for one in said)


def _make(state: _State, move: _Move) -> None:
    group = state.groups[move.group]
    kept = [one for one in group.chosen if one is not move.out]
    group.chosen = sorted([*kept, *([standing_alone(move.new)] if move.new else [])], key=lambda one: one.order)


def _free(one: Candidate, among: Sequence[Candidate]) -> bool:
    """Whether nothing of the group needs a sentence, nor it any other."""
    follows = any(other.order == one.order + 1 and (other.leans or other.equation) for other in among)
    return not (one.leans or one.equation or one.step or follows or announces(one))


def _long(one: Candidate) -> bool:
    return max(map(text.count, text.sentences(one.text)), default=0) > _LONG


def _is_long(one: Candidate | None) -> bool:
    return one is not None and _long(one)
