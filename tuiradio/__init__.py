"""tuiradio: a terminal music player that knows what your music sounds like.

The rooms stand in the order in which a track travels: ``library`` (what music
there is), ``listening`` (what it sounds like), ``similarity`` (what is near
what), ``radio`` (what plays next), ``playback`` (making it heard), ``engine``
(one owner of all of these), ``connect`` (the world outside), ``ui`` and ``cli``.
"""

__version__ = "0.1.0"
