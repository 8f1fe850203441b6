"""Spoilt and re-worded sentences, and the figures of a judge."""

import json
from importlib.resources import files

import pytest

from modules.evaluation.factory import create_evaluation
from modules.evaluation.interface import DrawnSentence, TrialClaim
from modules.grounding.domain.language import language_of

pytestmark = pytest.mark.unit
EVALUATION = create_evaluation()
SENTENCES = [
    (
        "physics",
        "However, we always measure that the force (a push) increases by 12 newtons because all bodies attract.",
        "force",
    ),
    ("physics", "Friction leads to approximately 30 joules of heat in every brake of the moving car.", "friction"),
    ("physics", "A large magnet attracts the small needle, and the needle is not free to leave it.", "magnet"),
    ("history", "The treaty was ratified before the war in 1848, but most farmers opposed the tariff.", "tariff"),
    ("history", "Some merchants defeated planters, so the union gained 5 million dollars in two years.", "union"),
    ("history", "The senate could not stop the northern states, which bought numerous ships from England.", "senate"),
]
DRAWN = [
    DrawnSentence(book=book, sentence=text, passage=f"First. {text} Last.", terms=(term, "embargo", "inertia"))
    for book, text, term in SENTENCES
]


def claims() -> list[TrialClaim]:
    return [one for tuning in (True, False) for one in EVALUATION.trial_claims(DRAWN, size=10, tuning=tuning)]


def test_every_class_is_made_and_differs_from_the_sentence() -> None:
    made = claims()
    false = {one.kind for one in made if one.false}
    assert false == {
        "foreign", "number", "unit", "negation", "antonym", "term", "role", "quantifier", "direction"
    }  # fmt: skip
    assert {one.kind for one in made if not one.false} >= {"identical", "clause", "connective_dropped", "you_for_we"}
    assert all(one.claim not in one.passage for one in made if one.false)
    assert all(one.claim in one.passage for one in made if one.kind == "identical")


def test_the_same_claims_are_made_every_time_and_the_halves_share_no_sentence() -> None:
    assert claims() == claims()
    halves = [{one.passage for one in EVALUATION.trial_claims(DRAWN, size=10, tuning=half)} for half in (True, False)]
    assert not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == len(DRAWN)


def test_figures_worked_out_by_hand() -> None:
    def claim(kind: str, *, false: bool) -> TrialClaim:
        return TrialClaim(kind=kind, false=false, claim=kind, passage="")

    trial = [
        claim("number", false=True),
        claim("number", false=True),
        claim("clause", false=False),
        claim("aside_dropped", false=False),
        claim("identical", false=False),
        claim("unlisted_word", false=False),
    ]
    report = EVALUATION.grounding(trial, [False, True, True, False, True, False])
    assert report.detected == {"number": 0.5}
    assert report.false_alarms == 0.5
    assert report.false_alarms_by_kind == {"aside_dropped": 1.0, "clause": 0.0, "identical": 0.0, "unlisted_word": 1.0}
    assert report.missed["number"] == ("number",)
    assert report.claims == 6


def test_a_third_of_the_opposites_is_unknown_to_the_judge() -> None:
    """Else the figure would only say that two lists are alike."""
    words = json.loads((files("modules.evaluation") / "languages" / "en.json").read_text("utf-8"))
    english = language_of("en")
    pairs = [tuple(map(english.stem, pair.split("/"))) for pair in words["antonyms"].split()]
    unknown = [pair for pair in pairs if not english.opposed(*pair) and not english.negates(*pair)]
    assert len(unknown) >= len(pairs) / 3
    assert len(english.opposites) >= 800
