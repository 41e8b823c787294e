"""The tenth habits: an old industrial city on a river whose population shrinks."""
