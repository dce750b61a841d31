"""The actions on the map, and when it is asked for, read and drawn anew."""

from __future__ import annotations

from typing import Any

from tuiradio.engine.protocol import (
    Engine,
    Event,
    LibraryChanged,
    ListeningProgress,
    PlayerChanged,
    PlayTracks,
    QueueChanged,
    QueueEntry,
)
from tuiradio.engine.studies import DrawMap, MapDrawn
from tuiradio.errors import TuiradioError
from tuiradio.ui.asked import asked
from tuiradio.ui.desk import Desk
from tuiradio.ui.map_atlas import Atlas, read_atlas
from tuiradio.ui.map_face import Way
from tuiradio.ui.map_shades import Shade
from tuiradio.ui.map_view import MapView
from tuiradio.ui.plan_actions import PlanActions
from tuiradio.ui.text import number

MAP_STATION = "map"
_SHOWN = "-mapping"
_DRAWN_WITHIN_S = 120.0
_ANEW_AFTER_S = 6.0
"""While tracks are being listened to, they come onto the map this often."""
_PLAYED_AROUND = 25
_PAST_SHOWN = 24
_COMING_SHOWN = 12
_DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class MapActions(PlanActions):
    """The library as a map in place of the lists, beside what comes next."""

    _is_asked = False
    _is_stale = True
    _waits_to_ask = False
    _heard = -1
    _by_tuner = False
    """Whether the tuner's weights decide what is near."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # A large map takes seconds; questions about likeness and journeys must not wait for it.
        self.drawing: Desk[Engine] = Desk(
            "screen-map", lambda: self.engine, lambda _: None, self.post_message
        )
        self._desks = (*self._desks, self.drawing)

    @property
    def map_view(self) -> MapView:
        return self.screen_stack[0].query_one(MapView)

    @property
    def is_on_map(self) -> bool:
        """Whether the map stands where the lists do."""
        at = self.listing
        return at.station.id == MAP_STATION and at.words is None and at.like_id is None

    # --- coming and going ---------------------------------------------------------------

    def action_station(self, station_id: str) -> None:
        super().action_station(station_id)
        self._follow_listing()

    def action_search(self) -> None:
        super().action_search()
        self._follow_listing()

    def _show_similar(self, track_id: int, answer: object) -> None:
        super()._show_similar(track_id, answer)
        self._follow_listing()

    def _back_to_station(self) -> None:
        super()._back_to_station()
        self._follow_listing()

    def _follow_listing(self) -> None:
        """Show the map while its station is on, and nothing else is looked for."""
        screen, shows = self.screen_stack[0], self.is_on_map
        if shows and not screen.has_class(_SHOWN):
            screen.add_class(_SHOWN)
            self.map_view.marks = tuple(self.track_list.marked)
            self.way_changed()
            if self._is_stale:
                self.ask_for_map()
        screen.set_class(shows, _SHOWN)
        if shows:
            self.show_pane("tracks")

    def show_pane(self, name: str) -> None:
        super().show_pane(name)
        if self.is_on_map and name in ("tracks", "browse"):
            self.map_view.focus()

    def _step_pane(self, step: int) -> None:
        if not self.is_on_map:
            super()._step_pane(step)
            return
        panes = [(name, rows) for name, rows in self.panes() if name == "side"]
        ring = [self.map_view, *(rows for _, rows in panes)]
        at = next((n for n, widget in enumerate(ring) if widget is self.focused), -1)
        to = (at + step) % len(ring)
        if to == 0:
            self.show_pane("tracks")
        else:
            self.focus_list(*panes[to - 1])

    # --- the map comes ------------------------------------------------------------------

    def ask_for_map(self) -> None:
        """Have the engine draw the map, or bring it up to date; a quick sketch comes first."""
        if self._is_asked:
            self._is_stale = True
            return
        self._is_asked, self._is_stale = True, False
        view = self.map_view
        if view.atlas is None:
            view.say(
                ("Drawing the map…", "amber"), ("what sounds alike comes to lie together", "dim")
            )
        self.map_title_changed()
        self._ask(may_sketch=view.atlas is None)

    def _ask(self, *, may_sketch: bool) -> None:
        weights = self.state.radio.settings.weights if self._by_tuner else ()
        query = DrawMap(weights, may_sketch)
        self.drawing.do(
            "map",
            lambda engine: asked(engine, query, _DRAWN_WITHIN_S),
            self._map_drawn,
            self._map_failed,
        )

    def _map_drawn(self, answer: object) -> None:
        if not isinstance(answer, MapDrawn):
            return
        file = answer.file
        self.library.do(
            "map", lambda reader: read_atlas(reader, file), self._map_read, self._map_failed
        )
        if answer.is_sketch:
            self._ask(may_sketch=False)
        else:
            self._is_asked = False

    def _map_read(self, atlas: Atlas) -> None:
        self.map_view.show(atlas)
        self.way_changed()
        self.map_title_changed()
        if self._is_stale:
            self._ask_soon()

    def _map_failed(self, error: TuiradioError) -> None:
        self._is_asked, self._is_stale = False, True
        if self.map_view.atlas is None:
            self.map_view.say((f"{error.message[:1].upper()}{error.message[1:]}.", "warn"),
                              (error.hint, "dim"))  # fmt: skip
        else:
            self.complain(error)
        self.map_title_changed()

    def _ask_soon(self) -> None:
        self._is_stale = True
        if self.is_on_map and not self._waits_to_ask:
            self._waits_to_ask = True
            self.set_timer(_ANEW_AFTER_S, self._ask_now)

    def _ask_now(self) -> None:
        self._waits_to_ask = False
        if self.is_on_map and self._is_stale:
            self.ask_for_map()

    def map_happened(self, event: Event) -> None:
        """What an event means for the map."""
        if isinstance(event, QueueChanged | PlayerChanged):
            self.way_changed()
        elif isinstance(event, ListeningProgress):
            before, self._heard = self._heard, event.listening.heard
            if before not in (-1, self._heard):
                self._ask_soon()
        elif isinstance(event, LibraryChanged) and event.rows_added_or_removed:
            self._ask_soon()

    def map_names_changed(self) -> None:
        """Tracks were read: their names can be written."""
        if self.is_on_map:
            self.map_view.repaint()

    def way_changed(self) -> None:
        """Draw the radio's way as far as it was played and is planned."""
        if self.is_on_map:
            self.map_view.set_way(_way(self.state.queue, self.state.player.entry_id))

    def title_changed(self) -> None:
        super().title_changed()
        marks = tuple(self.track_list.marked)
        if self.is_on_map and marks != self.map_view.marks:
            self.map_view.marks = marks
            self.map_view.repaint()

    def map_title_changed(self) -> None:
        """Write on the edge of the map how much it shows."""
        atlas = self.map_view.atlas
        words = ["Map"]
        if atlas is not None:
            words.append(f"{number(len(atlas))} songs")
            heard = self.counts.heard
            if heard > len(atlas) and not atlas.is_sketch:
                words.append(f"{number(heard - len(atlas))} to come")
        if self._by_tuner:
            words.append("as the tuner weighs")
        if self._is_asked:
            words.append("drawing…")
        self.map_view.border_title = " · ".join(words)

    # --- what the actions are about -----------------------------------------------------

    def chosen(self) -> tuple[int, ...]:
        if self.focused is not self.map_view:
            return super().chosen()
        if self.track_list.marked:
            return tuple(self.track_list.marked)
        cursor_id = self.map_view.cursor_id
        return () if cursor_id is None else (cursor_id,)

    def action_find_playing(self) -> None:
        if not self.is_on_map:
            super().action_find_playing()
        elif not self.map_view.go_to(self.playing_id):
            words = "Nothing plays" if self.playing_id is None else "What plays is not on the map"
            self.say(words, "warning", "" if self.playing_id is None else "It was not heard yet.")

    async def action_back(self) -> None:
        if self.focused is not self.map_view:
            await super().action_back()
        elif self.track_list.marked:
            self.track_list.marked.clear()
            self.title_changed()
        else:
            self.action_station("tracks")

    def on_map_view_chosen(self, message: MapView.Chosen) -> None:
        self._play_around(message.track_id)

    def _play_around(self, track_id: int) -> None:
        self.engine.submit(PlayTracks(self.map_view.around(track_id, _PLAYED_AROUND)))

    # --- the keys of the map --------------------------------------------------------------

    def action_map_step(self, direction: str) -> None:
        self.map_view.step(*_DIRECTIONS[direction])

    def action_map_pan(self, direction: str) -> None:
        self.map_view.pan_part(*_DIRECTIONS[direction])

    def action_map_zoom(self, way: str) -> None:
        self.map_view.zoom(1 if way == "in" else -1)

    def action_map_whole(self) -> None:
        """Everything; a map that could not be drawn is tried again."""
        if self.map_view.atlas is None:
            self.ask_for_map()
        self.map_view.see_all()

    def action_map_shade(self) -> None:
        """Colour by the next of genre, mood and tempo."""
        self.map_view.set_shade(self.map_view.shade.following)

    def action_map_mark(self) -> None:
        """Mark the song under the cursor, or take the mark away."""
        marked, cursor_id = self.track_list.marked, self.map_view.cursor_id
        if cursor_id is None:
            return
        if cursor_id in marked:
            del marked[cursor_id]
        else:
            marked[cursor_id] = None
        self.track_list.refresh()
        self.title_changed()

    def action_map_play(self) -> None:
        """Play the marked songs, or the one under the cursor and what lies around it."""
        if self.track_list.marked:
            self.engine.submit(PlayTracks(tuple(self.track_list.marked)))
        elif self.map_view.cursor_id is not None:
            self._play_around(self.map_view.cursor_id)

    def action_map_tuned(self) -> None:
        """Draw the map as the tuner weighs genre, mood, instruments and tempo, or evenly."""
        self._by_tuner = not self._by_tuner
        self.map_view.forget_view()
        self.ask_for_map()
        words = "The map as the tuner weighs" if self._by_tuner else "The map as it was"
        self.say(words, hint=self.by_key("tuner", "turns the dials") if self._by_tuner else "")

    def remembered_shade(self, name: str) -> None:
        """Colour as the last time."""
        if name in set(Shade):
            self.map_view.set_shade(Shade(name))


def _way(queue: tuple[QueueEntry, ...], playing_entry: int | None) -> Way:
    """The picks round the one that plays, with the seed they began from."""
    at = next((n for n, entry in enumerate(queue) if entry.entry_id == playing_entry), -1)
    if at < 0:
        return Way()
    first = at
    while first > 0 and at - first < _PAST_SHOWN and queue[first].pick is not None:
        first -= 1
    last = at + 1
    while last < len(queue) and last - at <= _COMING_SHOWN and queue[last].pick is not None:
        last += 1
    ids = [entry.track_id for entry in queue]
    return Way(tuple(ids[first : at + 1]), tuple(ids[at + 1 : last]))
