"""How well a model hears: measures, and the study of a user's own library."""
