"""Tells a full disk from other faults of the operating system."""

import errno

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


def is_storage_full(error: BaseException | None) -> bool:
    """Whether the error, or one that it came from, says that there is no room left."""
    while error is not None:
        if getattr(error, "errno", None) in _NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return False
