"""The doctor on the side of the app: who examines, off the loop, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from tuiradio.engine.protocol import Engine, Event, ListeningProgress, PlayerChanged
from tuiradio.engine.settings import GetSettings, GetVitals, Vitals
from tuiradio.errors import TuiradioError
from tuiradio.ui.desk import Delivered, Desk
from tuiradio.ui.settings_actions import SettingsActions

if TYPE_CHECKING:
    import subprocess

    from tuiradio.engine.checks import Check
    from tuiradio.listening.card import ModelCard
    from tuiradio.ui.doctor_screen import DoctorScreen

_ANSWER_S = 5.0


class DoctorActions(SettingsActions):
    """Has everything examined in a process of its own, and shows each check as it comes.

    What that takes is loaded when it is asked for: the first paint must not wait for it.
    """

    _examiner: Desk[None] | None = None
    _process: subprocess.Popen[bytes] | None = None
    _examination = 0
    """The newest one; what older ones still say is not listened to."""
    _vitals: Vitals | None = None
    _card: ModelCard | None = None
    _doctor: DoctorScreen | None = None

    def action_doctor(self) -> None:
        """Whether everything is well."""
        from tuiradio.ui.doctor_screen import DoctorScreen

        self._doctor = DoctorScreen(self)
        self.push_screen(self._doctor, self._doctor_left)
        self.examine()

    def examine(self) -> None:
        """Make every check anew, and ask engine and model how they are."""
        self._end_examination()
        self._examination += 1
        at = self._examination
        if self._doctor is not None:
            self._doctor.begin()
        desk = self._examiner or self._new_examiner()
        desk.do("checks", lambda _: self._make_checks(at), lambda _: self._complete(at))
        self.asking.do("vitals", _how_it_is, self._engine_known, lambda _: self._engine_known(()))
        self._tell_facts()

    def checks_to_make(self) -> Iterator[Check]:
        """Each check, made off the loop by a process of its own."""
        from tuiradio.engine.checks import checks_made_elsewhere

        return checks_made_elsewhere(self._started)

    def doctor_happened(self, event: Event) -> None:
        """Figures that move while they are looked at."""
        if self._doctor is not None and isinstance(event, ListeningProgress | PlayerChanged):
            self._tell_facts()

    # --- the examination ----------------------------------------------------------------

    def _new_examiner(self) -> Desk[None]:
        desk: Desk[None] = Desk("screen-doctor", lambda: None, lambda _: None, self.post_message)
        self._examiner = desk
        self._desks = (*self._desks, desk)
        desk.start()
        return desk

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def _make_checks(self, number: int) -> None:
        """On the desk's thread."""
        for check in self.checks_to_make():
            self.post_message(Delivered(partial(self._take_check, number, check)))
            if number != self._examination:
                self._end_examination()
                return

    def _take_check(self, number: int, check: Check) -> None:
        """A check of an examination was made."""
        if number == self._examination and self._doctor is not None:
            self._doctor.take(check)

    def _complete(self, number: int) -> None:
        """The last to be examined is what only this process knows: its terminal."""
        from tuiradio.engine.checks import NAMES, Check, Level
        from tuiradio.ui.terminal_check import terminal_check

        screen = self._doctor
        if number != self._examination or screen is None:
            return
        for name in NAMES:
            if name not in screen.checks:
                hint = "Ask on the command line: tuiradio doctor"
                screen.take(Check(name, Level.WARN, "was not examined to the end", hint))
        width, height = self.size
        screen.take(terminal_check(width, height, "utf-8"))

    def _doctor_left(self, _: None) -> None:
        self._doctor = None
        self._examination += 1
        self._end_examination()

    def _end_examination(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()

    def let_go(self) -> None:
        self._end_examination()
        super().let_go()

    # --- figures ---------------------------------------------------------------------------

    def _engine_known(self, answers: tuple[object, ...]) -> None:
        """What the engine says of itself; () when it does not answer."""
        self._vitals = next((one for one in answers if isinstance(one, Vitals)), None)
        for told in answers:
            self.settings_read(told)
        name = self.settings.config.listening.model
        self.files.do("model card", lambda _: _card(name), self._card_known, self.complain)
        self._tell_facts()

    def _card_known(self, card: ModelCard | None) -> None:
        self._card = card
        self._tell_facts()

    def _tell_facts(self) -> None:
        from tuiradio.paths import Paths
        from tuiradio.ui.doctor_lines import facts_of

        if self._doctor is not None:
            paths = Paths.from_environment()
            self._doctor.tell(facts_of(self.state, self._vitals, self._card, paths))


def _how_it_is(engine: Engine) -> tuple[object, ...]:
    return (engine.ask(GetVitals(), _ANSWER_S), engine.ask(GetSettings(), _ANSWER_S))


def _card(name: str) -> ModelCard | None:
    from tuiradio.listening.card import find_model

    try:
        return find_model(name or None).card
    except TuiradioError:
        # The check of the model says what is wrong with it.
        return None
