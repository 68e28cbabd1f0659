-- It only measures: it sends nothing, calls nobody and repeats nothing.  How channels are
-- configured where the copy came from says nothing here.
DELETE FROM reliability_job_channel;
