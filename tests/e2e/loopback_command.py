"""The command, for which books come from this computer: -m tests.e2e.loopback_command PORT ARGUMENT..."""

import sys

from dependency_injector import providers

from shell.cli.app import main
from shell.containers import Container
from shell.settings import load
from tests.loopback_books import Plain, loopback_fetcher

if __name__ == "__main__":
    port = int(sys.argv.pop(1))
    fetcher = loopback_fetcher(Plain(port), allowed_hosts=load().library_fetch_hosts)
    Container.book_fetcher.override(providers.Object(fetcher))
    main()
