"""Plans the facts of a lesson: which sentences of the book it says, in which part, at the reader's level.

The interest plays no part here, so lessons that differ in their interest alone say the same facts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from modules.lesson_writing.domain.candidates import Candidate, is_sequence, leans, reads_whole, runs, standing_alone
from modules.lesson_writing.domain.fitting import Goal, Group, fit, whole
from modules.lesson_writing.domain.framing import OLDER
from modules.lesson_writing.domain.language import holds, say
from modules.lesson_writing.domain.material import Ease, Material, eases
from modules.lesson_writing.domain.parts import Part, parts, titled
from modules.lesson_writing.domain.selecting import Aims, defines, pick
from modules.lesson_writing.interface import Brief, Level
from modules.prose import interface as text
from modules.rag.interface import Passage, PassageKind

_BIG_IDEA: Final = 2
_BIG_IDEA_WORDS: Final = 45
_ALIKE: Final = 0.4
_PART_WORDS: Final = range(14, 60)
_STEPS_WORDS: Final = 76
_MOST_ADDED: Final = 12
_MISSING: Final = 0.08
_FAR: Final = 10_000
_LONGEST_RUN: Final = 3
_EFFORT: Final = 0.3
_WORDS: Final = {Level.SIMPLER: 100, Level.STANDARD: 165, Level.DEEPER: 290}
_WORDS_A_GRADE: Final = 12
_PARTS: Final = {Level.SIMPLER: 2, Level.STANDARD: 4, Level.DEEPER: 5}
_EXAMPLE_WORDS: Final = range(16, 77)
_STEP_LINES: Final = 2
_MISCONCEPTION_WORDS: Final = 40
_RECAP: Final = 3
_RECAP_WORDS: Final = 56
_OPENING_SENTENCES: Final = 12
_OWN_WORDS: Final = 0.62
_ABOVE, _BELOW, _UNDER_SOURCE = 0.0, 1.2, 0.4
_SECTIONS, _AROUND = 10, 5
_SHIFT: Final = {Level.SIMPLER: -1.5, Level.STANDARD: 0.0, Level.DEEPER: 0.2}
_TRIES: Final = 4
_NARROWEST: Final = 1.0
_NEAR, _FAR_ABOVE, _UNDER = 2.7, 0.5, 0.2
_SHORTEST: Final = 4
_NEARBY: Final = 10
_ALL_WORDS: Final = 500
_PROSE: Final = frozenset({PassageKind.TEXT, PassageKind.SUMMARY, PassageKind.EXAMPLE, PassageKind.MISCONCEPTION})
_FITTED: Final = range(10, 66)
_LONG: Final = 28
_MOST_WORDS: Final = {Level.SIMPLER: 280, Level.STANDARD: 320, Level.DEEPER: 460}
_WORKED: Final = re.compile(
    r"^(?:Problem:\s*)(?P<problem>.+?)\s*^Solution:?\s+(?P<steps>.+)$", re.DOTALL | re.MULTILINE
)
_TAIL: Final = re.compile(r"\n?(?:Check Your Learning|Discussion:|Try It).*$", re.DOTALL)
_POINTS: Final = holds("pointing")
_DEBRIS: Final = re.compile(r"https?:|[\[\]{}|\\]|_{2}|\.\.\.|…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example as the book gives it; `steps` is empty when it is short."""

    passage: Passage
    problem: tuple[str, ...]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The facts of a lesson, part by part."""

    big_idea: list[Candidate]
    explained: list[Part]
    example: Example | None
    misconception: list[tuple[str, Passage]]
    recap: list[Candidate]

    @property
    def chosen(self) -> list[Candidate]:
        return [*self.big_idea, *(one for _, found in self.explained for one in found), *self.recap]

    @property
    def told(self) -> list[str]:
        """What the worked example and the misconception say."""
        example = [*self.example.problem, *self.example.steps] if self.example else []
        return [*example, *(line for line, _ in self.misconception)]


def plan(brief: Brief, around: str) -> Plan:
    """The plan whose reading grade suits the reader best, easier or harder than the first when that one does not.

    `around`: what is read out beside the facts.
    """
    least, most = _band(brief)
    steps = eases(brief)
    place = next((number for number, one in enumerate(steps) if one.first), 0)
    tried = dict[int, tuple[float, Plan, Material, Aims]]()
    for _ in range(_TRIES):
        made, material, aims = _planned(brief, steps[place])
        grade = text.grade_of(*_read(brief, made, around, [one.text for one in made.chosen]))
        tried[place] = (max(0.0, least - grade, grade - most), made, material, aims)
        place += 1 if grade < least else -1 if grade > most else 0
        if place in tried or not 0 <= place < len(steps):
            break
    _, best, material, aims = min(tried.values(), key=lambda one: one[0])
    return _fitted(brief, best, material, aims, around)


def _band(brief: Brief) -> tuple[float, float]:
    """The grades between which facts and frames together may lie: near the reader's, and below the book's."""
    source = _source_grade(brief)
    most = min(brief.grade + _ABOVE, source - _UNDER_SOURCE) + _SHIFT[brief.level]
    least = 0.0 if brief.level is Level.SIMPLER else brief.grade - _BELOW
    return min(least, most - _NARROWEST), most


def _source_grade(brief: Brief) -> float:
    """The reading grade of the passages' whole sentences; the reader's own when they have none."""
    told = [line for one in brief.passages if one.kind in _PROSE for line in text.sentences(one.text)]
    sure = [line for line in told if line.endswith((".", "!", "?")) and text.count(line) >= _SHORTEST]
    return text.grade_of(*text.total(map(text.tally, sure))) or float(brief.grade)


def _fitting(brief: Brief) -> tuple[float, float]:
    """The grades that suit, wider than those that are aimed at first; as near as possible to them in an easy book."""
    source, shift = _source_grade(brief), _SHIFT[brief.level]
    most = min(brief.grade + _FAR_ABOVE, source - _UNDER) + shift
    least = 0.0 if brief.level is Level.SIMPLER else min(brief.grade - _NEAR, source - 2 * _UNDER) + shift
    return least, max(most, least + _UNDER)


def _read(brief: Brief, made: Plan, around: str, chosen: Iterable[str] = ()) -> tuple[int, int, int]:
    """Sentences, words and syllables of what a plan reads out, with what stands around its facts."""
    leads = [say("typical_older_part" if brief.grade >= OLDER else "typical_part")] * len(made.explained)
    leads += [say("example_first"), say("example_steps")] if made.example else []
    leads += [say("misconception_first")] if made.misconception else []
    return text.total(map(text.tally, [*chosen, *made.told, *leads, around]))


def _fitted(brief: Brief, made: Plan, material: Material, aims: Aims, around: str) -> Plan:
    """The plan with facts changed for others until its grade suits the reader and its objectives are met."""
    (least, most), steps = _fitting(brief), eases(brief)
    grade = text.grade_of(*_read(brief, made, around, [one.text for one in made.chosen]))
    step = steps[0] if grade > most else steps[-1] if grade < least else material.ease
    sides = [material, *([Material.of(brief, step)] if step != material.ease else [])]
    prose, summary = (
        list({one.text: one for side in sides for one in whole(getattr(side, name))}.values())
        for name in ("prose", "summary")
    )
    opening = [one for one in prose if one.order < _OPENING_SENTENCES]
    groups = [Group(made.big_idea, [*opening, *summary], _FITTED)] if made.big_idea else []
    groups += [Group(found, _instead(found, prose, aims), _PART_WORDS) for _, found in made.explained]
    groups += [Group(made.recap, summary, _FITTED, repeats=True)] if made.recap else []
    beside = [*made.told, *text.sentences(around)]
    room = _ALL_WORDS - sum(map(text.count, beside)) if brief.level is not Level.DEEPER else _MOST_WORDS[brief.level]
    goal = Goal(
        least=least,
        most=most,
        fixed=_read(brief, made, around),
        told=made.told,
        long=max(0, 1 - sum(text.count(line) > _LONG for line in beside)),
        words=min(_MOST_WORDS[brief.level] - sum(map(text.count, made.told)), room),
        defined={term: frozenset(text.content(one.definition)) for term, (one, _) in material.homes.items()},
    )
    fit(groups, goal, aims)
    at = iter(one.chosen for one in groups)
    big_idea = next(at) if made.big_idea else []
    explained = titled([(title, next(at)) for title, _ in made.explained], material.topic)
    return replace(made, big_idea=big_idea, explained=explained, recap=next(at, []))


def _instead(found: list[Candidate], prose: list[Candidate], aims: Aims) -> list[Candidate]:
    """What may stand in a part: the text under its headings or near it, and what nothing has told of the objectives."""
    headings, missing = {one.passage.heading for one in found}, set(aims.missing)
    near = range(found[0].order - _NEARBY, found[-1].order + _NEARBY)
    return [
        one
        for one in prose
        if one.passage.heading in headings or one.order in near or missing.intersection(text.content(one.text))
    ]


def _planned(brief: Brief, ease: Ease) -> tuple[Plan, Material, Aims]:
    material = Material.of(brief, ease)
    aims = Aims.of(material)
    example, misconception = _example(brief), _misconception(brief)
    big_idea = _big_idea(material, aims)
    most = max(2, _PARTS[brief.level] - bool(example) - bool(misconception))
    room = _SECTIONS - _AROUND - 2 * bool(example) - bool(misconception)
    explained = _explained(material, aims, most, min(room, most + 1))
    recap = _recap(material, aims, [*big_idea, *(one for _, found in explained for one in found)])
    made = Plan(big_idea=big_idea, explained=explained, example=example, misconception=misconception, recap=recap)
    return made, material, aims


def _big_idea(material: Material, aims: Aims) -> list[Candidate]:
    """What the topic is, when the opening of its text says so, and what its summary says first."""
    title = set(text.content(material.topic.title))
    opening = [one for one in material.prose[:_OPENING_SENTENCES] if one.alone]
    summary = [one for one in material.summary if one.alone]
    defining = [one for one in [*opening, *summary] if defines(one.text) and title & set(text.content(one.text))]
    chosen, room = list[Candidate](), _BIG_IDEA_WORDS
    for one in [*defining[:1], *_best(summary, aims), *_best(opening, aims)]:
        fits = len(chosen) < _BIG_IDEA and one.words <= room
        if fits and one not in chosen and not aims.is_redundant(one, alike=_ALIKE) and aims.affords([one]):
            aims.take([one])
            chosen.append(standing_alone(one))
            room -= one.words
    return chosen


def _best(found: Iterable[Candidate], aims: Aims) -> list[Candidate]:
    return sorted(found, key=lambda one: -aims.gain([one]) / max(8, one.words) ** 0.5)[:_BIG_IDEA]


def _explained(material: Material, aims: Aims, most: int, with_room: int) -> list[Part]:
    divided = parts(material, aims, most=most)
    words = _WORDS[material.level] + _WORDS_A_GRADE * max(-2, material.grade - 10)
    budget = min(_PART_WORDS.stop, max(_PART_WORDS.start * 2, words // max(1, len(divided))))
    picked: list[Part] = []
    for title, found in divided:
        steps = 0 if any(is_sequence(chosen) for _, chosen in picked) else _STEPS_WORDS
        chosen = pick(found, aims, budget=budget, steps_budget=steps)
        if sum(one.words for one in chosen) >= _PART_WORDS.start:
            picked.append((title, chosen))
        else:
            aims.forget(chosen)
    return _completed(material, aims, picked, with_room)


def _completed(material: Material, aims: Aims, picked: list[Part], most: int) -> list[Part]:
    """The parts with sentences for what the objectives are about and nothing has said yet, as far as there is room."""
    found = [run for run in [*runs(material.prose), *runs(material.summary)] if not is_sequence(run)]
    left = [
        run[:end] for run in found for end in range(1, min(len(run), _LONGEST_RUN) + 1) if not run[end - 1].equation
    ]
    for _ in range(_MOST_ADDED):
        missing = aims.missing
        best = max(left, key=lambda run: _adds(run, aims, missing), default=[])
        enough = sum(missing.values()) <= _MISSING * sum(aims.aimed.values())
        if not picked or enough or not best or _adds(best, aims, missing) <= 0:
            break
        left.remove(best)
        place = _room_for(best, picked)
        if place is None and len(picked) < most:
            picked.append((material.topic.title, []))
            place = len(picked) - 1
        if place is not None and aims.affords(best) and not any(map(aims.is_redundant, best)):
            aims.take(best)
            title, there = picked[place]
            whole = [standing_alone(best[0]), *best[1:]]
            picked[place] = (title, sorted([*there, *whole], key=lambda one: one.order))
    return [part for part in picked if sum(one.words for one in part[1]) >= _PART_WORDS.start]


def _adds(run: list[Candidate], aims: Aims, missing: dict[str, float]) -> float:
    """What a run says of what is missing, for its length and effort."""
    new = sum(missing.get(word, 0.0) for word in {word for one in run for word in text.content(one.text)})
    if not new:
        return -1.0
    effort = sum(max(0.0, aims.effort(one)) for one in run)
    return float((new - _EFFORT * effort) / max(8, sum(one.words for one in run)) ** 0.6)


def _room_for(run: list[Candidate], picked: list[Part]) -> int | None:
    """The part with room for some sentences more that stands nearest to them in the book."""
    words = sum(one.words for one in run)
    open_parts = [
        (min((abs(other.order - run[0].order) for other in found), default=_FAR), place)
        for place, (_, found) in enumerate(picked)
        if sum(other.words for other in found) + words <= _PART_WORDS.stop
    ]
    return min(open_parts)[1] if open_parts else None


def _recap(material: Material, aims: Aims, said: list[Candidate]) -> list[Candidate]:
    """Sentences of the summary on what the lesson has told, else the lesson's own on what things are."""
    told = {word for one in said for word in text.content(one.text)}
    texts = {one.text for one in said}

    def known(one: Candidate) -> float:
        words = set(text.content(one.text))
        return len(words & told) / max(1, len(words))

    summary = [one for one in material.summary if one.alone and one.text not in texts and known(one) >= _OWN_WORDS]
    own = [standing_alone(one) for one in said if one.alone]
    own.sort(key=aims.matters, reverse=True)
    chosen, room = list[Candidate](), _RECAP_WORDS
    for one in [*sorted(summary, key=aims.matters, reverse=True), *own]:
        if len(chosen) < _RECAP and one.words <= room and aims.affords([one]):
            chosen.append(standing_alone(one))
            room -= one.words
    return sorted(chosen, key=lambda one: one.order)


