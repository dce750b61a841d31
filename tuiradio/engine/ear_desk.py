"""The personal ear: what was said goes into the store, what it teaches into the index."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

import numpy as np

from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.engine.assistant import Assistant
from tuiradio.engine.house import House
from tuiradio.engine.lessons import (
    Asked,
    Compare,
    EarChanged,
    EarState,
    ImportComparisons,
    ResetEar,
    SwitchEar,
    UndoComparison,
)
from tuiradio.engine.protocol import Severity
from tuiradio.errors import TuiradioError
from tuiradio.library.comparisons import Comparison
from tuiradio.library.store import Scope, StoreReader
from tuiradio.similarity.ear import Answer, Choice, Ear, EarVerdict, Triplet, learn
from tuiradio.similarity.ear_questions import next_question
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.space import Vectors

_log = logging.getLogger(__name__)

_STATE = "ear"
_SAMPLE = 400
"""Tracks of a large library among which questions are sought, and spreads are measured."""
_SHORTEST_S = 12.0


@dataclass(frozen=True, slots=True)
class SavedEar:
    """What was learned; derived from the answers, so that it can be learned again."""

    on: bool = True
    ear: Ear | None = None
    verdict: EarVerdict = field(default_factory=EarVerdict)
    answers: str = ""
    """Digest of the answers it was learned from."""


class EarDesk:
    """Learns on a thread of its own after each answer; the newest answers win."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._assistant: Assistant | None = None
        self._asked = 0
        self._saved = SavedEar()
        self.state = EarState()
        self.handlers: dict[type, Callable[[Any], None]] = {
            Compare: self._compare,
            UndoComparison: lambda _: self._undo(),
            ImportComparisons: self._import,
            SwitchEar: self._switch,
            ResetEar: lambda _: self._reset(),
        }

    # --- life ------------------------------------------------------------------

    def start(self) -> None:
        """Take up what was learned before; used once the index is open."""
        text = self._house.store.state(_STATE)
        if text is not None:
            try:
                self._saved = from_json(text, SavedEar)
            except CodecError as error:
                _log.warning("the saved ear cannot be read, it is learned again: %s", error)
        self._show()

    def stop(self) -> None:
        if self._assistant is not None:
            self._assistant.stop(0.0)

    def index_opened(self) -> None:
        """Another index answers: it has to hear with the ear of its model."""
        answers = self._house.store.comparisons()
        index = self._house.similarity.index
        if index is None:
            return
        if not answers and self._saved.ear is not None:
            # Those that taught it may have gone with their tracks.
            self._keep(SavedEar(on=self._saved.on))
        is_current = (
            self._saved.ear is not None
            and self._saved.ear.model_id == index.model_id
            and self._saved.answers == _digest(answers)
        )
        if is_current or not answers:
            self._apply()
        else:
            self._learn()

    def is_settled(self) -> bool:
        """Whether everything that was said was learned from."""
        return not self.state.is_learning

    # --- questions, on any thread -------------------------------------------------

    def next_comparison(self) -> Asked:
        """What to ask next.

        Raises:
            TuiradioError: nothing was listened to yet.
        """
        index = self._house.similarity.index
        if index is None or not len(index):
            raise TuiradioError(
                "nothing was listened to yet", "Let tuiradio listen first: tuiradio scan"
            )
        reader = StoreReader(self._house.paths.store_file)
        try:
            answers = _answers(reader.comparisons())
            ids = _playable(reader, index, answers)
        finally:
            reader.close()
        vectors = _vectors_of(index, ids)
        seed = self._house.config.radio.random_seed
        rng = np.random.default_rng(None if seed is None else [seed, len(answers)])
        ear = self._saved.ear
        if ear is None or ear.model_id != index.model_id:
            ear = Ear(index.model_id)
        rows = np.stack([vectors[i] for i in vectors]) if vectors else np.zeros((0, 0), np.float32)
        question = next_question(answers, list(vectors), rows, index.space, ear, rng)
        return Asked(None) if question is None else Asked(question.triplet, question.is_repeat)

    # --- commands ----------------------------------------------------------------

    def _compare(self, command: Compare) -> None:
        triplet = command.triplet
        said = Comparison(
            triplet.a,
            triplet.b,
            triplet.c,
            command.choice.value,
            self.state.model_id,
            self._house.wall_clock(),
        )
        if self._house.store.add_comparisons([said]):
            self._learn()
        else:
            self._house.notice("This comparison is not about three known tracks.", Severity.WARNING)

    def _undo(self) -> None:
        if self._house.store.undo_comparison() is None:
            self._house.notice("There is no answer to take back.")
        else:
            self._learn()

    def _import(self, command: ImportComparisons) -> None:
        known = {choice.value for choice in Choice}
        said = [one for one in command.comparisons if one.choice in known]
        taken = self._house.store.add_comparisons(said)
        left_out = len(command.comparisons) - taken
        rest = f"; {left_out} left out, of tracks that are not here" if left_out else ""
        if not taken:
            self._house.notice(f"Took over no answers{rest}.", Severity.WARNING)
            return
        self._house.notice(f"Took over {taken} answers{rest}.")
        self._learn()

    def _switch(self, command: SwitchEar) -> None:
        self._keep(with_fields(self._saved, on=command.on))
        self._apply()

    def _reset(self) -> None:
        count = self._house.store.forget_comparisons()
        self._asked += 1
        self._keep(SavedEar(on=self._saved.on))
        self.state = with_fields(self.state, is_learning=False)
        self._apply()
        self._house.notice(f"Forgot {count} answers; tracks sound alike as shipped again.")

    # --- learning ------------------------------------------------------------------

    def _learn(self) -> None:
        """Learn from all answers; asked for often, only the last time counts."""
        index = self._house.similarity.index
        self._asked += 1
        number = self._asked
        if index is None or not len(index):
            # What is under way counts no more, and nothing follows it before an index is open.
            self.state = with_fields(self.state, is_learning=False)
            self._show()
            return
        if self._assistant is None:
            self._assistant = Assistant("ear", self._failed)
        self.state = with_fields(self.state, is_learning=True)
        self._show()

        def job() -> None:
            if number == self._asked:
                reader = StoreReader(self._house.paths.store_file)
                try:
                    said = reader.comparisons()
                    sample = _sample(reader.track_ids())
                finally:
                    reader.close()
                began_s = time.monotonic()
                ear, verdict = _learned(said, index, sample)
                _log.info(
                    "learned from %s answers in %.1f s", len(said), time.monotonic() - began_s
                )
                self._house.post(partial(self._take, number, ear, verdict, _digest(said)))

        self._assistant.do(job)

    def _take(self, number: int, ear: Ear, verdict: EarVerdict, digest: str) -> None:
        if number != self._asked:
            return
        self._keep(with_fields(self._saved, ear=ear, verdict=verdict, answers=digest))
        self.state = with_fields(self.state, is_learning=False)
        self._apply()

    def _apply(self) -> None:
        """Have the index hear as it should now, and the radio plan anew where that differs."""
        index, saved = self._house.similarity.index, self._saved
        wanted = saved.ear if saved.on and saved.verdict.is_better else None
        if index is not None:
            if wanted is not None and wanted.model_id != index.model_id:
                wanted = None
            if wanted != index.ear:
                index.use_ear(wanted)
                self._house.radio.taste_changed()
        self._show()

    def _keep(self, saved: SavedEar) -> None:
        self._saved = saved
        self._house.store.set_state(_STATE, to_json(saved).decode())

    def _show(self) -> None:
        saved, index = self._saved, self._house.similarity.index
        ear = saved.ear
        self.state = EarState(
            saved.on,
            index is not None and index.ear is not None,
            self.state.is_learning,
            len(self._house.store.comparisons()),
            saved.verdict,
            ear.weights if ear is not None else (),
            ear is not None and bool(ear.factors),
            index.model_id if index is not None else "",
        )
        self._house.bulletin.tell(EarChanged(self.state))

    def _failed(self, error: Exception) -> None:
        def tell() -> None:
            self.state = with_fields(self.state, is_learning=False)
            self._show()
            if isinstance(error, TuiradioError):
                self._house.complain(error)
            else:
                text = f"Learning from the answers failed: {type(error).__name__}"
                self._house.notice(text, Severity.ERROR, f"See {self._house.paths.log_file}.")

        self._house.post(tell)


