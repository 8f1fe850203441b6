"""Every authored comparison: whole, mapped role by role, honest about where it stops, and like no other."""

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from modules.prose.interface import content

pytestmark = pytest.mark.unit

BANK = files("modules.lesson_writing") / "bank"
PATTERNS = {pattern["id"]: pattern for pattern in json.loads((BANK / "patterns.json").read_text("utf-8"))}
ENTRIES = [
    (path.name.removesuffix(".json"), pattern, entry)
    for path in sorted((BANK / "analogies").iterdir(), key=lambda path: path.name)
    for pattern, entry in json.loads(path.read_text("utf-8")).items()
]
RELATION = re.compile(
    r"\b(?:is|are|works?|acts?|behaves?|looks?) (?:a lot |very much |just )?like\b|\bplays? the (?:part|role) of\b"
    r"|\bjust as\b|\bdo(?:es)? the (?:job|work) of\b|\bstands? (?:in )?for\b|\bmatch(?:es)?\b|\bthe same way\b",
    re.IGNORECASE,
)
STOPS = re.compile(
    r"\b(?:stops?|ends?|breaks?|fails?|runs? out|not|never|no|cannot|unlike|only|limit|too far|while)\b", re.IGNORECASE
)
WORDS = {"opening": range(12, 37), "sentence": range(9, 36), "limit": range(12, 41), "holds": range(6, 36)}


def words(line: str) -> int:
    return len(line.split())


def lines(entry: dict[str, Any]) -> list[str]:
    return [entry["opening"], *(pair["sentence"] for pair in entry["pairs"]), entry["limit"], entry.get("holds", "")]


def test_there_are_twenty_patterns_with_three_roles_each() -> None:
    assert len(PATTERNS) == 20
    assert all(len({role["id"] for role in pattern["roles"]}) == 3 for pattern in PATTERNS.values())
    assert all(len(pattern["cues"]) >= 15 for pattern in PATTERNS.values())


@pytest.mark.parametrize(("interest", "pattern", "entry"), ENTRIES, ids=[f"{one}-{two}" for one, two, _ in ENTRIES])
def test_an_entry_is_whole_and_mapped(interest: str, pattern: str, entry: dict[str, Any]) -> None:
    roles = [role["id"] for role in PATTERNS[pattern]["roles"]]
    assert [pair["role"] for pair in entry["pairs"]] == roles, interest
    assert "{topic}" in entry["opening"]
    assert len({pair["element"].lower() for pair in entry["pairs"]}) == 3
    for pair in entry["pairs"]:
        assert f"{{{pair['role']}}}" in pair["sentence"]
        assert set(content(pair["element"])) & set(content(pair["sentence"])), pair
        assert RELATION.search(pair["sentence"]), pair["sentence"]
        assert words(pair["sentence"]) in WORDS["sentence"], pair["sentence"]
    assert STOPS.search(entry["limit"])
    assert re.search(r"\{\w+\}", entry["limit"]), entry["limit"]
    assert words(entry["opening"]) in WORDS["opening"]
    assert words(entry["limit"]) in WORDS["limit"]
    assert "holds" not in entry or words(entry["holds"]) in WORDS["holds"]
    for line in filter(None, lines(entry)):
        assert set(re.findall(r"\{(\w+)\}", line)) <= {*roles, "topic"}
        assert re.match(r"[A-Z{]", line), line
        assert line.endswith((".", "!", "?"))
        assert not re.search(r"[<>;\[\]]|https?:|\b(\w+) \1\b", line.replace("; it", "")) or "; " in line, line


def test_no_line_stands_twice() -> None:
    found = Counter(line.lower() for _, _, entry in ENTRIES for line in lines(entry) if line)
    assert [line for line, times in found.items() if times > 1] == []
