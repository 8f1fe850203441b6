"""What the operating system says when there is no room."""

import errno
from typing import Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """Whether a write failed for want of room: the disk, the quota or the longest allowed file."""
    return error.errno in _FULL
