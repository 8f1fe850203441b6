"""The order of sections, and how sure the first is."""

import pytest

from modules.ranking.factory import create_ranking
from modules.ranking.interface import Found

pytestmark = pytest.mark.unit
RANKING = create_ranking()


def found(section: int, *, lexical: float = 0.0, cosine: float = 0.0, **signs: float) -> Found:
    more = {"heading": 0.0, "named": 0.0, "glossary": 0.0} | signs
    return Found(section_id=section, passage_ids=(section * 10,), lexical=(lexical,), cosines=(cosine,), **more)


def order(*sections: Found) -> list[int]:
    return [one.found.section_id for one in RANKING.order(sections)]


def test_words_meaning_headings_and_key_terms_each_move_a_section_up() -> None:
    plain = found(1, lexical=0.5, cosine=0.5)
    for better in ({"lexical": 0.6}, {"cosine": 0.6}, {"heading": 0.2}, {"glossary": 0.2}):
        assert order(plain, found(2, **({"lexical": 0.5, "cosine": 0.5} | better))) == [2, 1]


def test_equal_sections_keep_one_order() -> None:
    assert order(found(3, cosine=0.4), found(1, cosine=0.4), found(2, cosine=0.4)) == [1, 2, 3]


def test_three_passages_speak_for_a_section_and_a_fourth_does_not() -> None:
    def many(section: int, count: int) -> Found:
        numbers = tuple(range(section * 10, section * 10 + count))
        return Found(
            section_id=section, passage_ids=numbers, lexical=(0.0,) * count, cosines=(0.5,) * count, heading=0.0,
            named=0.0, glossary=0.0,
        )  # fmt: skip

    assert order(many(1, 2), many(2, 3)) == [2, 1]
    assert order(many(1, 3), many(2, 4)) == [1, 2]


def test_a_good_section_lifts_its_passages() -> None:
    ranked = RANKING.order([found(1, cosine=0.5), found(2, cosine=0.5, glossary=1.0), found(3, lexical=0.0)])
    best = RANKING.passages(ranked, limit=5)
    assert [passage for passage, _ in best] == [20, 10]
    assert RANKING.passages(ranked, limit=1) == best[:1]


def test_scores_never_rise_and_tell_a_near_section_from_a_far_one() -> None:
    near = [found(1, lexical=0.9, cosine=0.75, named=0.9, glossary=0.9), found(2, lexical=0.1, cosine=0.2)]
    far = [found(1, lexical=0.2, cosine=0.3), found(2, lexical=0.9, cosine=0.28)]
    for sections in (near, far):
        scores = RANKING.scores(RANKING.order(sections), lexemes=3, dense=True)
        assert scores == sorted(scores, reverse=True)
    assert RANKING.scores(RANKING.order(near), lexemes=3, dense=True)[0] > 0.8
    assert RANKING.scores(RANKING.order(far), lexemes=3, dense=True)[0] < 0.3
    assert RANKING.scores([], lexemes=3, dense=True) == []


def test_without_vectors_the_words_judge() -> None:
    near = [found(1, lexical=1.0, named=1.0, glossary=1.0, heading=1.0)]
    assert RANKING.scores(RANKING.order(near), lexemes=2, dense=False)[0] > 0.5
    assert RANKING.scores(RANKING.order([found(1, lexical=0.2)]), lexemes=2, dense=False)[0] < 0.5
