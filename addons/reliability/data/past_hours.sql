-- Changes of hours that are past.  What was read of such hours is cached until one of
-- them changes, see models/past_hours.py.

-- Give what was changed a new revision.  Rows of the last two hours are no past hours:
-- each delivery changes them, and they are not cached.
CREATE OR REPLACE FUNCTION reliability_change_past_hours() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'reliability_rollup_hour' AND TG_OP <> 'TRUNCATE' THEN
        IF NOT EXISTS (SELECT FROM changed
                        WHERE start < now() AT TIME ZONE 'UTC' - interval '2 hours') THEN
            RETURN NULL;
        END IF;
    END IF;
    -- A row for each kind of change: the deletion of old rows, in Odoo, and late
    -- deliveries of collectors do not wait for each other.
    INSERT INTO reliability_rollup_revision (name, revision)
    VALUES (TG_TABLE_NAME || ' ' || TG_OP, gen_random_uuid())
    ON CONFLICT (name) DO UPDATE SET revision = excluded.revision;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS reliability_inserted_hours ON reliability_rollup_hour;
CREATE TRIGGER reliability_inserted_hours AFTER INSERT ON reliability_rollup_hour
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_change_past_hours();

-- An update changes the start of no row.
DROP TRIGGER IF EXISTS reliability_updated_hours ON reliability_rollup_hour;
CREATE TRIGGER reliability_updated_hours AFTER UPDATE ON reliability_rollup_hour
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_change_past_hours();

DROP TRIGGER IF EXISTS reliability_deleted_hours ON reliability_rollup_hour;
CREATE TRIGGER reliability_deleted_hours AFTER DELETE ON reliability_rollup_hour
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_change_past_hours();

DROP TRIGGER IF EXISTS reliability_truncated_hours ON reliability_rollup_hour;
CREATE TRIGGER reliability_truncated_hours AFTER TRUNCATE ON reliability_rollup_hour
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_change_past_hours();

-- Such as a series whose company was deleted.
DROP TRIGGER IF EXISTS reliability_updated_series ON reliability_series;
CREATE TRIGGER reliability_updated_series AFTER UPDATE ON reliability_series
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_change_past_hours();
