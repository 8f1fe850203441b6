"""The pure rules of the library: what is shown, what matches, whose vectors it holds, text as it is indexed."""
