"""The inventory as people look at it: filtered, printed, exported."""
