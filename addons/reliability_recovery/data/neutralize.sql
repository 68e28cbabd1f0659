-- Backups of the original are not about the copy.
DELETE FROM reliability_backup;
DELETE FROM reliability_backup_set;
