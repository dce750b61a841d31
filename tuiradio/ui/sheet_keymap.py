"""The actions of the sheets and prompts in front of the screen; part of the key table."""

from __future__ import annotations

from tuiradio.ui.action import Action, Context, Group


def _in(
    context: Context, group: Group, what: str, keys: str, label: str, tooltip: str, runs: str = ""
) -> Action:
    return Action(
        f"{context.value}.{what}", keys, group, label, tooltip, context=context, runs=runs or what
    )


def _sheet(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return _in(Context.SHEET, Group.SHEET, what, keys, label, tooltip, runs)


def _plan(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return _in(Context.PLAN, Group.PLAN, what, keys, label, tooltip, runs)


def _teach(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return _in(Context.TEACH, Group.TEACH, what, keys, label, tooltip, runs)


def _presets(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return _in(Context.PRESETS, Group.PRESETS, what, keys, label, tooltip, runs)


def _prompt(what: str, keys: str, label: str, tooltip: str, runs: str = "") -> Action:
    return _in(Context.PROMPT, Group.PROMPT, what, keys, label, tooltip, runs)


IN_SHEETS: tuple[Action, ...] = (
    _plan("play", "enter,space", "play", "Play the planned list", "enter"),
    _in(Context.JOURNEY, Group.PLAN, "route", "n", "another route", "Lead through other tracks"),
    _in(
        Context.BLEND, Group.PLAN, "give_back", "left,h", "of another track",
        "Take this side of the sound from the track before", "give(-1)",
    ),
    _in(
        Context.BLEND, Group.PLAN, "give_on", "right,l", "of another track",
        "Take this side of the sound from the next track", "give(1)",
    ),
    _plan("add", "a", "add to up next", "Put the planned list at the end of what is up next"),
    _plan("export", "e", "export", "Write the planned list as a playlist"),
    _plan("longer", "plus,equals_sign", "longer", "Plan two tracks more", "longer(1)"),
    _plan("shorter", "minus", "shorter", "Plan two tracks fewer", "longer(-1)"),
    _in(Context.BAN, Group.BAN, "list", "b", "what is banned", "See all that is banned", "banned"),
    _in(
        Context.BANNED, Group.BAN, "allow", "enter,d,delete,x", "allow again",
        "Let the radio play it again", "enter",
    ),
    _presets("use", "enter,space", "use", "Set the dials as they were saved", "enter"),
    _presets("save", "s", "save the dials of now", "Save the dials as they stand under a name"),
    _presets("delete", "d,delete", "delete", "Delete the preset; asks once more"),
    _teach("same", "s", "both the same", "B and C are equally near to A", "say('same')"),
    _teach("unsure", "x", "cannot say", "Skip the comparison", "say('unsure')"),
    _teach("again", "r,space", "hear again", "Hear all three again"),
    _teach("undo", "u", "take back", "Take the newest answer back"),
    _teach("switch", "o", "ear on or off", "Whether the radio uses what it was taught"),
    _teach("reset", "R", "forget all", "Forget all answers; asks once more", "reset"),
    _in(
        Context.THEMES, Group.SHEET, "take", "enter,space", "take it", "Keep the theme", "enter"
    ),
    _sheet("choose", "enter", "choose", "Choose the row", "enter"),
    _sheet("down", "down,j", "down", "One row down", "move(1)"),
    _sheet("up", "up,k", "up", "One row up", "move(-1)"),
    _sheet("page_down", "pagedown,ctrl+d", "page down", "A page down", "move(10)"),
    _sheet("page_up", "pageup,ctrl+u", "page up", "A page up", "move(-10)"),
    _sheet("first", "home,g", "first", "To the first row", "move(-9999)"),
    _sheet("last", "end,G", "last", "To the last row", "move(9999)"),
    _sheet("close", "escape,q,ctrl+q", "close", "Close the sheet"),
    _in(Context.HELP, Group.PROMPT, "close", "escape,f1,ctrl+q", "close", "Close the help"),
    _in(Context.HELP, Group.PROMPT, "down", "down", "down", "Further down the help", "scroll(1)"),
    _in(Context.HELP, Group.PROMPT, "up", "up", "up", "Further up the help", "scroll(-1)"),
    _in(
        Context.HELP, Group.PROMPT, "page_down", "pagedown,ctrl+d", "page down",
        "A page down the help", "scroll_page(1)",
    ),
    _in(
        Context.HELP, Group.PROMPT, "page_up", "pageup,ctrl+u", "page up",
        "A page up the help", "scroll_page(-1)",
    ),
    _prompt("submit", "enter", "go ahead", "Take what was typed"),
    _prompt("cancel", "escape,ctrl+q", "cancel", "Leave it as it is", "give_up"),
    _in(
        Context.EXPORT, Group.PROMPT, "other", "tab", "another list",
        "Export the other list instead", "other",
    ),
)  # fmt: skip
"""Letters that stand before a row of a sheet choose it and are no actions of their own."""
