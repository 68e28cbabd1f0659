-- The addon sends nothing, calls nobody and repeats nothing, so there is nothing to stop.
-- The configuration of channels is that of the server that the copy was taken from.
DELETE FROM reliability_job_channel;
