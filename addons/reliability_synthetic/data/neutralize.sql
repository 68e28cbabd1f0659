-- Runs of the original are not about the copy, and a copy runs no journeys.
DELETE FROM reliability_synthetic_run;
UPDATE reliability_synthetic_journey SET is_scheduled = false;
