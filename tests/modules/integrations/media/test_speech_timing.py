"""Word times are always there, in order, and inside their beat."""

import pytest
from hypothesis import given, strategies as st

from modules.integrations.local.speech_timing import word_times

pytestmark = pytest.mark.unit


def test_equal_word_counts_map_one_to_one() -> None:
    times = word_times("H₂O falls down", "water falls down", [(0, 0), (6, 400), (12, 900)], start=10.0, end=11.5)
    assert times == [("H₂O", 10.0, 10.4), ("falls", 10.4, 10.9), ("down", 10.9, 11.5)]


def test_a_word_that_the_engine_merged_is_interpolated() -> None:
    times = word_times("part of the cell", "part of the cell", [(0, 0), (5, 200), (12, 600)], start=0.0, end=1.0)
    assert [word for word, _, _ in times] == ["part", "of", "the", "cell"]
    assert 0.2 < times[2][1] < 0.6


def test_a_longer_spoken_form_is_spread_over_the_shown_words() -> None:
    times = word_times(
        "Six CO₂ now", "Six C O two now", [(0, 0), (4, 300), (6, 500), (8, 700), (12, 900)], start=0, end=1
    )
    assert [word for word, _, _ in times] == ["Six", "CO₂", "now"]
    assert 0.1 < times[1][1] < 0.6 < times[2][1] < 1.0


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 80), st.integers(-100, 9000)), max_size=12),
    st.floats(0, 1000),
    st.floats(0, 60),
)
def test_times_rise_inside_the_beat(
    display: str, spoken: str, heard: list[tuple[int, int]], start: float, length: float
) -> None:
    end = start + length
    times = word_times(display, spoken, heard, start=start, end=end)
    assert [word for word, _, _ in times] == display.split()
    edges = [edge for _, begin, finish in times for edge in (begin, finish)]
    assert edges == sorted(edges)
    assert all(start - 0.001 <= edge <= end + 0.001 for edge in edges)
