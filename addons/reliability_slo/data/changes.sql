-- Rows of rollups that were added or changed, for the objectives: what the evaluation reads
-- and deletes each minute.  They are written in the transaction of the rollups, so that each
-- event counts exactly once, also one that is delivered late.  Rollups that are deleted for
-- their age change nothing.
CREATE OR REPLACE FUNCTION reliability_slo_record_added() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_slo_change (series_id, start, outcome, count, timed, fast)
    SELECT series_id, start, outcome, count,
           CASE WHEN fast IS NULL THEN 0 ELSE count END, coalesce(fast, 0)
      FROM added;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION reliability_slo_record_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_slo_change (series_id, start, outcome, count, timed, fast)
    SELECT after.series_id, after.start, after.outcome, after.count - before.count,
           CASE WHEN after.fast IS NULL THEN 0 ELSE after.count - before.count END,
           coalesce(after.fast, 0) - coalesce(before.fast, 0)
      FROM changed AS after JOIN former AS before USING (id)
     WHERE after.count <> before.count;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER reliability_slo_added
    AFTER INSERT ON reliability_rollup_minute REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_slo_record_added();
CREATE OR REPLACE TRIGGER reliability_slo_changed
    AFTER UPDATE ON reliability_rollup_minute
    REFERENCING OLD TABLE AS former NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_slo_record_changed();
