"""``--model NAME``: listening with another model for once."""

from __future__ import annotations

import os
from dataclasses import replace

from tuiradio.config import Config
from tuiradio.engine.protocol import Engine, EngineState, GetState
from tuiradio.errors import EngineBusy
from tuiradio.listening.card import find_model

_ANSWER_LIMIT_S = 30.0


def with_model(config: Config, name: str | None) -> Config:
    """The configuration as if ``[listening] model`` were ``name``; None changes nothing.

    Raises:
        ModelError: there is no such model, or it cannot be used.
    """
    if name is None:
        return config
    model = find_model(name)
    # An engine of its own has another working directory.
    chosen = os.path.abspath(model.path) if os.sep in name or name.endswith(".onnx") else name
    return replace(config, listening=replace(config.listening, model=chosen))


def check_model(engine: Engine, config: Config, name: str | None) -> None:
    """Refuse a running engine that listens with another model than the one asked for.

    Raises:
        EngineBusy: it does.
    """
    if name is None:
        return
    state = engine.ask(GetState(), _ANSWER_LIMIT_S)
    wanted = find_model(config.listening.model).card.id
    if isinstance(state, EngineState) and state.listening.model_id != wanted:
        raise EngineBusy(
            f"tuiradio is running, and listens with {state.listening.model_id or 'no model'}",
            "End it with: tuiradio quit",
        )
