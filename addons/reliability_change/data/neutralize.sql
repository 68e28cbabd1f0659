-- What a copy runs is compared from its first start on: its server differs anyway.
UPDATE reliability_fingerprint SET deployment_id = NULL;
DELETE FROM reliability_fingerprint;
DELETE FROM reliability_deployment_database;
UPDATE reliability_deployment SET state = 'done' WHERE state IN ('running', 'partial');
-- What a copy is set to is no drift of the original. The salt stays: secrets of both can
-- be compared.
DELETE FROM reliability_drift;
DELETE FROM reliability_drift_source;
DELETE FROM reliability_drift_host;
