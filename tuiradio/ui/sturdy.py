"""The net under the screen: a slip of ours costs what was being done, not the music's face."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from textual.message import Message
from textual.message_pump import MessagePump

_log = logging.getLogger(__name__)

_MOST = 20
_WITHIN_S = 10.0
_TOLD_AGAIN_S = 60.0

# Where Textual meets an exception and goes on, once ``_handle_exception`` returns.
_GOES_ON = frozenset({"_tick", "_flush_next_callbacks"})


class Net:
    """Decides which slips are survived, and tells of each once a minute."""

    def __init__(
        self, tell: Callable[[Exception], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._caught: deque[float] = deque(maxlen=_MOST)
        self._told: dict[str, float] = {}

    def catches(self, error: Exception) -> bool:
        """Log and tell an error; False when so many came at once that going on is in vain."""
        now_s = self._clock()
        _log.error("The screen slipped", exc_info=error)
        if len(self._caught) == _MOST and now_s - self._caught[0] < _WITHIN_S:
            return False
        self._caught.append(now_s)
        key = f"{type(error).__name__}: {error}"
        if now_s - self._told.get(key, -_TOLD_AGAIN_S) >= _TOLD_AGAIN_S:
            self._told[key] = now_s
            self._tell(error)
        return True


def goes_on_after(error: Exception) -> bool:
    """Whether Textual met the error where its own loops live on, as in a timer's callback."""
    met = error.__traceback__
    return met is not None and met.tb_frame.f_code.co_name in _GOES_ON


class Sturdy(MessagePump):
    """A widget, sheet or app whose handlers may slip; Textual would stop hearing it for good."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            net: Any = getattr(self.app, "net", None)
            if net is None or not net.catches(error):
                raise
