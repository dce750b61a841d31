"""The commands that concern queue and player, as changes of the player desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tuiradio.engine import arranging, levels, protocol
from tuiradio.engine.protocol import PlayStatus, Where
from tuiradio.playback import queue as queues

if TYPE_CHECKING:
    from tuiradio.engine.house import House
    from tuiradio.engine.player_desk import PlayerDesk

_PREVIOUS_WITHIN_S = 3.0


def handlers_of(desk: PlayerDesk, house: House) -> dict[type, Callable[[Any], None]]:
    """What to do for each command."""
    commands = _PlayerCommands(desk, house)
    return {
        protocol.PlayTracks: commands.play_tracks,
        protocol.Enqueue: commands.enqueue,
        protocol.JumpTo: commands.jump_to,
        protocol.RemoveEntries: commands.remove_entries,
        protocol.MoveEntry: commands.move_entry,
        arranging.MoveEntries: commands.move_entries,
        protocol.ClearQueue: lambda _: desk.change(queues.clear_but_current(desk.queue)),
        protocol.TogglePause: commands.toggle_pause,
        protocol.Pause: lambda _: desk.stand_still(),
        protocol.Resume: lambda _: desk.go_on(),
        protocol.StopPlaying: lambda _: desk.fall_silent(),
        protocol.Next: lambda _: desk.skip(),
        protocol.Previous: commands.previous,
        protocol.Seek: lambda command: desk.seek(command.position_s),
        protocol.SeekBy: lambda command: desk.seek(desk.state.position_s + command.delta_s),
        protocol.SetVolume: lambda command: desk.set_volume(command.percent),
        protocol.ChangeVolume: commands.change_volume,
        levels.WatchLevels: desk.metering.watch,
    }


class _PlayerCommands:
    def __init__(self, desk: PlayerDesk, house: House) -> None:
        self._desk = desk
        self._house = house

    def play_tracks(self, command: protocol.PlayTracks) -> None:
        desk = self._desk
        track_ids = self._house.known(command.track_ids)
        if not track_ids:
            self._house.notice("There is nothing to play.")
            return
        self._house.radio.turn_off()
        desk.change(queues.replace(desk.queue, track_ids, command.start), start=True)
        desk.go_on()

    def enqueue(self, command: protocol.Enqueue) -> None:
        desk = self._desk
        track_ids = self._house.known(command.track_ids)
        insert = queues.insert_next if command.where is Where.NEXT else queues.insert_last
        desk.change(insert(desk.queue, track_ids))

    def jump_to(self, command: protocol.JumpTo) -> None:
        desk = self._desk
        if desk.queue.index_of(command.entry_id) is None:
            return
        desk.change(queues.jump(desk.queue, command.entry_id), undoable=False, start=True)
        desk.go_on()

    def remove_entries(self, command: protocol.RemoveEntries) -> None:
        self._desk.change(queues.remove(self._desk.queue, command.entry_ids))

    def move_entry(self, command: protocol.MoveEntry) -> None:
        desk = self._desk
        desk.change(queues.move(desk.queue, command.entry_id, command.index))

    def move_entries(self, command: arranging.MoveEntries) -> None:
        desk = self._desk
        desk.change(queues.move_all(desk.queue, command.entry_ids, command.index))

    def toggle_pause(self, _command: protocol.TogglePause) -> None:
        if self._desk.state.status is PlayStatus.PLAYING:
            self._desk.stand_still()
        else:
            self._desk.go_on()

    def previous(self, _command: protocol.Previous) -> None:
        desk = self._desk
        is_first = desk.queue.played == ()
        if desk.state.position_s > _PREVIOUS_WITHIN_S or is_first:
            desk.seek(0.0)
        else:
            desk.change(queues.back(desk.queue), undoable=False, by_user=False)

    def change_volume(self, command: protocol.ChangeVolume) -> None:
        self._desk.set_volume(self._desk.state.volume_percent + command.delta_percent)
