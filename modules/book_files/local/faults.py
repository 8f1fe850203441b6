"""Turns what libraries raise into the module's errors."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers.expat import ExpatError

from modules.book_files.domain.names import shown
from modules.book_files.interface import BookFileError, BrokenFileError, HostileFileError

_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    UnicodeError,
    ExpatError,
    # What converters run into when a part is not built as they expect.
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@contextmanager
def parsing(part: str) -> Iterator[None]:
    """Whatever goes wrong inside is the fault of this part of the file, and is said so."""
    name = shown(part)
    try:
        yield
    except BookFileError:
        raise
    except (RecursionError, MemoryError) as error:
        raise HostileFileError(
            f"{name} is nested too deeply or is too large to be opened; this file is not safe to use"
        ) from error
    except (NotImplementedError, zipfile.LargeZipFile) as error:
        raise BrokenFileError(f"{name} is packed in a way that is not known; save or pack the book again") from error
    except OSError as error:
        # strerror holds no path, unlike the error itself.
        raise BrokenFileError(
            f"{name} cannot be read ({error.strerror or 'input error'}); check the file and try again"
        ) from error
    except _DAMAGED as error:
        raise BrokenFileError(f"{name} is cut short or damaged; get the file again") from error
    except RuntimeError as error:
        # zipfile says so when a member wants a password, and when its own state is wrong.
        raise BrokenFileError(f"{name} cannot be unpacked; save the book again without a password") from error
