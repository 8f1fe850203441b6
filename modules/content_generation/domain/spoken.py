"""How a sentence is said aloud: formulae, units and signs as words."""

import re
from typing import Final

_LOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_HIGH: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_UNITS: Final = {
    "m/s²": "metres per second squared",
    "m/s2": "metres per second squared",
    "m/s": "metres per second",
    "km/h": "kilometres per hour",
    "km/s": "kilometres per second",
    "N/kg": "newtons per kilogram",
    "N/m": "newtons per metre",
    "g/cm³": "grams per cubic centimetre",
    "kg·m/s": "kilogram metres per second",
    "kg m/s": "kilogram metres per second",
    "J/kg": "joules per kilogram",
    "kWh": "kilowatt hours",
    "kg": "kilograms",
    "mg": "milligrams",
    "km": "kilometres",
    "cm": "centimetres",
    "mm": "millimetres",
    "nm": "nanometres",
    "mL": "millilitres",
    "kJ": "kilojoules",
    "kW": "kilowatts",
    "kPa": "kilopascals",
    "kHz": "kilohertz",
    "Hz": "hertz",
    "ms": "milliseconds",
    "mol": "moles",
    "°C": "degrees Celsius",
    "°F": "degrees Fahrenheit",
    "°": "degrees",
    "%": "percent",
    "Ω": "ohms",
    "m³": "cubic metres",
    "m²": "square metres",
    "cm²": "square centimetres",
    "cm³": "cubic centimetres",
    "N": "newtons",
    "J": "joules",
    "W": "watts",
    "V": "volts",
    "K": "kelvin",
    "m": "metres",
    "g": "grams",
    "s": "seconds",
    "h": "hours",
    "L": "litres",
}
_UNIT: Final = re.compile(
    r"(?<=\d)\s?(" + "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True)) + r")(?![\w/²³·])"
)
_LONE_UNIT: Final = re.compile(r"(?<!\w)(m/s²|m/s|km/h|N/kg|N/m|kg·m/s|°C)(?![\w/²³])")
_SIGNS: Final = {
    "→": "gives",
    "⇌": "forms, and is formed from,",
    "=": "equals",
    "≈": "is about",
    "×": "times",
    "·": "times",
    "÷": "divided by",
    "−": "minus",
    "+": "plus",
    "±": "plus or minus",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is at most",
    "≥": "is at least",
    "√": "the square root of",
    "Δ": "delta",
    "λ": "lambda",
    "θ": "theta",
    "π": "pi",
    "μ": "mu",
    "ρ": "rho",
}
_FORMULA: Final = re.compile(r"\b(?=\w*[₀-₉])(?:[A-Z][a-z]?[₀-₉]*|\([A-Za-z₀-₉]+\)[₀-₉]*)+(?:[⁰-⁹]*[⁺⁻])?")
_LATIN_FORMULA: Final = re.compile(r"\b(?:CO2|H2O|O2|N2|H2|SO2|NO2|CH4|NH3|C6H12O6)\b")
_ION: Final = re.compile(r"\b([A-Z][A-Za-z]{0,4}[₀-₉]*)([⁰-⁹]*)([⁺⁻])")
_LETTERS: Final = re.compile(r"\b(m|t|r)?([A-Z]{2,5})(s?)\b")
_WORDS_IN_CAPITALS: Final = frozenset({"NASA", "LASER", "RADAR"})
_POWER: Final = re.compile(r"([\w)])([⁻]?[⁰¹²³⁴-⁹]+)")
_MONEY: Final = re.compile(r"\$(\d[\d,]*)(?:\.(\d\d))?")


def spoken(text: str) -> str:
    """The sentence as a voice should say it; plain text without markup."""
    said = text.replace("_____", "blank").replace("“", "").replace("”", "")
    said = _MONEY.sub(_money, said)
    said = _UNIT.sub(lambda found: f" {_UNITS[found[1]]}", said)
    said = _LONE_UNIT.sub(lambda found: _UNITS[found[1]], said)
    said = _ION.sub(lambda found: f"{found[1]} {_number(found[2])} {'plus' if found[3] == '⁺' else 'minus'}", said)
    said = _FORMULA.sub(lambda found: _formula(found[0]), said)
    said = _LATIN_FORMULA.sub(lambda found: _formula(found[0]), said)
    said = _POWER.sub(lambda found: f"{found[1]} {_power(found[2])}", said)
    said = re.sub(r"(?<=\d)\s?/\s?(?=\d)", " over ", said)
    said = re.sub(r"(?<=\d)\s*[–-]\s*(?=\d)", " to ", said)
    said = _LETTERS.sub(_letters, said)
    for sign, words in _SIGNS.items():
        said = said.replace(sign, f" {words} ")
    said = re.sub(r"(?<=\s)/(?=\s)|(?<=\w)/(?=\w)", " per ", said)
    return re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r"\s+", " ", said)).strip()


def _formula(formula: str) -> str:
    plain = formula.translate(_LOW)
    parts = re.findall(r"[A-Z][a-z]?|\d+", plain)
    return " ".join(_number(part) if part.isdigit() else " ".join(part.upper()) for part in parts)


def _number(digits: str) -> str:
    plain = digits.translate(_LOW).translate(_HIGH)
    return _ONES[int(plain)] if plain.isdigit() and int(plain) < len(_ONES) else plain


def _power(raised: str) -> str:
    plain = raised.translate(_HIGH)
    named = {"2": "squared", "3": "cubed"}
    return named.get(plain) or "to the power of " + plain.replace("-", "minus ")


def _letters(found: re.Match[str]) -> str:
    if found[2] in _WORDS_IN_CAPITALS:
        return found[0]
    letters = " ".join([*filter(None, [(found[1] or "").upper()]), *found[2]])
    return letters + ("s" if found[3] else "")


def _money(found: re.Match[str]) -> str:
    return f"{found[1]} dollars" + (f" {found[2].lstrip('0')}" if found[2] and found[2] != "00" else "")
