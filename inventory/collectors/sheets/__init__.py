"""Which sheets are ledgers, which are asked about first, and the reading of one."""
