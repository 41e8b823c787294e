"""The ninth habits: a border prefecture in the north with coal, forests, a port and a winter of tourists."""
