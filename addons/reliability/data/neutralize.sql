-- The token of the original must not open the metrics of the copy.
DELETE FROM ir_config_parameter
 WHERE key IN ('reliability.token_digest', 'reliability.token_database');
-- The gauges of the copy are read by its own host.
DELETE FROM reliability_gauge_lease;
-- Lock waits and hosts of the original are none of the copy.
DELETE FROM reliability_lock_wait;
DELETE FROM reliability_host;
