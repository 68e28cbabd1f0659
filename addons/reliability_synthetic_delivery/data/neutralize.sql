-- Nothing to do: a copy has neither rehearsals nor the API key of a probe.
SELECT;
