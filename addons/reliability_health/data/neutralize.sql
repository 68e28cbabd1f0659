-- A neutralized copy notifies nobody: the notifier checks database.is_neutralized.
SELECT;
