-- Partners send no documents to a copy, so no document is expected there.
UPDATE reliability_edi_expected_document SET active = false WHERE active;
UPDATE ir_cron SET active = false
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'reliability_edi' AND name = 'cron_learn');
