-- Nothing to do: this addon only counts what the ledger has; it sends and calls nothing.
SELECT;
