"""The rules of building: on what terms a revision may come in."""
