"""Builds bundles."""

from modules.bundles.interface import Bundles
from modules.bundles.service import ZipBundles


def create_bundles() -> Bundles:
    """Bundles as ZIP archives."""
    return ZipBundles()