def _learned(
    said: Sequence[Comparison], index: VectorIndex, sample: Sequence[int]
) -> tuple[Ear, EarVerdict]:
    """What the answers teach; the same each time, whatever the machine was doing."""
    answers = _answers(said)
    asked = {i for one in answers for i in (one.triplet.a, one.triplet.b, one.triplet.c)}
    vectors = _vectors_of(index, sorted(asked))
    library = list(_vectors_of(index, sample).values())
    if len(library) < 2:
        return Ear(index.model_id), EarVerdict()
    return learn(
        answers, vectors, np.stack(library), index.space, index.model_id, np.random.default_rng(0)
    )


def _answers(said: Sequence[Comparison]) -> list[Answer]:
    known = {choice.value: choice for choice in Choice}
    return [
        Answer(Triplet(one.anchor, one.first, one.second), known[one.choice])
        for one in said
        if one.choice in known
    ]


def _vectors_of(index: VectorIndex, ids: Sequence[int]) -> dict[int, Vectors]:
    found = {track_id: index.vector(track_id) for track_id in ids}
    return {track_id: vector for track_id, vector in found.items() if vector is not None}


def _playable(reader: StoreReader, index: VectorIndex, answers: Sequence[Answer]) -> list[int]:
    """A sample of the tracks that are there and long enough, and those asked about before."""
    asked = {i for one in answers for i in (one.triplet.a, one.triplet.b, one.triplet.c)}
    there = reader.track_ids(Scope(include_missing=False))
    ids = dict.fromkeys([*sorted(asked.intersection(there)), *_sample(there)])
    tracks = reader.tracks([track_id for track_id in ids if track_id in index])
    return [track.id for track in tracks if track.duration_s >= _SHORTEST_S]


def _sample(ids: Sequence[int]) -> list[int]:
    """Spread evenly over the library, the same each time."""
    step = max(1, -(-len(ids) // _SAMPLE))
    return list(ids[::step])


def _digest(said: Sequence[Comparison]) -> str:
    rows = [(one.anchor, one.first, one.second, one.choice) for one in said]
    return hashlib.sha256(repr(rows).encode()).hexdigest()
