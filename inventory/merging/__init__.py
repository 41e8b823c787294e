"""Records of all sources at one date → one `Inventory`."""
