"""The pure rules of reading."""

import pytest

from modules.textbooks.domain.licence import identify, is_allowed
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.domain.sentences import REFERENCE, clean, split_sentences, without_figures

pytestmark = pytest.mark.unit


def test_sentences_end_where_they_end() -> None:
    text = (
        "Dr. Lee ran 3.5 km, e.g. at noon. A push of 5 N. Was it 9.8 m/s^2? Yes, John F. Kennedy said so in the U.S. A."
    )
    assert split_sentences(text) == [
        "Dr. Lee ran 3.5 km, e.g. at noon.",
        "A push of 5 N.",
        "Was it 9.8 m/s^2?",
        "Yes, John F. Kennedy said so in the U.S. A.",
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Heat flows (see {REFERENCE}). It stops.", "Heat flows. It stops."),
        ("The bar bends, as shown in Figure 4.8. It holds.", "The bar bends. It holds."),
        ("Figure 8.4 shows a bar. It holds.", "It holds."),
        (f"The relation is illustrated in {REFERENCE}, which shows it. It holds.", "It holds."),
        ("The system shown below moves. It holds.", "It holds."),
        ("Four rockets push the sled shown below.", "Four rockets push the sled."),
        (f"In {REFERENCE} (a), it falls.", ""),
        ("It can be seen from the motion.", "It can be seen from the motion."),
    ],
)
def test_what_leans_on_a_figure_goes(text: str, left: str) -> None:
    assert without_figures(text) == left


def test_invisible_characters_go() -> None:
    assert clean("H\u200b2\u00adO\u00a0 is  wet\ue005 .") == "H2O is wet."


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0", "CC BY-NC-SA 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public Domain"),
        ("CC-BY-SA-3.0", "CC BY-SA 3.0"),
        ("All rights reserved", "unknown"),
        ("", "unknown"),
    ],
)
def test_licences_are_known_by_address_or_name(text: str, name: str) -> None:
    assert str(identify(text)) == name


def test_only_free_licences_enter_unless_named() -> None:
    assert is_allowed(identify("CC BY-SA 4.0"), [])
    assert not is_allowed(identify("CC BY-ND 4.0"), ["CC BY-NC 4.0"])
    assert is_allowed(identify("CC BY-ND 4.0"), ["cc by-nd"])
    assert not is_allowed(identify("who knows"), [])


def test_slugs_and_subjects() -> None:
    assert slug_of("Newton’s Second Law: Café & Co.") == "newtons-second-law-cafe-co"
    assert subject_of("algebra-and-trigonometry-2e", "") == "mathematics"
    assert subject_of("us-history", "U.S. History") == "history"
    assert subject_of("anthropology") == "general"
