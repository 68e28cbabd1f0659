-- Lock waits and hosts of the original are none of the copy.
DELETE FROM reliability_lock_wait;
DELETE FROM reliability_host;
