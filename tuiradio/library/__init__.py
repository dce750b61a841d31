"""What music there is: scanning, tags, the store, search and watching."""