def _example(brief: Brief) -> Example | None:
    """The first worked example that reads well outside its book: a problem and all its steps."""
    for passage in brief.passages:
        if passage.kind is PassageKind.EXAMPLE and brief.level is not Level.SIMPLER:
            found = _worked(passage) or _short(passage)
            if found:
                return found
    return None


def _worked(passage: Passage) -> Example | None:
    found = _WORKED.search(_TAIL.sub("", passage.text))
    if found is None or _POINTS.search(found.group()) or _DEBRIS.search(found.group()):
        return None
    problem, steps = tuple(text.sentences(found["problem"])), tuple(text.sentences(found["steps"]))
    if leans(problem[0]):
        return None
    lengths = [sum(map(text.count, lines)) for lines in (problem, steps)]
    fits = len(steps) >= _STEP_LINES and lengths[0] in range(12, 70) and lengths[1] in _EXAMPLE_WORDS
    return Example(passage=passage, problem=problem, steps=steps) if fits else None


def _short(passage: Passage) -> Example | None:
    lines = tuple(text.sentences(passage.text))
    fits = text.count(passage.text) in _EXAMPLE_WORDS and all(map(reads_whole, lines))
    return Example(passage=passage, problem=lines) if fits else None


def _misconception(brief: Brief) -> list[tuple[str, Passage]]:
    for passage in brief.passages:
        taken, room = list[str](), _MISCONCEPTION_WORDS
        for line in text.sentences(passage.text) if passage.kind is PassageKind.MISCONCEPTION else ():
            room -= text.count(line)
            if room < 0:
                break
            taken.append(line)
        if len(taken) > 1:
            return [(line, passage) for line in taken]
    return []
