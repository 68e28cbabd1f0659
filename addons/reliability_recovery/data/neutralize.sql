-- Backups and drills of the original are not about the copy.
DELETE FROM reliability_backup;
DELETE FROM reliability_backup_set;
-- It was not restored, it was copied. Heartbeats and the manifest stay: they say what a
-- restored copy must have. A copy writes none of its own.
DELETE FROM reliability_recovery_restoration;
DELETE FROM mail_message WHERE model = 'reliability.drill';
DELETE FROM mail_followers WHERE res_model = 'reliability.drill';
DELETE FROM reliability_drill;
DELETE FROM ir_config_parameter WHERE key = 'reliability.recovery_last_check';
DELETE FROM reliability_failover;
