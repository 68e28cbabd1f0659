-- A neutralized copy notifies nobody: notifications check database.is_neutralized. Those
-- that waited when it was made are about the original.
DELETE FROM reliability_notification WHERE state = 'waiting';
