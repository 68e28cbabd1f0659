-- The token of the original must not open the metrics of the copy.
DELETE FROM ir_config_parameter
 WHERE key IN ('reliability.token_digest', 'reliability.token_database');
-- The gauges of the copy are read by its own host.
DELETE FROM reliability_lease;
DELETE FROM reliability_collector_report;
