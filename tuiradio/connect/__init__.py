"""The world outside: playlists and other players."""
