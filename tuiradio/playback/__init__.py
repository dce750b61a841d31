"""Making it heard: the play queue (pure) and libmpv."""
