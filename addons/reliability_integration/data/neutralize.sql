-- A copy asks nobody again.
UPDATE reliability_exchange SET next_try = NULL WHERE next_try IS NOT NULL;
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'reliability_integration' AND name = 'cron_retry');
