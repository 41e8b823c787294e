"""The commands of the inventory: collect, inventory, usage, zombies, decisions, init."""
