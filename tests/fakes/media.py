"""A lesson of about two minutes to narrate and render: every kind of slide, 8 scenes, 25 beats."""

from modules.integrations.interface import Beat, Cue, Narration, Scene, SceneKind, SlideItem, Storyboard


def _beat(step: int, display: str, spoken: str = "", pause_seconds: float = 0.25) -> Beat:
    return Beat(display=display, spoken=spoken or display, step=step, pause_seconds=pause_seconds)


def _items(*pairs: tuple[str, str]) -> tuple[SlideItem, ...]:
    return tuple(SlideItem(label=label, text=text) for label, text in pairs)


TITLE = Scene(
    kind=SceneKind.TITLE,
    title="How does a leaf win its game?",
    text="Photosynthesis, told on a basketball court",
    items=_items(("The ball", "energy of sunlight"), ("The score", "sugar")),
    beats=(
        _beat(0, "Every game of basketball is about one thing: getting the ball to where it counts."),
        _beat(1, "A green leaf plays a game like that. Its ball is the energy of sunlight."),
        _beat(2, "And what it scores is sugar."),
    ),
)
TERMS = Scene(
    kind=SceneKind.TERMS,
    title="Who is on the court",
    items=_items(
        ("Chloroplast", "The court: the part of a cell where photosynthesis takes place."),
        ("Chlorophyll", "The point guard: a green pigment that catches light."),
        ("Stomata", "The gates: pores that let carbon dioxide in and oxygen out."),
        ("Glucose", "The points: a sugar that keeps energy for later."),
    ),
    beats=(
        _beat(1, "The court is the chloroplast, the part of the cell where all of this takes place."),
        _beat(2, "The point guard is chlorophyll, a green pigment that catches light."),
        _beat(3, "The gates are the stomata, small pores that let carbon dioxide in and oxygen out."),
        _beat(4, "And the points on the board are glucose, a sugar that keeps energy for later."),
    ),
)
PROCESS = Scene(
    kind=SceneKind.PROCESS,
    title="The play, pass by pass",
    items=_items(
        ("Sunlight", "The inbound pass starts the play."),
        ("Light reactions", "They split water and let oxygen go."),
        ("Calvin cycle", "It builds sugar from CO₂."),
        ("Glucose", "Two points on the board."),
    ),
    beats=(
        _beat(1, "Sunlight is the inbound pass, and chlorophyll is there to catch it."),
        _beat(
            2,
            "In the light reactions this energy splits water, lets oxygen go, and charges ATP and NADPH.",
            "In the light reactions this energy splits water, lets oxygen go, and charges A T P and N A D P H.",
        ),
        _beat(3, "These carriers hand the energy to the Calvin cycle, which builds sugar from carbon dioxide."),
        _beat(4, "The result is glucose, and the leaf is on the board."),
    ),
)
EQUATION = Scene(
    kind=SceneKind.EQUATION,
    title="The final score",
    text="6 CO₂ + 6 H₂O → C₆H₁₂O₆ + 6 O₂",
    items=_items(
        ("CO₂", "Carbon dioxide comes in from the air."),
        ("H₂O", "Water comes up from the roots."),
        ("C₆H₁₂O₆", "Glucose is the sugar that the leaf keeps."),
        ("O₂", "Oxygen leaves through the gates."),
    ),
    beats=(
        _beat(0, "This is the whole game in one line."),
        _beat(2, "Six CO₂ and six H₂O go in.", "Six C O two and six H two O go in."),
        _beat(4, "One molecule of glucose and six molecules of oxygen come out, and not one atom is lost."),
    ),
)
ANALOGY = Scene(
    kind=SceneKind.ANALOGY,
    title="Leaf and court, side by side",
    text="Where it stops: a leaf has no opponent, and nobody blows the final whistle.",
    items=_items(
        ("Sunlight", "the ball that is put into play"),
        ("Chlorophyll", "the point guard who catches every pass"),
        ("ATP and NADPH", "the wings who carry the ball up the court"),
        ("Glucose", "the points on the scoreboard"),
    ),
    beats=(
        _beat(1, "So sunlight is the ball that is put into play."),
        _beat(2, "Chlorophyll is the guard who catches every pass."),
        _beat(4, "The carriers bring it up the court, and glucose is what goes on the scoreboard."),
    ),
)
LIMITS = Scene(
    kind=SceneKind.PROCESS,
    title="What sets the pace",
    items=_items(
        ("More light", "With more light the light reactions run faster, so the leaf makes more sugar every minute."),
        ("A plateau", "Beyond some brightness nothing gains, because carbon dioxide or water now runs short."),
    ),
    beats=(
        _beat(1, "Pass faster and you score more, until somebody on the team cannot keep up."),
        _beat(2, "A leaf is the same: more light helps, until carbon dioxide or water runs short."),
    ),
)
QUIZ = Scene(
    kind=SceneKind.QUIZ,
    title="Your shot",
    text="A plant stands in bright light, but its stomata are closed. What happens first?",
    items=(
        SlideItem(label="It makes more glucose"),
        SlideItem(
            label="It runs short of carbon dioxide",
            text="Closed gates keep carbon dioxide out, so the Calvin cycle has nothing to build with.",
            correct=True,
        ),
        SlideItem(label="It stops absorbing light"),
        SlideItem(label="It turns oxygen into water"),
    ),
    beats=(
        _beat(4, "A plant stands in bright light, but its stomata are closed. What happens first?", pause_seconds=2.0),
        _beat(4, "The answer is B. No carbon dioxide gets in, so the Calvin cycle has nothing to build with."),
    ),
)
SUMMARY = Scene(
    kind=SceneKind.SUMMARY,
    title="Box score",
    items=_items(
        ("Light reactions", "They turn sunlight into chemical energy and let oxygen go."),
        ("Calvin cycle", "It spends that energy to turn carbon dioxide into glucose."),
        ("Limits", "The scarcest player sets the pace: light, water or carbon dioxide."),
    ),
    footer="Source: Vividly starter library, Photosynthesis (CC BY 4.0)",
    beats=(
        _beat(0, "Let us read the box score."),
        _beat(1, "The light reactions turn sunlight into chemical energy and let oxygen go."),
        _beat(2, "The Calvin cycle spends that energy to turn carbon dioxide into glucose."),
        _beat(3, "And the scarcest player sets the pace, be it light, water, or carbon dioxide."),
    ),
)
LEAF_LESSON = Storyboard(
    title="Photosynthesis",
    subject="biology",
    interest="basketball",
    scenes=(TITLE, TERMS, PROCESS, EQUATION, ANALOGY, LIMITS, QUIZ, SUMMARY),
)


def lesson_of(*scenes: Scene, subject: str = "biology", interest: str = "basketball") -> Storyboard:
    """A storyboard with only these scenes."""
    return Storyboard(title="A short lesson", subject=subject, interest=interest, scenes=scenes)


def captions_of(storyboard: Storyboard, narration: Narration) -> list[Cue]:
    """One cue a beat: enough to see captions in the file."""
    beats = [beat for scene in storyboard.scenes for beat in scene.beats]
    return [
        Cue(start_seconds=timing.start_seconds, end_seconds=timing.end_seconds, text=beat.display[:42])
        for beat, timing in zip(beats, narration.beats, strict=True)
    ]
