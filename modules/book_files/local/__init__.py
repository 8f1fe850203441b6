"""One file a format, and the fetcher; every foreign exception ends here."""
