"""The version of Vividly that runs."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("vividly")
    except PackageNotFoundError:
        return "0.0.0+source"


VERSION = _installed()
