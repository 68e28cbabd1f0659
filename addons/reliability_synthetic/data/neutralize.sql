-- Runs of the original are not about the copy, and a copy runs no journeys.
DELETE FROM reliability_synthetic_run;
UPDATE reliability_synthetic_journey SET is_scheduled = false;
-- A probe must not make orders in the copy with the accounts of the original.  A backup
-- of an older version has no table of them.
DO $$
DECLARE
    accounts integer[];
BEGIN
    IF to_regclass('public.reliability_synthetic_company') IS NULL THEN
        RETURN;
    END IF;
    accounts := ARRAY(
        SELECT unnest(ARRAY[user_id, portal_user_id]) FROM reliability_synthetic_company
    );
    DELETE FROM res_users_apikeys WHERE user_id = ANY(accounts);
    UPDATE res_users SET password = NULL WHERE id = ANY(accounts);
END $$;
