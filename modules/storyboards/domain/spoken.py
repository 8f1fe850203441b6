"""How a sentence is said aloud: formulae, units and signs as words."""

import re
from typing import Final

from modules.storyboards.domain.wording import ENGLISH

_PLAIN: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "01234567890123456789-+")
_NUMERALS: Final = ENGLISH["numerals"].split()
_UNITS: Final = ENGLISH["units"]
_UNIT: Final = re.compile(rf"(?<=\d)\s?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![\w/²³·])")
_LONE_UNIT: Final = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, ENGLISH['lone_units']))})(?![\w/²³^])")
_ION: Final = re.compile(r"\b([A-Z][A-Za-z]{0,4}[₀-₉]*)([⁰¹²³⁴-⁹]*)([⁺⁻])(?![⁰-⁹])")
_FORMULA: Final = re.compile(r"\b(?=\w*[₀-₉])(?:[A-Z][a-z]?[₀-₉]*)+|\b(?:CO2|H2O|O2|N2|H2|SO2|NO2|CH4|NH3|C6H12O6)\b")
_LETTERS: Final = re.compile(r"\b([mtr]?)([A-Z]{2,5})(s?)\b")
_POWER: Final = re.compile(r"(?<=[\w)])⁻?[⁰¹²³⁴-⁹]+")
_MONEY: Final = re.compile(r"\$(\d[\d,]*)(?:\.(\d\d))?")


def spoken(sentence: str) -> str:
    """The sentence as a voice should say it; plain text without markup."""
    said = re.sub(r"[“”]|\(n\)(?= )", "", re.sub(r"_{2,}", str(ENGLISH["blank"]), sentence))
    said = _MONEY.sub(lambda found: f"{found[1]} {ENGLISH['dollars']} {(found[2] or '').lstrip('0')}".rstrip(), said)
    said = _UNIT.sub(lambda found: f" {_UNITS[found[1]]}", said)
    said = _LONE_UNIT.sub(lambda found: str(_UNITS[found[1]]), said)
    said = _ION.sub(lambda found: f"{found[1]} {_number(found[2])} {ENGLISH['charges'][found[3]]}", said)
    said = _FORMULA.sub(lambda found: _formula(found[0]), said)
    said = re.sub(r"\^(-?\d+)", lambda found: f" {_power(found[1])}", said)
    said = re.sub(r"(?<=\w)_(?=\w)", " ", said)
    said = _POWER.sub(lambda found: f" {_power(found[0].translate(_PLAIN))}", said)
    said = re.sub(r"(?<=\d)\s?/\s?(?=\d)", f" {ENGLISH['over']} ", said)
    said = re.sub(r"(?<=\d)\s*[–-]\s*(?=\d)", f" {ENGLISH['range']} ", said)
    said = _LETTERS.sub(_spelt, said)
    for sign, words in ENGLISH["signs"].items():
        said = said.replace(sign, f" {words} ")
    said = re.sub(r"(?<=\w)\s?/\s?(?=\w)", f" {ENGLISH['per']} ", said)
    return re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r"\s+", " ", said)).strip()


def _formula(formula: str) -> str:
    parts = re.findall(r"[A-Z][a-z]?|\d+", formula.translate(_PLAIN))
    return " ".join(_number(part) if part.isdigit() else " ".join(part.upper()) for part in parts)


def _number(digits: str) -> str:
    plain = digits.translate(_PLAIN)
    return str(_NUMERALS[int(plain)]) if plain.isdigit() and int(plain) < len(_NUMERALS) else plain


def _power(exponent: str) -> str:
    minus = ENGLISH["charges"]["⁻"]
    return str(ENGLISH["powers"].get(exponent) or f"{ENGLISH['power']} {exponent.replace('-', f'{minus} ')}")


def _spelt(found: re.Match[str]) -> str:
    if found[2] in ENGLISH["words_in_capitals"]:
        return found[0]
    return " ".join(found[1].upper() + found[2]) + found[3]
