"""The shipped model and the code that builds it; not part of the installed program."""
