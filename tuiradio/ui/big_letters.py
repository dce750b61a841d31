"""A title in large letters, as on the display of a radio: dots drawn with half blocks."""

from __future__ import annotations

from functools import lru_cache

from tuiradio.library.text import fold

LINES = 3
"""Lines of cells that a line of letters takes."""

_DOTS_HIGH = 5
# Rows of each letter from top to bottom, as dots.
_LETTERS = {
    "a": "### #.# ### #.# #.#", "b": "##. #.# ##. #.# ##.", "c": "### #.. #.. #.. ###",
    "d": "##. #.# #.# #.# ##.", "e": "### #.. ##. #.. ###", "f": "### #.. ##. #.. #..",
    "g": "### #.. #.# #.# ###", "h": "#.# #.# ### #.# #.#", "i": "# # # # #",
    "j": "..# ..# ..# #.# ###", "k": "#.# #.# ##. #.# #.#", "l": "#.. #.. #.. #.. ###",
    "m": "#...# ##.## #.#.# #...# #...#", "n": "#..# ##.# #.## #..# #..#",
    "o": "### #.# #.# #.# ###", "p": "### #.# ### #.. #..", "q": "### #.# #.# ### ..#",
    "r": "### #.# ##. #.# #.#", "s": "### #.. ### ..# ###", "t": "### .#. .#. .#. .#.",
    "u": "#.# #.# #.# #.# ###", "v": "#.# #.# #.# #.# .#.", "w": "#...# #...# #.#.# ##.## #...#",
    "x": "#.# #.# .#. #.# #.#", "y": "#.# #.# .#. .#. .#.", "z": "### ..# .#. #.. ###",
    "0": "### #.# #.# #.# ###", "1": ".# ## .# .# .#", "2": "### ..# ### #.. ###",
    "3": "### ..# .## ..# ###", "4": "#.# #.# ### ..# ..#", "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###", "7": "### ..# ..# ..# ..#", "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###", " ": ".. .. .. .. ..", ".": ". . . . #", ",": ". . . # #",
    "!": "# # # . #", "?": "### ..# .## ... .#.", "'": "# # . . .", "’": "# # . . .",
    "-": "... ... ### ... ...", "–": "... ... ### ... ...", ":": ". # . # .",
    "(": ".# #. #. #. .#", ")": "#. .# .# .# #.", "&": "##. ##. ### #.# ###",
    "/": "..# ..# .#. #.. #..", "+": "... .#. ### .#. ...", "#": "#.# ### #.# ### #.#",
    '"': "#.# #.# ... ... ...", "“": "#.# #.# ... ... ...", "”": "#.# #.# ... ... ...",
    "…": "..... ..... ..... ..... #.#.#", "*": "... #.# .#. #.# ...", "ß": "##. #.# ##. #.# ##.",
}  # fmt: skip
_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def width_of(text: str) -> int:
    """Cells of the text in large letters; 0 when it has one that cannot be drawn."""
    letters = fold(text)
    if not letters.strip() or any(letter not in _LETTERS for letter in letters):
        return 0
    return sum(len(_LETTERS[letter].split()[0]) + 1 for letter in letters) - 1


@lru_cache(maxsize=32)
def drawn(text: str, width: int) -> tuple[str, ...]:
    """The text as ``LINES`` lines of at most ``width`` cells; () when that cannot be."""
    if not 0 < width_of(text) <= width:
        return ()
    rows = [_LETTERS[letter].split() for letter in fold(text)]
    dots = [".".join(row[y] for row in rows) for y in range(_DOTS_HIGH)] + [""]
    cells = len(dots[0])
    return tuple(
        "".join(_BLOCKS[upper[x : x + 1] == "#", lower[x : x + 1] == "#"] for x in range(cells))
        for upper, lower in zip(dots[::2], dots[1::2], strict=True)
    )


@lru_cache(maxsize=32)
def wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """The text in up to ``most`` lines of large letters, broken between words.

    () when it has a letter that cannot be drawn, or does not fit.
    """
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined) <= width and width_of(joined):
            lines[-1] = joined
        else:
            lines.append(word)
    pieces = [drawn(line, width) for line in lines]
    if not pieces or len(pieces) > most or not all(pieces):
        return ()
    joined_lines: list[str] = []
    for piece in pieces:
        joined_lines += ([""] if joined_lines else []) + list(piece)
    return tuple(joined_lines)
