-- Lock waits, hosts and trends of the original are none of the copy.
DELETE FROM reliability_lock_wait;
DELETE FROM reliability_host;
DELETE FROM reliability_platform_sample;
