"""The media process: one task as a line of JSON on standard input, its result as JSON on standard output.

The only home of the GPL engines. Started by `media.py`; ends when its standard input closes.
"""

import contextlib
import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from modules.integrations.local.disk import is_full
from modules.integrations.values import Beat, Cue, Scene, SceneKind, SlideItem, Storyboard


def main() -> None:
    gc.disable()  # one short task: nothing is worth collecting
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what an engine prints must not mix with the answer
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_cpu(request["budget_seconds"])
    json.dump(_answer(request), answer)
    answer.flush()
    os._exit(0)  # the engines have nothing to save, and unloading them takes time


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return _narrate(request) if request["task"] == "narrate" else _render(request)
    except ImportError as error:
        hint = 'narration and video need more packages: pip install "vividly[media]"'
        return {"error": "unavailable", "message": f"{hint} ({error.name or error} is missing)"}
    except OSError as error:  # FFmpeg's are OSErrors too
        if not is_full(error):
            raise
        return {"error": "storage_full", "message": f"no room left to {request['task']} the lesson"}


def _narrate(request: dict[str, Any]) -> dict[str, Any]:
    from modules.integrations.local.speech import narrate

    return narrate(_storyboard(request["storyboard"]), Path(request["directory"]))


def _render(request: dict[str, Any]) -> dict[str, Any]:
    from modules.integrations.local.video import Plan, render

    plan = Plan(
        storyboard=_storyboard(request["storyboard"]),
        audio=Path(request["audio"]),
        duration_seconds=request["duration_seconds"],
        starts=tuple(request["starts"]),
        captions=tuple(Cue(**cue) for cue in request["captions"]),
    )
    return render(plan, Path(request["directory"]))


def _storyboard(value: dict[str, Any]) -> Storyboard:
    return Storyboard(**{**value, "scenes": tuple(_scene(scene) for scene in value["scenes"])})


def _scene(value: dict[str, Any]) -> Scene:
    beats = tuple(Beat(**beat) for beat in value["beats"])
    items = tuple(SlideItem(**item) for item in value["items"])
    return Scene(**{**value, "kind": SceneKind(value["kind"]), "beats": beats, "items": items})


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not sys.stdin: its lock would hang the end of a crash
        pass
    os._exit(3)


def _limit_cpu(seconds: float) -> None:
    with contextlib.suppress(ImportError):  # Windows has no resource limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))


if __name__ == "__main__":
    main()
