-- Who may read the original's numbers may not read the copy's.
DELETE FROM ir_config_parameter
 WHERE key IN ('reliability.token_digest', 'reliability.token_database');
-- The copy's host, not the original's, tells what waits in it.
DELETE FROM reliability_gauge_lease;
-- Who waited for whom in the original, and how busy its hosts were.
DELETE FROM reliability_lock_wait;
DELETE FROM reliability_host;
