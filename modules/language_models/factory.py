"""Builds language models; each adapter is imported only when it is asked for."""

from collections.abc import Mapping

from modules.language_models.interface import LanguageModel, ModelRegistry, TokenPrice


def create_model_registry(*, own_prices: Mapping[str, TokenPrice]) -> ModelRegistry:
    """The models that Vividly knows, and the operator's own prices, which come first."""
    from modules.language_models.local.registry import FileModelRegistry

    return FileModelRegistry(own_prices=own_prices)


def create_openai_language_model(*, url: str, model_id: str, key: str, registry: ModelRegistry) -> LanguageModel:
    """A model of an OpenAI-compatible server; nothing is called yet."""
    from modules.language_models.local.openai_server import OpenAiServerLanguageModel

    reasons = any(entry.id == model_id and entry.reasons for entry in registry.models())
    return OpenAiServerLanguageModel(url=url, model_id=model_id, key=key, reasons=reasons)


def create_vertex_language_model(*, project: str, location: str, model_id: str) -> LanguageModel:
    """A Gemini model on Vertex AI; nothing is called yet. Raises CallRejectedError without Google's client."""
    from modules.language_models.cloud.vertex import VertexLanguageModel

    return VertexLanguageModel(project=project, location=location, model_id=model_id)
