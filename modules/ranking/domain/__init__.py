"""The pure rules of putting sections into order and of judging the first."""
