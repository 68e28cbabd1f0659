-- Backups of the original are not about the copy.
DELETE FROM reliability_backup;
DELETE FROM reliability_backup_set;
-- It was not restored, it was copied. Heartbeats and the manifest stay: they say what a
-- restored copy must have. A copy writes none of its own.
DELETE FROM reliability_recovery_restoration;
DELETE FROM ir_config_parameter WHERE key = 'reliability.recovery_last_look';
