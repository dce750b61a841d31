"""One owner of library, listening, radio and playback: commands in, events out."""
