-- A copy evaluates, and notifies nobody: reliability_incident does that.
SELECT;
