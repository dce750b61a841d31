"""The teacher's vocabularies, and which of their words speak of which sub-space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MSD = (
    "rock, pop, alternative, indie, electronic, female vocalists, dance, 00s, alternative rock, "
    "jazz, beautiful, metal, chillout, male vocalists, classic rock, soul, indie rock, Mellow, "
    "electronica, 80s, folk, 90s, chill, instrumental, punk, oldies, blues, hard rock, ambient, "
    "acoustic, experimental, female vocalist, guitar, Hip-Hop, 70s, party, country, "
    "easy listening, sexy, catchy, funk, electro, heavy metal, Progressive rock, 60s, rnb, "
    "indie pop, sad, House, happy"
)
_MTT = (
    "guitar, classical, slow, techno, strings, drums, electronic, rock, fast, piano, ambient, "
    "beat, violin, vocal, synth, female, indian, opera, male, singing, vocals, no vocals, "
    "harpsichord, loud, quiet, flute, woman, male vocal, no vocal, pop, soft, sitar, solo, man, "
    "classic, choir, voice, new age, dance, male voice, female vocal, beats, harp, cello, "
    "no voice, weird, country, metal, female voice, choral"
)


def _list(words: str) -> list[str]:
    return words.split(", ")


MSD = tuple(f"msd:{tag}" for tag in _list(_MSD))
MTT = tuple(f"mtt:{tag}" for tag in _list(_MTT))
ALL = MSD + MTT

GENRE = _list(
    "msd:rock, msd:pop, msd:alternative, msd:indie, msd:electronic, msd:dance, "
    "msd:alternative rock, msd:jazz, msd:metal, msd:classic rock, msd:soul, msd:indie rock, "
    "msd:electronica, msd:folk, msd:punk, msd:oldies, msd:blues, msd:hard rock, msd:ambient, "
    "msd:experimental, msd:Hip-Hop, msd:country, msd:funk, msd:electro, msd:heavy metal, "
    "msd:Progressive rock, msd:rnb, msd:indie pop, msd:House, msd:60s, msd:70s, msd:80s, "
    "mtt:classical, mtt:techno, mtt:electronic, mtt:rock, mtt:indian, mtt:opera, mtt:pop, "
    "mtt:new age, mtt:dance, mtt:country, mtt:metal"
)
MOOD = _list(
    "msd:beautiful, msd:chillout, msd:Mellow, msd:chill, msd:party, msd:easy listening, "
    "msd:sexy, msd:catchy, msd:sad, msd:happy, msd:ambient, msd:dance, msd:metal, msd:hard rock, "
    "msd:punk, mtt:slow, mtt:fast, mtt:loud, mtt:quiet, mtt:soft, mtt:weird, mtt:beat, "
    "mtt:ambient, mtt:new age"
)
INSTRUMENTS = _list(
    "msd:female vocalists, msd:male vocalists, msd:instrumental, msd:acoustic, "
    "msd:female vocalist, msd:guitar, mtt:guitar, mtt:strings, mtt:drums, mtt:piano, mtt:violin, "
    "mtt:vocal, mtt:synth, mtt:female, mtt:male, mtt:singing, mtt:vocals, mtt:no vocals, "
    "mtt:harpsichord, mtt:flute, mtt:woman, mtt:male vocal, mtt:no vocal, mtt:sitar, mtt:solo, "
    "mtt:man, mtt:choir, mtt:voice, mtt:male voice, mtt:female vocal, mtt:harp, mtt:cello, "
    "mtt:no voice, mtt:female voice, mtt:choral"
)
SPEAKING_OF = {"genre": GENRE, "mood": MOOD, "instruments": INSTRUMENTS}

PLEASANT = _list("msd:happy, msd:party, msd:catchy, msd:funk, msd:easy listening, msd:dance")
UNPLEASANT = _list("msd:sad, msd:metal, msd:experimental, mtt:weird")
EXCITED = _list(
    "msd:party, msd:metal, msd:hard rock, msd:punk, msd:dance, mtt:fast, mtt:loud, mtt:beat"
)
CALM = _list(
    "msd:chillout, msd:chill, msd:Mellow, msd:ambient, msd:acoustic, mtt:slow, mtt:quiet, mtt:soft"
)

_SMALLEST = 1e-4


def plain(name: str) -> str:
    """A tag without its vocabulary, as people read it."""
    return name.partition(":")[2]


NAMES = tuple(dict.fromkeys(plain(name) for name in ALL))
"""The tags that a model tells, each word once."""


def merging() -> NDArray[np.float32]:
    """[100, names]: the mean of the vocabularies that share a word."""
    same = np.array([[plain(tag) == name for name in NAMES] for tag in ALL], np.float32)
    return same / same.sum(0)


def places(names: list[str]) -> NDArray[np.int64]:
    """Columns of these tags among ``ALL``."""
    return np.array([ALL.index(name) for name in names])


def log_odds(probabilities: NDArray[np.floating]) -> NDArray[np.float32]:
    """Finite for the zeros and ones that float16 rounds to."""
    p = np.clip(probabilities.astype(np.float32), _SMALLEST, 1 - _SMALLEST)
    return np.log(p / (1 - p))


def valence_arousal(
    mean: NDArray[np.floating], deviation: NDArray[np.floating]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights [100, 2] and bias [2]: tanh(log-odds · weights + bias) is (valence, arousal).

    No corpus here holds ratings of valence and arousal. The substitute: how much more the
    pleasant than the unpleasant (excited than calm) words are said of this music than of music
    on average, in deviations over the training part.
    """
    weights = np.zeros((len(ALL), 2), np.float32)
    for column, (more, less) in enumerate([(PLEASANT, UNPLEASANT), (EXCITED, CALM)]):
        weights[places(more), column] += 1 / len(more)
        weights[places(less), column] -= 1 / len(less)
    weights /= 2 * deviation[:, None]
    return weights, (-(mean[:, None] * weights).sum(0)).astype(np.float32)
