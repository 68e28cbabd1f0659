-- The minutes whose exchanges have begun or changed, for the objectives: the evaluation
-- counts them anew.  They are written in the transaction of the ledger, so that none is
-- missed.  Nothing is unique here: one writer must not wait for another.
CREATE OR REPLACE FUNCTION reliability_slo_record_exchange() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.started IS NOT NULL THEN
        INSERT INTO reliability_slo_exchange_change (start, is_deletion)
        VALUES (date_trunc('minute', NEW.started), false);
    END IF;
    RETURN NULL;
END $$;

-- Exchanges that are deleted for their age are not counted anew.  What is left of their
-- time, such as failures that are kept for longer, says nothing of the whole.
CREATE OR REPLACE FUNCTION reliability_slo_record_deletion() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reliability_slo_exchange_change (start, is_deletion)
    SELECT date_trunc('minute', max(started)), true FROM deleted
    HAVING max(started) IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER reliability_slo_started
    AFTER INSERT ON reliability_exchange
    FOR EACH ROW EXECUTE FUNCTION reliability_slo_record_exchange();
-- An attempt that ends differently than presumed changes when its exchange has ended.
CREATE OR REPLACE TRIGGER reliability_slo_changed
    AFTER UPDATE ON reliability_exchange
    FOR EACH ROW WHEN (
        (OLD.state, OLD.ended, OLD.deadline, OLD.orphan_count, OLD.company_id,
         OLD.warehouse, OLD.integration_id, OLD.operation)
        IS DISTINCT FROM
        (NEW.state, NEW.ended, NEW.deadline, NEW.orphan_count, NEW.company_id,
         NEW.warehouse, NEW.integration_id, NEW.operation)
    ) EXECUTE FUNCTION reliability_slo_record_exchange();
CREATE OR REPLACE TRIGGER reliability_slo_deleted
    AFTER DELETE ON reliability_exchange REFERENCING OLD TABLE AS deleted
    FOR EACH STATEMENT EXECUTE FUNCTION reliability_slo_record_deletion();
