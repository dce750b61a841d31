"""A small library of synthesized songs for trying tuiradio without any music."""
