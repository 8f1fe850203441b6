"""Narration: the beats of a storyboard, spoken one after the other. Runs in the media process only."""

from array import array
from pathlib import Path
from typing import Any, Final

from modules.integrations.local.media_text import plain
from modules.integrations.local.speech_audio import write_audio
from modules.integrations.local.speech_engine import SpeechEngine
from modules.integrations.local.speech_timing import word_times
from modules.integrations.values import Beat, Storyboard

LEAD_IN_SECONDS: Final = 0.4
SCENE_GAP_SECONDS: Final = 0.6
TAIL_SECONDS: Final = 0.8
_LONGEST_PAUSE_SECONDS: Final = 10.0
_UNSPEAKABLE_SECONDS: Final = 0.5
_QUIET: Final = 48


def narrate(storyboard: Storyboard, directory: Path) -> dict[str, Any]:
    """Writes `lesson.m4a` and answers with its length and the time of every word."""
    if not any(scene.beats for scene in storyboard.scenes):
        raise ValueError("the storyboard has nothing to say")
    engine = SpeechEngine()
    voice = _Voice(engine)
    for scene in storyboard.scenes:
        for beat in scene.beats:
            voice.say(beat)
            voice.pause(max(beat.pause_seconds, SCENE_GAP_SECONDS if beat is scene.beats[-1] else 0.0))
    voice.pause(TAIL_SECONDS - SCENE_GAP_SECONDS)
    seconds = write_audio(bytes(voice.pcm), engine.sample_rate, directory / "lesson.m4a")
    return {"duration_seconds": round(seconds, 3), "beats": voice.beats, "engine": engine.name}


class _Voice:
    """What has been said so far, and when."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self.pcm = bytearray()
        self.beats: list[dict[str, Any]] = []
        self.pause(LEAD_IN_SECONDS)

    def pause(self, seconds: float) -> None:
        samples = int(max(0.0, min(seconds, _LONGEST_PAUSE_SECONDS)) * self._engine.sample_rate)
        self.pcm += bytes(2 * samples)

    def say(self, beat: Beat) -> None:
        text = plain(beat.spoken)
        start = self._now()
        speech = self._engine.speak(text)
        pcm = _without_silent_end(speech.pcm)
        self.pcm += pcm
        if not pcm:
            self.pause(_UNSPEAKABLE_SECONDS)
        end = self._now()
        words = word_times(beat.display, text, speech.words, start=start, end=end)
        self.beats.append({"start": round(start, 3), "end": round(end, 3), "words": words})

    def _now(self) -> float:
        return len(self.pcm) / 2 / self._engine.sample_rate


def _without_silent_end(pcm: bytes) -> bytes:
    """The engine ends a sentence with silence of its own; the pauses of a lesson are those of its storyboard."""
    samples = array("h", pcm)
    last = next((i for i in range(len(samples) - 1, -1, -1) if abs(samples[i]) > _QUIET), -1)
    return pcm[: 2 * (last + 1)]
