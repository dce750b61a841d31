"""The actions that plan from several tracks: a journey between them, a blend of them."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.engine.protocol import Enqueue, PlayTracks
from tuiradio.errors import TuiradioError
from tuiradio.ui.asked import asked
from tuiradio.ui.plan_sheets import BlendSheet, Chosen, JourneySheet, PlanSheet, Study
from tuiradio.ui.teach_actions import TeachActions

_PLANNED_WITHIN_S = 60.0
_MOST_POINTS = 12


class PlanActions(TeachActions):
    """Journeys and blends from the marked tracks."""

    def points(self) -> tuple[int, ...]:
        """The marked tracks in the order marked; else from what plays to the one in focus."""
        marked = tuple(self.track_list.marked)
        if len(marked) > 1:
            return marked[:_MOST_POINTS]
        to = marked[0] if marked else self.one_chosen()
        pair = (self.playing_id, to)
        return tuple(dict.fromkeys(i for i in pair if i is not None))

    def action_journey(self) -> None:
        """Show the way from track to track."""
        if (points := self._several("A journey leads from one track to another")) is not None:
            self._plan(
                JourneySheet(
                    points, self.state.radio, self._study, self.tracks.want, self.tracks.get
                )
            )

    def action_blend(self) -> None:
        """Mix the sides of several tracks' sound."""
        sides = self.state.radio.subspaces
        if len(sides) < 2:
            self.say(
                "This model hears one sound and cannot take it apart",
                "warning",
                "A blend needs a model that tells genre, mood, instruments and tempo apart.",
            )
        elif (points := self._several("A blend takes sides of several tracks")) is not None:
            self._plan(
                BlendSheet(points, self.state.radio, self._study, self.tracks.want, self.tracks.get)
            )

    def _several(self, what: str) -> tuple[int, ...] | None:
        points = self.points()
        if len(points) > 1:
            return points
        mark = f"Mark tracks with {self.key_of('mark')}".removesuffix(" with ")
        hint = f"{mark}, or play one and put the cursor on another."
        self.say(what, "warning", hint)
        return None

    def _study(
        self, study: Study, then: Callable[[object], None], failed: Callable[[TuiradioError], None]
    ) -> None:
        self.asking.do(
            "study", lambda engine: asked(engine, study, _PLANNED_WITHIN_S), then, failed
        )

    def _plan(self, sheet: PlanSheet) -> None:
        self.push_screen(sheet, self._planned)

    def _planned(self, answer: object) -> None:
        if not isinstance(answer, Chosen):
            return
        if answer.what == "export":
            self.export_tracks(answer.track_ids, answer.name)
            return
        if answer.what == "play":
            self.engine.submit(PlayTracks(answer.track_ids))
        else:
            self.engine.submit(Enqueue(answer.track_ids))
            self.say(
                f"{len(answer.track_ids)} tracks added at the end",
                hint=self.by_key("undo", "takes it back"),
            )
        self.track_list.marked.clear()
        self.track_list.refresh()
        self.title_changed()

    def plans_changed(self) -> None:
        """Tracks came in: write an open plan anew."""
        if isinstance(self.screen, PlanSheet):
            self.screen.draw()
