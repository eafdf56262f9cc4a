"""Chat platforms: one folder each, loaded by its name, all keeping the one contract of `base`."""
