"""The field's published systems, rebuilt from their papers and trained on this corpus."""
