"""The command, given another embedder: -m tests.e2e.other_embedder_command ARGUMENT..."""

from dependency_injector import providers

from shell.cli.app import main
from shell.containers import Container
from tests.modules.rag.quick_embedder import QuickEmbedder


class OtherEmbedder(QuickEmbedder):
    """Another model, whose vectors must not mix."""

    model_id = "fake/other"


if __name__ == "__main__":
    Container.embedder.override(providers.Object(OtherEmbedder()))
    main()
