-- A copy evaluates, and notifies nobody: reliability_incident does that, and the heartbeat
-- checks database.is_neutralized.
SELECT;
