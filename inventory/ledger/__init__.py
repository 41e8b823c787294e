"""Taking ledgers into the store: what is asked, what was answered, what changed, which system a row speaks of."""
