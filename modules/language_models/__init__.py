"""language_models: text models behind one port; from outside, import modules.language_models.interface only."""
