-- A copy is sent nothing; what the original was sent is not about the copy.
DELETE FROM reliability_alertmanager_alert;
