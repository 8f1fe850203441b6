"""eSpeak NG through ctypes: text to PCM in memory, with the moment at which each word begins.

Runs in the media process only: the library is GPL-3 and its state is global.
"""

import ctypes as c
from dataclasses import dataclass
from typing import Any, Final

import espeakng_loader

VOICE: Final = "en-us"
_WORDS_PER_MINUTE: Final = 155
_PITCH: Final = 45
_RANGE: Final = 60
_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_INITIALIZE_DONT_EXIT: Final = 0x8000
_CHARS_UTF8: Final = 1
_EVENT_END_OF_LIST: Final = 0
_EVENT_WORD: Final = 1
_PARAMETERS: Final = ((1, _WORDS_PER_MINUTE), (3, _PITCH), (4, _RANGE))


class _Event(c.Structure):
    _fields_ = (
        ("type", c.c_int),
        ("unique_identifier", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_position", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", c.c_char * 8),
    )


_Callback = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_int, c.POINTER(_Event))


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Spoken text. `pcm`: 16-bit mono. `words`: (character in the text, milliseconds) of each word heard, in order."""

    pcm: bytes
    words: tuple[tuple[int, int], ...]


class SpeechEngine:
    """The one eSpeak NG of this process."""

    def __init__(self) -> None:
        self._library = c.CDLL(espeakng_loader.get_library_path())
        path = espeakng_loader.get_data_path().encode()
        self.sample_rate = int(
            self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, path, _INITIALIZE_DONT_EXIT)
        )
        if self.sample_rate <= 0:
            raise RuntimeError("eSpeak NG did not start")
        self._library.espeak_Info.restype = c.c_char_p
        self.name = f"espeak-ng {self._library.espeak_Info(None).decode().split()[0]} {VOICE}"
        self._pcm: list[bytes] = []
        self._words: list[tuple[int, int]] = []
        self._callback = _Callback(self._hear)  # the library keeps a bare pointer: hold the object
        self._library.espeak_SetSynthCallback(self._callback)
        if self._library.espeak_SetVoiceByName(VOICE.encode()) != 0:
            raise RuntimeError(f"eSpeak NG has no voice {VOICE}")
        for parameter, value in _PARAMETERS:
            self._library.espeak_SetParameter(parameter, value, 0)

    def speak(self, text: str) -> Speech:
        """Plain text only: the engine's markup and phoneme modes stay off."""
        self._pcm, self._words = [], []
        raw = text.encode()
        status = self._library.espeak_Synth(raw, c.c_size_t(len(raw) + 1), 0, 1, 0, _CHARS_UTF8, None, None)
        if status != 0:
            raise RuntimeError(f"eSpeak NG failed with status {status}")
        self._library.espeak_Synchronize()
        return Speech(pcm=b"".join(self._pcm), words=tuple(self._words))

    def _hear(self, wave: int | None, samples: int, events: Any) -> int:
        if wave and samples > 0:
            self._pcm.append(c.string_at(wave, samples * 2))
        index = 0
        while events[index].type != _EVENT_END_OF_LIST:
            if events[index].type == _EVENT_WORD:
                self._words.append((events[index].text_position - 1, events[index].audio_position))
            index += 1
        return 0
