"""imports: from outside, import modules.imports.interface only."""
