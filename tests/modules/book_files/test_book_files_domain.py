"""The rules on names and licences."""

import pytest

from modules.book_files.domain.licence import find_licence
from modules.book_files.domain.names import clash_of, common_folder, fault_of, is_litter, shown

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["a", "a/b.md", "a/", "Ünï/c d.md", "..a/b..", "a.b/c"])
def test_harmless_names_pass(name: str) -> None:
    assert fault_of(name) == ""


@pytest.mark.parametrize(
    "name", ["", "/", "a//b", "./a", "a/..", "../a", "c:x", "a\\b", "a\x00", "a\u202eb", "é" * 130]
)
def test_dangerous_names_are_faulted(name: str) -> None:
    assert fault_of(name)


def test_names_clash_by_case_spelling_and_kind() -> None:
    assert clash_of(["a/b", "a/c", "a/", "b"]) == ""
    assert clash_of(["a/B", "A/b"]) == "A/b"
    assert clash_of(["caf\u00e9", "cafe\u0301"]) == "cafe\u0301"
    assert clash_of(["a", "a/b"]) == "a"


def test_the_top_folder_is_found() -> None:
    assert common_folder(["a/b", "a/c/d"]) == "a"
    assert common_folder(["a/b", "c"]) == ""
    assert common_folder(["a", "b"]) == ""


def test_names_are_shown_safely() -> None:
    assert shown("a\x1b[2Jb\n") == "a?[2Jb?"
    assert len(shown("x" * 1_000)) == 83
    assert is_litter("__MACOSX/._a")
    assert not is_litter("a/b")


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("This work is under CC BY 4.0.", "CC BY 4.0", ""),
        ("(CC-BY-NC-SA 3.0)", "CC-BY-NC-SA 3.0", ""),
        ("Creative Commons Attribution-ShareAlike 4.0\nInternational License", None, ""),
        ("see creativecommons.org/licenses/by-nc/4.0/legalcode.", "", None),
        (
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("CC0 1.0", "CC0 1.0", ""),
        ("Copyright 2020. All rights reserved. CC by air mail", "", ""),
    ],
)
def test_a_licence_is_found_as_written(text: str, name: str | None, url: str | None) -> None:
    found = find_licence(text)
    expected_name = "Creative Commons Attribution-ShareAlike 4.0 International" if name is None else name
    expected_url = "https://creativecommons.org/licenses/by-nc/4.0/legalcode" if url is None else url
    assert (found.name, found.url, found.several) == (expected_name, expected_url, False)


def test_several_licences_are_told() -> None:
    assert find_licence("CC BY 4.0, but the photo is CC BY-NC 2.0").several
