"""The pure rules of the library: the document, its passages, the question, the evidence."""
