SET check_function_bodies = false;
CREATE OR REPLACE FUNCTION public.reliability_job_runner_alive()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND classid::bigint << 32 | objid::bigint = 2293787760715711918
           AND database = (SELECT oid FROM pg_database
                            WHERE datname = current_database())
    )
$function$
;
CREATE OR REPLACE FUNCTION public.reliability_edi_zone(company integer)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT coalesce((
        SELECT calendar.tz FROM res_company
          JOIN resource_calendar AS calendar ON calendar.id = resource_calendar_id
         WHERE res_company.id = company
            OR company IS NULL AND res_company.id = (SELECT min(id) FROM res_company)
    ), 'UTC')
$function$
;
CREATE OR REPLACE FUNCTION public.reliability_edi_today(at timestamp with time zone DEFAULT now())
 RETURNS TABLE(expected_document_id integer, received bigint, baseline_by_now integer, last timestamp without time zone, state text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
WITH expected AS (
    SELECT document.*, local.moment,
           extract(epoch FROM local.moment::time) / 3600 AS now,
           -- The baseline of the last full hour; 0 in the first hour of the day.
           coalesce((document.baseline_by_hour->>nullif(
               extract(hour FROM local.moment)::integer - 1, -1))::integer, 0) AS by_now
      FROM reliability_edi_expected_document AS document
     CROSS JOIN LATERAL (
           SELECT at AT TIME ZONE reliability_edi_zone(document.company_id) AS moment
     ) AS local
     WHERE document.active
       AND document.weekday = (extract(isodow FROM local.moment) - 1)::integer::text
)
SELECT expected.id, today.received, by_now,
       (SELECT max(earlier.received) FROM reliability_edi_document AS earlier
         WHERE earlier.type_id = expected.type_id
           AND earlier.backend_id = expected.backend_id
           AND earlier.partner_id IS NOT DISTINCT FROM expected.partner_id
           AND earlier.direction = 'in' AND earlier.day > moment::date - 60
           AND earlier.received <= at AT TIME ZONE 'UTC'),
       CASE
           WHEN EXISTS (
               SELECT FROM resource_calendar_leaves AS leave
                WHERE leave.resource_id IS NULL
                  AND leave.company_id IS NOT DISTINCT FROM expected.company_id
                  AND at AT TIME ZONE 'UTC' BETWEEN leave.date_from AND leave.date_to
           ) THEN 'holiday'
           WHEN today.received = 0 AND expected.now >= expected.hour THEN 'missing'
           WHEN by_now >= 4 AND today.received * 2 < by_now THEN 'few'
           WHEN today.received = 0 THEN 'expected'
           ELSE 'received'
       END
  FROM expected
 CROSS JOIN LATERAL (
       SELECT count(*) AS received FROM reliability_edi_document AS document
        WHERE document.type_id = expected.type_id
          AND document.backend_id = expected.backend_id
          AND document.partner_id IS NOT DISTINCT FROM expected.partner_id
          AND document.day = moment::date AND document.direction = 'in'
          AND document.received <= at AT TIME ZONE 'UTC'
 ) AS today
$function$
;
CREATE OR REPLACE FUNCTION public.reliability_forecast_cutoffs()
 RETURNS TABLE(id integer, departure timestamp without time zone, seconds_left numeric, parcels_left bigint, parcels_per_hour numeric, ready_at timestamp without time zone, parcels_missing integer, state text)
 LANGUAGE sql
 STABLE
 SET jit TO 'off'
 SET enable_seqscan TO 'off'
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
WITH clock AS (SELECT now() AT TIME ZONE 'UTC' AS utc),
today AS (
    SELECT cutoff.*, clock.utc AS now,
           (date_trunc('day', now() AT TIME ZONE cutoff.tz) AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS begin,
           ((date_trunc('day', now() AT TIME ZONE cutoff.tz)
               + cutoff.hour * interval '1 hour') AT TIME ZONE cutoff.tz)
               AT TIME ZONE 'UTC' AS departure
      FROM reliability_cutoff AS cutoff, clock
     WHERE cutoff.active
       AND CASE extract(isodow FROM now() AT TIME ZONE cutoff.tz)
               WHEN 1 THEN monday WHEN 2 THEN tuesday WHEN 3 THEN wednesday
               WHEN 4 THEN thursday WHEN 5 THEN friday WHEN 6 THEN saturday
               ELSE sunday END
       -- Parcels that missed a truck go with the next one, where there is one today.
       AND NOT EXISTS (
           SELECT FROM reliability_cutoff AS later
            WHERE later.active AND later.warehouse_id = cutoff.warehouse_id
              AND later.carrier_id IS NOT DISTINCT FROM cutoff.carrier_id
              AND later.hour > cutoff.hour
              AND CASE extract(isodow FROM now() AT TIME ZONE cutoff.tz)
                      WHEN 1 THEN later.monday WHEN 2 THEN later.tuesday
                      WHEN 3 THEN later.wednesday WHEN 4 THEN later.thursday
                      WHEN 5 THEN later.friday WHEN 6 THEN later.saturday
                      ELSE later.sunday END
              AND extract(epoch FROM (now() AT TIME ZONE cutoff.tz)::time)
                  >= cutoff.hour * 3600)
),
-- The carriers of a cutoff: its own, or all that have no cutoff of their own in the
-- warehouse.
carriers AS (
    SELECT today.id, carrier.id AS carrier_id
      FROM today JOIN delivery_carrier AS carrier ON carrier.id = today.carrier_id
     UNION ALL
    SELECT today.id, carrier.id
      FROM today CROSS JOIN delivery_carrier AS carrier
     WHERE today.carrier_id IS NULL AND NOT EXISTS (
           SELECT FROM reliability_cutoff AS own
            WHERE own.active AND own.carrier_id = carrier.id
              AND own.warehouse_id = today.warehouse_id)
),
-- The operation types and carriers by which a cutoff finds its parcels.
cutoff_types AS (
    SELECT carriers.id, picking_type.id AS picking_type_id, carriers.carrier_id
      FROM carriers
      JOIN today ON today.id = carriers.id
      JOIN stock_picking_type AS picking_type
        ON picking_type.warehouse_id = today.warehouse_id
       AND picking_type.code = 'outgoing'
),
counts AS (
    SELECT today.*, to_do.parcels AS parcels_left, last_hour.parcels AS done_last_hour,
           last_hour.hours_worked, usual.parcels AS usual_left
      FROM today
      CROSS JOIN LATERAL (
          -- Parcels due before the truck leaves.  Parcels overdue for more than a day
          -- are abandoned and say nothing about today.
          SELECT count(*) AS parcels
            FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE cutoff_types.id = today.id
             AND state IN ('confirmed', 'waiting', 'assigned')
             AND scheduled_date < today.departure
             AND scheduled_date >= today.begin - interval '1 day'
      ) AS to_do
      CROSS JOIN LATERAL (
          -- Validated in the last hour.  Where the day's work began later than an hour
          -- ago, only the time since then counts, ten minutes at least.
          SELECT count(*) FILTER (WHERE date_done >= today.now - interval '1 hour')
                     AS parcels,
                 least(1, greatest(1 / 6.0,
                     extract(epoch FROM today.now - min(date_done)) / 3600))
                     AS hours_worked
            FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
           WHERE cutoff_types.id = today.id AND state = 'done' AND date_done >= today.begin
      ) AS last_hour
      CROSS JOIN LATERAL (
          -- The usual number from this time of the day until the cutoff: the mean of
          -- this weekday in the last four weeks.
          SELECT sum(week.parcels) / 4.0 AS parcels
            FROM generate_series(1, 4) AS weeks_ago
           CROSS JOIN LATERAL (
               SELECT count(*) AS parcels
                 FROM cutoff_types JOIN stock_picking USING (picking_type_id, carrier_id)
                WHERE cutoff_types.id = today.id AND state = 'done'
                  AND date_done >= today.now - weeks_ago * interval '7 days'
                  AND date_done < today.departure - weeks_ago * interval '7 days'
           ) AS week
      ) AS usual
),
pace AS (
    SELECT counts.*,
           extract(epoch FROM departure - now) AS seconds_left,
           CASE WHEN done_last_hour > 0 THEN done_last_hour / hours_worked
                WHEN departure > now
                THEN usual_left * 3600 / extract(epoch FROM departure - now)
                ELSE 0 END AS parcels_per_hour
      FROM counts
)
SELECT id, departure, seconds_left, parcels_left, parcels_per_hour,
       CASE WHEN parcels_left = 0 THEN now
            WHEN parcels_per_hour > 0
            THEN now + least(parcels_left / parcels_per_hour, 240) * interval '1 hour'
            END AS ready_at,
       -- Parcels that will miss the truck.
       CASE WHEN seconds_left <= 0 THEN parcels_left
            ELSE greatest(0, parcels_left - floor(parcels_per_hour * seconds_left / 3600))
            END::integer AS parcels_missing,
       CASE WHEN parcels_left = 0 THEN 'done'
            WHEN seconds_left <= 0 THEN 'missed'
            WHEN parcels_left <= floor(parcels_per_hour * seconds_left / 3600)
            THEN 'in_time'
            WHEN seconds_left <= warn_minutes * 60 OR done_last_hour > 0 THEN 'at_risk'
            ELSE 'not_begun'
            END AS state
  FROM pace
$function$
;SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.reliability_attempt (
    id integer NOT NULL,
    exchange_id integer,
    status integer,
    calls integer,
    pid integer,
    user_id integer,
    uid character varying NOT NULL,
    outcome character varying,
    error_class character varying,
    transaction_state character varying,
    transaction_id character varying,
    database_identity character varying,
    worker character varying,
    host character varying,
    job character varying,
    error_message text,
    request text,
    answer text,
    seconds numeric,
    external_seconds numeric,
    presumed boolean,
    is_state_presumed boolean,
    retried boolean,
    started timestamp without time zone,
    ended timestamp without time zone
);
COMMENT ON TABLE public.reliability_attempt IS 'Attempt';
COMMENT ON COLUMN public.reliability_attempt.exchange_id IS 'Exchange';
COMMENT ON COLUMN public.reliability_attempt.status IS 'HTTP Status';
COMMENT ON COLUMN public.reliability_attempt.calls IS 'Network Calls';
COMMENT ON COLUMN public.reliability_attempt.pid IS 'Process';
COMMENT ON COLUMN public.reliability_attempt.user_id IS 'User';
COMMENT ON COLUMN public.reliability_attempt.uid IS 'Ledger Id';
COMMENT ON COLUMN public.reliability_attempt.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_attempt.error_class IS 'Error Class';
COMMENT ON COLUMN public.reliability_attempt.transaction_state IS 'Odoo''s Transaction';
COMMENT ON COLUMN public.reliability_attempt.transaction_id IS 'Transaction Id';
COMMENT ON COLUMN public.reliability_attempt.database_identity IS 'Database Identity';
COMMENT ON COLUMN public.reliability_attempt.worker IS 'Worker';
COMMENT ON COLUMN public.reliability_attempt.host IS 'Host';
COMMENT ON COLUMN public.reliability_attempt.job IS 'Job';
COMMENT ON COLUMN public.reliability_attempt.error_message IS 'Error Message';
COMMENT ON COLUMN public.reliability_attempt.request IS 'Request';
COMMENT ON COLUMN public.reliability_attempt.answer IS 'Answer';
COMMENT ON COLUMN public.reliability_attempt.seconds IS 'Duration (s)';
COMMENT ON COLUMN public.reliability_attempt.external_seconds IS 'External Time (s)';
COMMENT ON COLUMN public.reliability_attempt.presumed IS 'Presumed Outcome';
COMMENT ON COLUMN public.reliability_attempt.is_state_presumed IS 'Presumed Transaction';
COMMENT ON COLUMN public.reliability_attempt.retried IS 'Another Attempt Follows';
COMMENT ON COLUMN public.reliability_attempt.started IS 'Started';
COMMENT ON COLUMN public.reliability_attempt.ended IS 'Ended';
CREATE SEQUENCE public.reliability_attempt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_attempt_id_seq OWNED BY public.reliability_attempt.id;
CREATE TABLE public.reliability_collector_checkpoint (
    id integer NOT NULL,
    number integer NOT NULL,
    name character varying NOT NULL,
    host character varying NOT NULL,
    has_ended boolean,
    began timestamp without time zone,
    delivered timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_collector_checkpoint IS 'Collector Checkpoint';
COMMENT ON COLUMN public.reliability_collector_checkpoint.number IS 'Number';
COMMENT ON COLUMN public.reliability_collector_checkpoint.name IS 'Name';
COMMENT ON COLUMN public.reliability_collector_checkpoint.host IS 'Host';
COMMENT ON COLUMN public.reliability_collector_checkpoint.has_ended IS 'Has Ended';
COMMENT ON COLUMN public.reliability_collector_checkpoint.began IS 'Began';
COMMENT ON COLUMN public.reliability_collector_checkpoint.delivered IS 'Delivered';
CREATE SEQUENCE public.reliability_collector_checkpoint_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_collector_checkpoint_id_seq OWNED BY public.reliability_collector_checkpoint.id;
CREATE TABLE public.reliability_collector_report (
    id integer NOT NULL,
    refused integer NOT NULL,
    source character varying NOT NULL,
    host character varying NOT NULL,
    ended_leases jsonb NOT NULL,
    waiting jsonb NOT NULL,
    refusal text NOT NULL,
    reported timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_collector_report IS 'Collector Report';
COMMENT ON COLUMN public.reliability_collector_report.refused IS 'Refused';
COMMENT ON COLUMN public.reliability_collector_report.source IS 'Source';
COMMENT ON COLUMN public.reliability_collector_report.host IS 'Host';
COMMENT ON COLUMN public.reliability_collector_report.ended_leases IS 'Ended Leases';
COMMENT ON COLUMN public.reliability_collector_report.waiting IS 'Waiting';
COMMENT ON COLUMN public.reliability_collector_report.refusal IS 'Refusal';
COMMENT ON COLUMN public.reliability_collector_report.reported IS 'Reported';
CREATE SEQUENCE public.reliability_collector_report_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_collector_report_id_seq OWNED BY public.reliability_collector_report.id;
CREATE TABLE public.reliability_cutoff (
    id integer NOT NULL,
    warehouse_id integer NOT NULL,
    company_id integer,
    carrier_id integer,
    warn_minutes integer NOT NULL,
    create_uid integer,
    write_uid integer,
    tz character varying NOT NULL,
    active boolean,
    monday boolean,
    tuesday boolean,
    wednesday boolean,
    thursday boolean,
    friday boolean,
    saturday boolean,
    sunday boolean,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    hour double precision NOT NULL,
    CONSTRAINT reliability_cutoff_sensible_numbers CHECK (((hour >= (0)::double precision) AND (hour < (24)::double precision) AND ((warn_minutes >= 1) AND (warn_minutes <= 1440))))
);
COMMENT ON TABLE public.reliability_cutoff IS 'Cutoff';
COMMENT ON COLUMN public.reliability_cutoff.warehouse_id IS 'Warehouse';
COMMENT ON COLUMN public.reliability_cutoff.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_cutoff.carrier_id IS 'Carrier';
COMMENT ON COLUMN public.reliability_cutoff.warn_minutes IS 'Warn Before (min)';
COMMENT ON COLUMN public.reliability_cutoff.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_cutoff.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_cutoff.tz IS 'Time Zone';
COMMENT ON COLUMN public.reliability_cutoff.active IS 'Active';
COMMENT ON COLUMN public.reliability_cutoff.monday IS 'Mon';
COMMENT ON COLUMN public.reliability_cutoff.tuesday IS 'Tue';
COMMENT ON COLUMN public.reliability_cutoff.wednesday IS 'Wed';
COMMENT ON COLUMN public.reliability_cutoff.thursday IS 'Thu';
COMMENT ON COLUMN public.reliability_cutoff.friday IS 'Fri';
COMMENT ON COLUMN public.reliability_cutoff.saturday IS 'Sat';
COMMENT ON COLUMN public.reliability_cutoff.sunday IS 'Sun';
COMMENT ON COLUMN public.reliability_cutoff.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_cutoff.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_cutoff.hour IS 'Truck Leaves at';
COMMENT ON CONSTRAINT reliability_cutoff_sensible_numbers ON public.reliability_cutoff IS 'CHECK (hour >= 0 AND hour < 24 AND warn_minutes BETWEEN 1 AND 1440)';
CREATE VIEW public.reliability_cutoff_forecast AS
 SELECT reliability_forecast_cutoffs.id,
    reliability_forecast_cutoffs.departure,
    reliability_forecast_cutoffs.seconds_left,
    reliability_forecast_cutoffs.parcels_left,
    reliability_forecast_cutoffs.parcels_per_hour,
    reliability_forecast_cutoffs.ready_at,
    reliability_forecast_cutoffs.parcels_missing,
    reliability_forecast_cutoffs.state
   FROM public.reliability_forecast_cutoffs() reliability_forecast_cutoffs(id, departure, seconds_left, parcels_left, parcels_per_hour, ready_at, parcels_missing, state);
CREATE SEQUENCE public.reliability_cutoff_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_cutoff_id_seq OWNED BY public.reliability_cutoff.id;
CREATE TABLE public.reliability_edi_document (
    id integer NOT NULL,
    record_id integer,
    type_id integer,
    backend_id integer,
    partner_id integer,
    company_id integer,
    document_id integer,
    minute integer,
    identifier character varying,
    number character varying,
    direction character varying,
    document_model character varying,
    document_name character varying,
    reference character varying,
    edi_state character varying,
    state character varying,
    checksum character varying,
    day date,
    error text,
    is_duplicate boolean,
    received timestamp without time zone,
    exchanged timestamp without time zone,
    acknowledgement_due timestamp without time zone,
    changed timestamp without time zone
);
COMMENT ON TABLE public.reliability_edi_document IS 'EDI Document';
COMMENT ON COLUMN public.reliability_edi_document.record_id IS 'Exchange Record';
COMMENT ON COLUMN public.reliability_edi_document.type_id IS 'Type';
COMMENT ON COLUMN public.reliability_edi_document.backend_id IS 'Backend';
COMMENT ON COLUMN public.reliability_edi_document.partner_id IS 'Partner';
COMMENT ON COLUMN public.reliability_edi_document.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_edi_document.document_id IS 'Record in Odoo';
COMMENT ON COLUMN public.reliability_edi_document.minute IS 'Minute';
COMMENT ON COLUMN public.reliability_edi_document.identifier IS 'Identifier';
COMMENT ON COLUMN public.reliability_edi_document.number IS 'Number';
COMMENT ON COLUMN public.reliability_edi_document.direction IS 'Direction';
COMMENT ON COLUMN public.reliability_edi_document.document_model IS 'Document Model';
COMMENT ON COLUMN public.reliability_edi_document.document_name IS 'Odoo Document';
COMMENT ON COLUMN public.reliability_edi_document.reference IS 'Partner Reference';
COMMENT ON COLUMN public.reliability_edi_document.edi_state IS 'Edi State';
COMMENT ON COLUMN public.reliability_edi_document.state IS 'State';
COMMENT ON COLUMN public.reliability_edi_document.checksum IS 'Checksum';
COMMENT ON COLUMN public.reliability_edi_document.day IS 'Day';
COMMENT ON COLUMN public.reliability_edi_document.error IS 'Error';
COMMENT ON COLUMN public.reliability_edi_document.is_duplicate IS 'Duplicate';
COMMENT ON COLUMN public.reliability_edi_document.received IS 'Date';
COMMENT ON COLUMN public.reliability_edi_document.exchanged IS 'Last Exchanged';
COMMENT ON COLUMN public.reliability_edi_document.acknowledgement_due IS 'Acknowledgement Due';
COMMENT ON COLUMN public.reliability_edi_document.changed IS 'Changed';
CREATE TABLE public.reliability_edi_expected_document (
    id integer NOT NULL,
    type_id integer NOT NULL,
    backend_id integer NOT NULL,
    partner_id integer,
    company_id integer,
    baseline integer,
    create_uid integer,
    write_uid integer,
    weekday character varying NOT NULL,
    since date,
    baseline_by_hour jsonb,
    active boolean,
    learned boolean,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    hour double precision NOT NULL,
    CONSTRAINT reliability_edi_expected_document_sensible_numbers CHECK (((hour >= (0)::double precision) AND (hour < (24)::double precision)))
);
COMMENT ON TABLE public.reliability_edi_expected_document IS 'Expected EDI Documents';
COMMENT ON COLUMN public.reliability_edi_expected_document.type_id IS 'Type';
COMMENT ON COLUMN public.reliability_edi_expected_document.backend_id IS 'Backend';
COMMENT ON COLUMN public.reliability_edi_expected_document.partner_id IS 'Partner';
COMMENT ON COLUMN public.reliability_edi_expected_document.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_edi_expected_document.baseline IS 'Usual Number';
COMMENT ON COLUMN public.reliability_edi_expected_document.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_edi_expected_document.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_edi_expected_document.weekday IS 'On';
COMMENT ON COLUMN public.reliability_edi_expected_document.since IS 'Since';
COMMENT ON COLUMN public.reliability_edi_expected_document.baseline_by_hour IS 'Baseline By Hour';
COMMENT ON COLUMN public.reliability_edi_expected_document.active IS 'Active';
COMMENT ON COLUMN public.reliability_edi_expected_document.learned IS 'Learned';
COMMENT ON COLUMN public.reliability_edi_expected_document.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_edi_expected_document.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_edi_expected_document.hour IS 'Expected by';
COMMENT ON CONSTRAINT reliability_edi_expected_document_sensible_numbers ON public.reliability_edi_expected_document IS 'CHECK (hour >= 0 AND hour < 24)';
CREATE VIEW public.reliability_edi_daily_status AS
 SELECT (row_number() OVER (ORDER BY days.day, days.type_id, days.backend_id, days.partner_id, days.company_id))::integer AS id,
    days.day,
    days.type_id,
    days.backend_id,
    days.partner_id,
    days.company_id,
    days.direction,
    days.documents,
    days.failed,
    days.waiting,
    days.duplicates,
    days.is_missing,
        CASE
            WHEN ((days.failed > 0) OR days.is_missing) THEN 'red'::text
            WHEN ((days.waiting > 0) OR (days.duplicates > 0)) THEN 'yellow'::text
            ELSE 'green'::text
        END AS state,
        CASE
            WHEN ((days.failed > 0) OR days.is_missing) THEN 1
            WHEN ((days.waiting > 0) OR (days.duplicates > 0)) THEN 3
            ELSE 10
        END AS color
   FROM ( SELECT reliability_edi_document.day,
            reliability_edi_document.type_id,
            reliability_edi_document.backend_id,
            reliability_edi_document.partner_id,
            reliability_edi_document.company_id,
            reliability_edi_document.direction,
            (count(*))::integer AS documents,
            (count(*) FILTER (WHERE (((reliability_edi_document.state)::text = 'failed'::text) OR (reliability_edi_document.acknowledgement_due < (now() AT TIME ZONE 'UTC'::text)))))::integer AS failed,
            (count(*) FILTER (WHERE (((reliability_edi_document.state)::text = ANY ((ARRAY['waiting'::character varying, 'awaiting'::character varying])::text[])) AND ((reliability_edi_document.acknowledgement_due IS NULL) OR (reliability_edi_document.acknowledgement_due >= (now() AT TIME ZONE 'UTC'::text))))))::integer AS waiting,
            (count(*) FILTER (WHERE reliability_edi_document.is_duplicate))::integer AS duplicates,
            false AS is_missing
           FROM public.reliability_edi_document
          WHERE ((reliability_edi_document.state)::text <> 'gone'::text)
          GROUP BY reliability_edi_document.day, reliability_edi_document.type_id, reliability_edi_document.backend_id, reliability_edi_document.partner_id, reliability_edi_document.company_id, reliability_edi_document.direction
        UNION ALL
         SELECT calendar.day,
            expected.type_id,
            expected.backend_id,
            expected.partner_id,
            expected.company_id,
            'in'::character varying,
            0,
            0,
            0,
            0,
            true
           FROM ((public.reliability_edi_expected_document expected
             CROSS JOIN LATERAL ( SELECT (now() AT TIME ZONE public.reliability_edi_zone(expected.company_id)) AS moment) local)
             CROSS JOIN LATERAL ( SELECT (day.day)::date AS day
                   FROM generate_series((GREATEST(expected.since, ((local.moment)::date - 60)))::timestamp with time zone, ((local.moment)::date)::timestamp with time zone, '1 day'::interval) day(day)) calendar)
          WHERE (expected.active AND ((expected.weekday)::text = (((EXTRACT(isodow FROM calendar.day) - (1)::numeric))::integer)::text) AND ((calendar.day < (local.moment)::date) OR ((EXTRACT(epoch FROM (local.moment)::time without time zone))::double precision >= (expected.hour * (3600)::double precision))) AND (NOT (EXISTS ( SELECT
                   FROM public.reliability_edi_document document
                  WHERE ((document.type_id = expected.type_id) AND (document.backend_id = expected.backend_id) AND (NOT (document.partner_id IS DISTINCT FROM expected.partner_id)) AND (document.day = calendar.day) AND ((document.direction)::text = 'in'::text))))) AND (NOT (EXISTS ( SELECT
                   FROM public.resource_calendar_leaves leave
                  WHERE ((leave.resource_id IS NULL) AND (NOT (leave.company_id IS DISTINCT FROM expected.company_id)) AND ((calendar.day >= (leave.date_from)::date) AND (calendar.day <= (leave.date_to)::date)))))))) days;
CREATE SEQUENCE public.reliability_edi_document_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_edi_document_id_seq OWNED BY public.reliability_edi_document.id;
CREATE SEQUENCE public.reliability_edi_expected_document_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_edi_expected_document_id_seq OWNED BY public.reliability_edi_expected_document.id;
CREATE TABLE public.reliability_exchange (
    id integer NOT NULL,
    integration_id integer,
    res_id integer,
    company_id integer,
    attempt_count integer,
    orphan_count integer,
    attempts_left integer,
    retry_requested_by_id integer,
    resolved_by_id integer,
    operation character varying,
    direction character varying,
    identity character varying,
    res_model character varying,
    res_name character varying,
    warehouse character varying,
    repeatable character varying,
    retry_method character varying,
    state character varying,
    counted_state character varying,
    first_error text,
    last_error text,
    resolution text,
    seconds numeric,
    is_possibly_duplicated boolean,
    is_verified boolean,
    deadline timestamp without time zone,
    started timestamp without time zone,
    ended timestamp without time zone,
    next_attempt timestamp without time zone,
    retry_requested_at timestamp without time zone,
    resolved_at timestamp without time zone
);
COMMENT ON TABLE public.reliability_exchange IS 'Exchange';
COMMENT ON COLUMN public.reliability_exchange.integration_id IS 'System';
COMMENT ON COLUMN public.reliability_exchange.res_id IS 'Document Id';
COMMENT ON COLUMN public.reliability_exchange.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_exchange.attempt_count IS 'Attempts';
COMMENT ON COLUMN public.reliability_exchange.orphan_count IS 'Orphans';
COMMENT ON COLUMN public.reliability_exchange.attempts_left IS 'Attempts Left';
COMMENT ON COLUMN public.reliability_exchange.retry_requested_by_id IS 'Retry Requested By';
COMMENT ON COLUMN public.reliability_exchange.resolved_by_id IS 'Resolved By';
COMMENT ON COLUMN public.reliability_exchange.operation IS 'Operation';
COMMENT ON COLUMN public.reliability_exchange.direction IS 'Direction';
COMMENT ON COLUMN public.reliability_exchange.identity IS 'Identity';
COMMENT ON COLUMN public.reliability_exchange.res_model IS 'Document Type';
COMMENT ON COLUMN public.reliability_exchange.res_name IS 'Document';
COMMENT ON COLUMN public.reliability_exchange.warehouse IS 'Warehouse';
COMMENT ON COLUMN public.reliability_exchange.repeatable IS 'If Repeated';
COMMENT ON COLUMN public.reliability_exchange.retry_method IS 'Retry Method';
COMMENT ON COLUMN public.reliability_exchange.state IS 'State';
COMMENT ON COLUMN public.reliability_exchange.counted_state IS 'Counted State';
COMMENT ON COLUMN public.reliability_exchange.first_error IS 'First Error';
COMMENT ON COLUMN public.reliability_exchange.last_error IS 'Last Error';
COMMENT ON COLUMN public.reliability_exchange.resolution IS 'Resolution';
COMMENT ON COLUMN public.reliability_exchange.seconds IS 'Duration of All Attempts (s)';
COMMENT ON COLUMN public.reliability_exchange.is_possibly_duplicated IS 'Possibly Duplicated';
COMMENT ON COLUMN public.reliability_exchange.is_verified IS 'Verified as Not Done';
COMMENT ON COLUMN public.reliability_exchange.deadline IS 'Deadline';
COMMENT ON COLUMN public.reliability_exchange.started IS 'Started';
COMMENT ON COLUMN public.reliability_exchange.ended IS 'Ended';
COMMENT ON COLUMN public.reliability_exchange.next_attempt IS 'Next Attempt';
COMMENT ON COLUMN public.reliability_exchange.retry_requested_at IS 'Retry Requested on';
COMMENT ON COLUMN public.reliability_exchange.resolved_at IS 'Resolved on';
CREATE SEQUENCE public.reliability_exchange_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_exchange_id_seq OWNED BY public.reliability_exchange.id;
CREATE TABLE public.reliability_exchange_reliability_resolve_rel (
    reliability_resolve_id integer NOT NULL,
    reliability_exchange_id integer NOT NULL
);
COMMENT ON TABLE public.reliability_exchange_reliability_resolve_rel IS 'RELATION BETWEEN reliability_resolve AND reliability_exchange';
CREATE TABLE public.reliability_exchange_reliability_retry_rel (
    reliability_retry_id integer NOT NULL,
    reliability_exchange_id integer NOT NULL
);
COMMENT ON TABLE public.reliability_exchange_reliability_retry_rel IS 'RELATION BETWEEN reliability_retry AND reliability_exchange';
CREATE TABLE public.reliability_exchange_total (
    id integer NOT NULL,
    integration_id integer,
    count integer,
    operation character varying,
    state character varying,
    last timestamp without time zone
);
COMMENT ON TABLE public.reliability_exchange_total IS 'Exchange Total';
COMMENT ON COLUMN public.reliability_exchange_total.integration_id IS 'System';
COMMENT ON COLUMN public.reliability_exchange_total.count IS 'Count';
COMMENT ON COLUMN public.reliability_exchange_total.operation IS 'Operation';
COMMENT ON COLUMN public.reliability_exchange_total.state IS 'State';
COMMENT ON COLUMN public.reliability_exchange_total.last IS 'Last';
CREATE SEQUENCE public.reliability_exchange_total_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_exchange_total_id_seq OWNED BY public.reliability_exchange_total.id;
CREATE TABLE public.reliability_job_channel (
    id integer NOT NULL,
    capacity integer,
    name character varying,
    is_sequential boolean,
    is_paused boolean
);
COMMENT ON TABLE public.reliability_job_channel IS 'Configured Channel';
COMMENT ON COLUMN public.reliability_job_channel.capacity IS 'Capacity';
COMMENT ON COLUMN public.reliability_job_channel.name IS 'Name';
COMMENT ON COLUMN public.reliability_job_channel.is_sequential IS 'Is Sequential';
COMMENT ON COLUMN public.reliability_job_channel.is_paused IS 'Is Paused';
CREATE TABLE public.reliability_job_attempt (
    id integer NOT NULL,
    job_id integer,
    company_id integer,
    number integer,
    requeued_by_id integer,
    uuid character varying,
    name character varying,
    job character varying,
    channel character varying,
    outcome character varying,
    worker character varying,
    error character varying,
    message character varying,
    delay numeric,
    seconds numeric,
    is_contended boolean,
    is_retried boolean,
    eligible timestamp without time zone,
    started timestamp without time zone,
    ended timestamp without time zone
);
COMMENT ON TABLE public.reliability_job_attempt IS 'Job Attempt';
COMMENT ON COLUMN public.reliability_job_attempt.job_id IS 'Job';
COMMENT ON COLUMN public.reliability_job_attempt.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_job_attempt.number IS 'Attempt';
COMMENT ON COLUMN public.reliability_job_attempt.requeued_by_id IS 'Requeued by';
COMMENT ON COLUMN public.reliability_job_attempt.uuid IS 'Job UUID';
COMMENT ON COLUMN public.reliability_job_attempt.name IS 'Description';
COMMENT ON COLUMN public.reliability_job_attempt.job IS 'Method';
COMMENT ON COLUMN public.reliability_job_attempt.channel IS 'Channel';
COMMENT ON COLUMN public.reliability_job_attempt.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_job_attempt.worker IS 'Worker';
COMMENT ON COLUMN public.reliability_job_attempt.error IS 'Error';
COMMENT ON COLUMN public.reliability_job_attempt.message IS 'Message';
COMMENT ON COLUMN public.reliability_job_attempt.delay IS 'Delay (s)';
COMMENT ON COLUMN public.reliability_job_attempt.seconds IS 'Duration (s)';
COMMENT ON COLUMN public.reliability_job_attempt.is_contended IS 'Contention';
COMMENT ON COLUMN public.reliability_job_attempt.is_retried IS 'Retried';
COMMENT ON COLUMN public.reliability_job_attempt.eligible IS 'Eligible since';
COMMENT ON COLUMN public.reliability_job_attempt.started IS 'Started';
COMMENT ON COLUMN public.reliability_job_attempt.ended IS 'Ended';
CREATE VIEW public.reliability_job_count AS
 SELECT COALESCE(job.channel, 'root'::character varying) AS channel,
    job.state,
    count(*) AS jobs,
    count(*) FILTER (WHERE job.is_eligible) AS eligible,
    min(job.eligible) FILTER (WHERE job.is_eligible) AS oldest
   FROM ( SELECT queue_job.channel,
            queue_job.state,
            GREATEST(COALESCE(queue_job.reliability_since, queue_job.date_created), queue_job.eta) AS eligible,
            (((queue_job.state)::text = ANY ((ARRAY['pending'::character varying, 'enqueued'::character varying])::text[])) AND ((queue_job.eta IS NULL) OR (queue_job.eta <= (now() AT TIME ZONE 'UTC'::text)))) AS is_eligible
           FROM public.queue_job
          WHERE ((queue_job.state)::text = ANY ((ARRAY['wait_dependencies'::character varying, 'pending'::character varying, 'enqueued'::character varying, 'started'::character varying, 'failed'::character varying])::text[]))) job
  GROUP BY COALESCE(job.channel, 'root'::character varying), job.state;
CREATE VIEW public.reliability_job_channel_status AS
 WITH channel AS (
         SELECT reliability_job_channel.name
           FROM public.reliability_job_channel
        UNION
         SELECT queue_job_channel.complete_name
           FROM public.queue_job_channel
          WHERE ((queue_job_channel.complete_name)::text <> ''::text)
        UNION
         SELECT reliability_job_count.channel
           FROM public.reliability_job_count
        ), recent AS (
         SELECT reliability_job_attempt.channel,
            ((count(*))::numeric / GREATEST((1)::numeric, EXTRACT(epoch FROM ((now() AT TIME ZONE 'UTC'::text) - GREATEST(min(reliability_job_attempt.started), ((now() AT TIME ZONE 'UTC'::text) - '00:05:00'::interval)))))) AS jobs_per_second
           FROM public.reliability_job_attempt
          WHERE ((reliability_job_attempt.ended > ((now() AT TIME ZONE 'UTC'::text) - '00:05:00'::interval)) AND (NOT reliability_job_attempt.is_retried))
          GROUP BY reliability_job_attempt.channel
        ), counted AS (
         SELECT channel.name,
            COALESCE(sum(job_count.jobs) FILTER (WHERE ((job_count.state)::text = 'pending'::text)), (0)::numeric) AS pending,
            COALESCE(sum(job_count.jobs) FILTER (WHERE ((job_count.state)::text = 'enqueued'::text)), (0)::numeric) AS enqueued,
            COALESCE(sum(job_count.jobs) FILTER (WHERE ((job_count.state)::text = 'started'::text)), (0)::numeric) AS started,
            COALESCE(sum(job_count.jobs) FILTER (WHERE ((job_count.state)::text = 'failed'::text)), (0)::numeric) AS failed,
            COALESCE(sum(job_count.jobs) FILTER (WHERE ((job_count.state)::text = 'wait_dependencies'::text)), (0)::numeric) AS wait_dependencies,
            COALESCE(sum(job_count.eligible), (0)::numeric) AS eligible,
            min(job_count.oldest) AS oldest
           FROM (channel
             LEFT JOIN public.reliability_job_count job_count ON (((job_count.channel)::text = (channel.name)::text)))
          GROUP BY channel.name
        )
 SELECT counted.name,
    counted.pending,
    counted.enqueued,
    counted.started,
    counted.failed,
    counted.wait_dependencies,
    counted.eligible,
    counted.oldest,
    configured.capacity,
    configured.is_sequential,
    configured.is_paused,
    ( SELECT COALESCE(sum(job_count.jobs), (0)::numeric) AS "coalesce"
           FROM public.reliability_job_count job_count
          WHERE (((job_count.state)::text = ANY ((ARRAY['enqueued'::character varying, 'started'::character varying])::text[])) AND starts_with(((job_count.channel)::text || '.'::text), ((counted.name)::text || '.'::text)))) AS running,
    COALESCE(EXTRACT(epoch FROM ((now() AT TIME ZONE 'UTC'::text) - counted.oldest)), (0)::numeric) AS oldest_age,
        CASE
            WHEN (counted.eligible = (0)::numeric) THEN (0)::double precision
            WHEN (COALESCE(recent.jobs_per_second, (0)::numeric) = (0)::numeric) THEN 'Infinity'::double precision
            ELSE ((counted.eligible / recent.jobs_per_second))::double precision
        END AS seconds_to_clear
   FROM ((counted
     LEFT JOIN public.reliability_job_channel configured ON (((configured.name)::text = (counted.name)::text)))
     LEFT JOIN recent ON (((recent.channel)::text = (counted.name)::text)));
CREATE TABLE public.reliability_job_requeued (
    id integer NOT NULL,
    count integer,
    channel character varying
);
COMMENT ON TABLE public.reliability_job_requeued IS 'Jobs Found Dead';
COMMENT ON COLUMN public.reliability_job_requeued.count IS 'Count';
COMMENT ON COLUMN public.reliability_job_requeued.channel IS 'Channel';
CREATE TABLE public.reliability_integration (
    id integer NOT NULL,
    sequence integer,
    owner_id integer,
    service_id integer,
    daily_quota integer,
    max_attempts integer,
    calendar_id integer,
    create_uid integer,
    write_uid integer,
    name character varying NOT NULL,
    code character varying NOT NULL,
    kind character varying NOT NULL,
    host_patterns character varying,
    failing_threshold numeric,
    active boolean,
    discovered boolean,
    records_requests boolean,
    excerpts_until timestamp without time zone,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    threshold double precision,
    silence_hours double precision,
    edi_partner_id integer,
    edi_backend_id integer,
    CONSTRAINT reliability_integration_sensible_numbers CHECK (((threshold > (0)::double precision) AND (daily_quota >= 0) AND (silence_hours >= (0)::double precision) AND ((max_attempts >= 1) AND (max_attempts <= 20)) AND ((failing_threshold >= (0)::numeric) AND (failing_threshold <= (1)::numeric))))
);
COMMENT ON TABLE public.reliability_integration IS 'Integration';
COMMENT ON COLUMN public.reliability_integration.sequence IS 'Sequence';
COMMENT ON COLUMN public.reliability_integration.owner_id IS 'Owner';
COMMENT ON COLUMN public.reliability_integration.service_id IS 'Service';
COMMENT ON COLUMN public.reliability_integration.daily_quota IS 'Daily Quota';
COMMENT ON COLUMN public.reliability_integration.max_attempts IS 'Max Attempts';
COMMENT ON COLUMN public.reliability_integration.calendar_id IS 'Working Hours';
COMMENT ON COLUMN public.reliability_integration.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_integration.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_integration.name IS 'Name';
COMMENT ON COLUMN public.reliability_integration.code IS 'Code';
COMMENT ON COLUMN public.reliability_integration.kind IS 'Kind';
COMMENT ON COLUMN public.reliability_integration.host_patterns IS 'Hosts';
COMMENT ON COLUMN public.reliability_integration.failing_threshold IS 'Degraded From';
COMMENT ON COLUMN public.reliability_integration.active IS 'Active';
COMMENT ON COLUMN public.reliability_integration.discovered IS 'Discovered';
COMMENT ON COLUMN public.reliability_integration.records_requests IS 'Record All Requests';
COMMENT ON COLUMN public.reliability_integration.excerpts_until IS 'Excerpts Until';
COMMENT ON COLUMN public.reliability_integration.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_integration.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_integration.threshold IS 'Latency Threshold (s)';
COMMENT ON COLUMN public.reliability_integration.silence_hours IS 'Silent After (h)';
COMMENT ON COLUMN public.reliability_integration.edi_partner_id IS 'EDI Partner';
COMMENT ON COLUMN public.reliability_integration.edi_backend_id IS 'EDI Backend';
COMMENT ON CONSTRAINT reliability_integration_sensible_numbers ON public.reliability_integration IS 'CHECK (threshold > 0 AND daily_quota >= 0 AND silence_hours >= 0 AND max_attempts BETWEEN 1 AND 20 AND failing_threshold BETWEEN 0 AND 1)';
CREATE SEQUENCE public.reliability_job_attempt_lost
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE VIEW public.reliability_job_blocked_channel AS
 SELECT configured.name,
    configured.is_paused
   FROM public.reliability_job_channel configured
  WHERE (configured.is_paused OR (configured.is_sequential AND (EXISTS ( SELECT
           FROM public.queue_job
          WHERE (((queue_job.state)::text = 'failed'::text) AND ((queue_job.channel)::text = (configured.name)::text))))));
CREATE TABLE public.reliability_host (
    id integer NOT NULL,
    name character varying NOT NULL,
    report jsonb NOT NULL,
    heartbeat timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_host IS 'Host';
COMMENT ON COLUMN public.reliability_host.name IS 'Name';
COMMENT ON COLUMN public.reliability_host.report IS 'Report';
COMMENT ON COLUMN public.reliability_host.heartbeat IS 'Heartbeat';
CREATE SEQUENCE public.reliability_host_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_host_id_seq OWNED BY public.reliability_host.id;
CREATE SEQUENCE public.reliability_integration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_integration_id_seq OWNED BY public.reliability_integration.id;
CREATE SEQUENCE public.reliability_job_attempt_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_job_attempt_id_seq OWNED BY public.reliability_job_attempt.id;
CREATE SEQUENCE public.reliability_job_channel_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_job_channel_id_seq OWNED BY public.reliability_job_channel.id;
CREATE VIEW public.reliability_job_eligible AS
 SELECT queue_job.id,
    queue_job.channel,
    queue_job.company_id,
    GREATEST(COALESCE(queue_job.reliability_since, queue_job.date_created), queue_job.eta) AS since
   FROM public.queue_job
  WHERE (((queue_job.state)::text = ANY ((ARRAY['pending'::character varying, 'enqueued'::character varying])::text[])) AND ((queue_job.eta IS NULL) OR (queue_job.eta <= (now() AT TIME ZONE 'UTC'::text))));
CREATE VIEW public.reliability_job_problem AS
 WITH blocking AS MATERIALIZED (
         SELECT blocked.name
           FROM public.reliability_job_blocked_channel blocked
          WHERE ((NOT blocked.is_paused) AND (EXISTS ( SELECT
                   FROM public.reliability_job_eligible eligible
                  WHERE starts_with(((eligible.channel)::text || '.'::text), ((blocked.name)::text || '.'::text)))))
        )
 SELECT job.id,
    job.channel,
    job.company_id,
    COALESCE(job.reliability_started, job.date_started) AS since,
        CASE
            WHEN ((job.channel)::text IN ( SELECT blocking.name
               FROM blocking)) THEN 'blocking'::text
            WHEN ((job.exc_name)::text = 'JobFoundDead'::text) THEN 'died'::text
            WHEN ((job.reliability_attempt_details ->> 'outcome'::text) = 'rejected'::text) THEN 'rejected'::text
            WHEN (((job.reliability_attempt_details ->> 'error'::text) = 'FailedJobError'::text) AND (job.max_retries > 0) AND (job.retry >= job.max_retries)) THEN 'exhausted'::text
            ELSE 'failed'::text
        END AS problem
   FROM public.queue_job job
  WHERE (((job.state)::text = 'failed'::text) AND (COALESCE(job.reliability_started, job.date_started, job.date_created) > ((now() AT TIME ZONE 'UTC'::text) - '7 days'::interval)))
UNION ALL
 SELECT queue_job.id,
    queue_job.channel,
    queue_job.company_id,
    COALESCE(queue_job.reliability_started, queue_job.date_started) AS since,
    'looping'::text AS problem
   FROM public.queue_job
  WHERE (((queue_job.state)::text = ANY ((ARRAY['pending'::character varying, 'enqueued'::character varying, 'started'::character varying])::text[])) AND (queue_job.reliability_attempts >
        CASE
            WHEN (queue_job.max_retries > 0) THEN queue_job.max_retries
            ELSE 10
        END))
UNION ALL
 SELECT job.id,
    job.channel,
    job.company_id,
    COALESCE(job.reliability_started, job.date_started) AS since,
    'long'::text AS problem
   FROM (public.queue_job job
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN (count(*) < 10) THEN (3600)::double precision
                    ELSE GREATEST((60)::double precision, ((5)::double precision * percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY ((last.seconds)::double precision))))
                END AS seconds
           FROM ( SELECT attempt.seconds
                   FROM public.reliability_job_attempt attempt
                  WHERE (((attempt.job)::text = (((job.model_name)::text || '.'::text) || (job.method_name)::text)) AND ((attempt.outcome)::text = 'success'::text))
                  ORDER BY attempt.ended DESC
                 LIMIT 100) last) usual)
  WHERE (((job.state)::text = 'started'::text) AND (COALESCE(job.reliability_started, job.date_started) < ((now() AT TIME ZONE 'UTC'::text) - (usual.seconds * '00:00:01'::interval))) AND (NOT (job.reliability_attempts >
        CASE
            WHEN (job.max_retries > 0) THEN job.max_retries
            ELSE 10
        END)));
CREATE SEQUENCE public.reliability_job_requeued_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_job_requeued_id_seq OWNED BY public.reliability_job_requeued.id;
CREATE TABLE public.reliability_lease (
    id integer NOT NULL,
    source character varying NOT NULL,
    until timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_lease IS 'Host That Reads the Gauges';
COMMENT ON COLUMN public.reliability_lease.source IS 'Source';
COMMENT ON COLUMN public.reliability_lease.until IS 'Until';
CREATE SEQUENCE public.reliability_lease_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_lease_id_seq OWNED BY public.reliability_lease.id;
CREATE TABLE public.reliability_lock_wait (
    id integer NOT NULL,
    backend integer NOT NULL,
    holder_backend integer,
    family character varying,
    service character varying,
    operation character varying,
    company character varying,
    warehouse character varying,
    relation character varying,
    holder_program character varying,
    holder_state character varying,
    holder_family character varying,
    holder_operation character varying,
    since timestamp without time zone NOT NULL,
    seen timestamp without time zone NOT NULL,
    holder_opened timestamp without time zone
);
COMMENT ON TABLE public.reliability_lock_wait IS 'Lock Wait';
COMMENT ON COLUMN public.reliability_lock_wait.backend IS 'Backend';
COMMENT ON COLUMN public.reliability_lock_wait.holder_backend IS 'Holder Backend';
COMMENT ON COLUMN public.reliability_lock_wait.family IS 'Family';
COMMENT ON COLUMN public.reliability_lock_wait.service IS 'Service';
COMMENT ON COLUMN public.reliability_lock_wait.operation IS 'Operation';
COMMENT ON COLUMN public.reliability_lock_wait.company IS 'Company Label';
COMMENT ON COLUMN public.reliability_lock_wait.warehouse IS 'Warehouse';
COMMENT ON COLUMN public.reliability_lock_wait.relation IS 'Table';
COMMENT ON COLUMN public.reliability_lock_wait.holder_program IS 'Holder''s Program';
COMMENT ON COLUMN public.reliability_lock_wait.holder_state IS 'Holder''s State';
COMMENT ON COLUMN public.reliability_lock_wait.holder_family IS 'Holder Family';
COMMENT ON COLUMN public.reliability_lock_wait.holder_operation IS 'Holder''s Operation';
COMMENT ON COLUMN public.reliability_lock_wait.since IS 'Began';
COMMENT ON COLUMN public.reliability_lock_wait.seen IS 'Last Seen';
COMMENT ON COLUMN public.reliability_lock_wait.holder_opened IS 'Holder''s Transaction Began';
CREATE SEQUENCE public.reliability_lock_wait_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_lock_wait_id_seq OWNED BY public.reliability_lock_wait.id;
CREATE TABLE public.reliability_operation (
    id integer NOT NULL,
    sequence integer,
    service_id integer NOT NULL,
    create_uid integer,
    write_uid integer,
    code character varying NOT NULL,
    model character varying NOT NULL,
    method character varying NOT NULL,
    dimension character varying,
    name jsonb NOT NULL,
    threshold numeric NOT NULL,
    active boolean,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    slow_threshold numeric,
    refused_threshold numeric,
    failing_threshold numeric,
    interrupted_threshold numeric,
    integration_id integer,
    repeatable character varying NOT NULL,
    repeatable_method character varying,
    CONSTRAINT reliability_operation_threshold_positive CHECK ((threshold > (0)::numeric))
);
COMMENT ON TABLE public.reliability_operation IS 'Measured Operation';
COMMENT ON COLUMN public.reliability_operation.sequence IS 'Sequence';
COMMENT ON COLUMN public.reliability_operation.service_id IS 'Service';
COMMENT ON COLUMN public.reliability_operation.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_operation.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_operation.code IS 'Code';
COMMENT ON COLUMN public.reliability_operation.model IS 'Model';
COMMENT ON COLUMN public.reliability_operation.method IS 'Method';
COMMENT ON COLUMN public.reliability_operation.dimension IS 'Split by';
COMMENT ON COLUMN public.reliability_operation.name IS 'Name';
COMMENT ON COLUMN public.reliability_operation.threshold IS 'Latency threshold';
COMMENT ON COLUMN public.reliability_operation.active IS 'Active';
COMMENT ON COLUMN public.reliability_operation.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_operation.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_operation.slow_threshold IS 'Degraded: slow';
COMMENT ON COLUMN public.reliability_operation.refused_threshold IS 'Degraded: refused';
COMMENT ON COLUMN public.reliability_operation.failing_threshold IS 'Degraded: failing';
COMMENT ON COLUMN public.reliability_operation.interrupted_threshold IS 'Interrupted: failing';
COMMENT ON COLUMN public.reliability_operation.integration_id IS 'System';
COMMENT ON COLUMN public.reliability_operation.repeatable IS 'If Repeated';
COMMENT ON COLUMN public.reliability_operation.repeatable_method IS 'Retry Method';
COMMENT ON CONSTRAINT reliability_operation_threshold_positive ON public.reliability_operation IS 'CHECK (threshold > 0)';
CREATE SEQUENCE public.reliability_operation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_operation_id_seq OWNED BY public.reliability_operation.id;
CREATE TABLE public.reliability_reference (
    id integer NOT NULL,
    exchange_id integer,
    attempt_id integer,
    name character varying,
    kind character varying,
    state character varying,
    created timestamp without time zone
);
COMMENT ON TABLE public.reliability_reference IS 'Reference';
COMMENT ON COLUMN public.reliability_reference.exchange_id IS 'Exchange';
COMMENT ON COLUMN public.reliability_reference.attempt_id IS 'Attempt';
COMMENT ON COLUMN public.reliability_reference.name IS 'Name';
COMMENT ON COLUMN public.reliability_reference.kind IS 'Kind';
COMMENT ON COLUMN public.reliability_reference.state IS 'State';
COMMENT ON COLUMN public.reliability_reference.created IS 'Created';
CREATE SEQUENCE public.reliability_reference_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_reference_id_seq OWNED BY public.reliability_reference.id;
CREATE TABLE public.reliability_resolve (
    id integer NOT NULL,
    create_uid integer,
    write_uid integer,
    was_done character varying NOT NULL,
    reason text NOT NULL,
    create_date timestamp without time zone,
    write_date timestamp without time zone
);
COMMENT ON TABLE public.reliability_resolve IS 'Resolve Exchanges';
COMMENT ON COLUMN public.reliability_resolve.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_resolve.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_resolve.was_done IS 'What You Found Out';
COMMENT ON COLUMN public.reliability_resolve.reason IS 'How You Know';
COMMENT ON COLUMN public.reliability_resolve.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_resolve.write_date IS 'Last Updated on';
CREATE SEQUENCE public.reliability_resolve_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_resolve_id_seq OWNED BY public.reliability_resolve.id;
CREATE TABLE public.reliability_retry (
    id integer NOT NULL,
    create_uid integer,
    write_uid integer,
    create_date timestamp without time zone,
    write_date timestamp without time zone
);
COMMENT ON TABLE public.reliability_retry IS 'Retry Exchanges';
COMMENT ON COLUMN public.reliability_retry.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_retry.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_retry.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_retry.write_date IS 'Last Updated on';
CREATE SEQUENCE public.reliability_retry_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_retry_id_seq OWNED BY public.reliability_retry.id;
CREATE TABLE public.reliability_rollup_hour (
    id integer NOT NULL,
    series_id integer NOT NULL,
    count integer NOT NULL,
    fast integer,
    create_uid integer,
    write_uid integer,
    outcome character varying NOT NULL,
    host character varying NOT NULL,
    buckets jsonb NOT NULL,
    start timestamp without time zone NOT NULL,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    threshold double precision NOT NULL,
    seconds double precision NOT NULL,
    sql double precision NOT NULL,
    external double precision NOT NULL,
    cpu double precision NOT NULL,
    queries double precision NOT NULL,
    records double precision NOT NULL
);
COMMENT ON TABLE public.reliability_rollup_hour IS 'Measured Calls by Hour';
COMMENT ON COLUMN public.reliability_rollup_hour.series_id IS 'Series';
COMMENT ON COLUMN public.reliability_rollup_hour.count IS 'Count';
COMMENT ON COLUMN public.reliability_rollup_hour.fast IS 'Fast';
COMMENT ON COLUMN public.reliability_rollup_hour.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_rollup_hour.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_rollup_hour.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_rollup_hour.host IS 'Host';
COMMENT ON COLUMN public.reliability_rollup_hour.buckets IS 'Buckets';
COMMENT ON COLUMN public.reliability_rollup_hour.start IS 'Start';
COMMENT ON COLUMN public.reliability_rollup_hour.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_rollup_hour.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_rollup_hour.threshold IS 'Threshold';
COMMENT ON COLUMN public.reliability_rollup_hour.seconds IS 'Seconds';
COMMENT ON COLUMN public.reliability_rollup_hour.sql IS 'Sql';
COMMENT ON COLUMN public.reliability_rollup_hour.external IS 'External';
COMMENT ON COLUMN public.reliability_rollup_hour.cpu IS 'Cpu';
COMMENT ON COLUMN public.reliability_rollup_hour.queries IS 'Queries';
COMMENT ON COLUMN public.reliability_rollup_hour.records IS 'Records';
CREATE SEQUENCE public.reliability_rollup_hour_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_rollup_hour_id_seq OWNED BY public.reliability_rollup_hour.id;
CREATE TABLE public.reliability_rollup_minute (
    id integer NOT NULL,
    series_id integer NOT NULL,
    count integer NOT NULL,
    fast integer,
    create_uid integer,
    write_uid integer,
    outcome character varying NOT NULL,
    host character varying NOT NULL,
    buckets jsonb NOT NULL,
    start timestamp without time zone NOT NULL,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    threshold double precision NOT NULL,
    seconds double precision NOT NULL,
    sql double precision NOT NULL,
    external double precision NOT NULL,
    cpu double precision NOT NULL,
    queries double precision NOT NULL,
    records double precision NOT NULL
);
COMMENT ON TABLE public.reliability_rollup_minute IS 'Measured Calls by Minute';
COMMENT ON COLUMN public.reliability_rollup_minute.series_id IS 'Series';
COMMENT ON COLUMN public.reliability_rollup_minute.count IS 'Count';
COMMENT ON COLUMN public.reliability_rollup_minute.fast IS 'Fast';
COMMENT ON COLUMN public.reliability_rollup_minute.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_rollup_minute.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_rollup_minute.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_rollup_minute.host IS 'Host';
COMMENT ON COLUMN public.reliability_rollup_minute.buckets IS 'Buckets';
COMMENT ON COLUMN public.reliability_rollup_minute.start IS 'Start';
COMMENT ON COLUMN public.reliability_rollup_minute.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_rollup_minute.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_rollup_minute.threshold IS 'Threshold';
COMMENT ON COLUMN public.reliability_rollup_minute.seconds IS 'Seconds';
COMMENT ON COLUMN public.reliability_rollup_minute.sql IS 'Sql';
COMMENT ON COLUMN public.reliability_rollup_minute.external IS 'External';
COMMENT ON COLUMN public.reliability_rollup_minute.cpu IS 'Cpu';
COMMENT ON COLUMN public.reliability_rollup_minute.queries IS 'Queries';
COMMENT ON COLUMN public.reliability_rollup_minute.records IS 'Records';
CREATE SEQUENCE public.reliability_rollup_minute_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_rollup_minute_id_seq OWNED BY public.reliability_rollup_minute.id;
CREATE TABLE public.reliability_rollup_top_call (
    id integer NOT NULL,
    series_id integer NOT NULL,
    queries integer NOT NULL,
    records integer NOT NULL,
    record_id integer,
    outcome character varying NOT NULL,
    host character varying NOT NULL,
    hour timestamp without time zone NOT NULL,
    ended timestamp without time zone NOT NULL,
    seconds double precision NOT NULL,
    sql double precision NOT NULL
);
COMMENT ON TABLE public.reliability_rollup_top_call IS 'Slowest Calls of an Hour';
COMMENT ON COLUMN public.reliability_rollup_top_call.series_id IS 'Series';
COMMENT ON COLUMN public.reliability_rollup_top_call.queries IS 'Queries';
COMMENT ON COLUMN public.reliability_rollup_top_call.records IS 'Records';
COMMENT ON COLUMN public.reliability_rollup_top_call.record_id IS 'Record';
COMMENT ON COLUMN public.reliability_rollup_top_call.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_rollup_top_call.host IS 'Host';
COMMENT ON COLUMN public.reliability_rollup_top_call.hour IS 'Hour';
COMMENT ON COLUMN public.reliability_rollup_top_call.ended IS 'Ended';
COMMENT ON COLUMN public.reliability_rollup_top_call.seconds IS 'Seconds';
COMMENT ON COLUMN public.reliability_rollup_top_call.sql IS 'Sql';
CREATE SEQUENCE public.reliability_rollup_top_call_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_rollup_top_call_id_seq OWNED BY public.reliability_rollup_top_call.id;
CREATE TABLE public.reliability_series (
    id integer NOT NULL,
    company_id integer,
    family character varying NOT NULL,
    service character varying NOT NULL,
    operation character varying NOT NULL,
    company character varying NOT NULL,
    warehouse character varying NOT NULL,
    dimension character varying NOT NULL
);
COMMENT ON TABLE public.reliability_series IS 'Measured Series';
COMMENT ON COLUMN public.reliability_series.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_series.family IS 'Family';
COMMENT ON COLUMN public.reliability_series.service IS 'Service';
COMMENT ON COLUMN public.reliability_series.operation IS 'Operation';
COMMENT ON COLUMN public.reliability_series.company IS 'Company Label';
COMMENT ON COLUMN public.reliability_series.warehouse IS 'Warehouse';
COMMENT ON COLUMN public.reliability_series.dimension IS 'Dimension';
CREATE SEQUENCE public.reliability_series_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_series_id_seq OWNED BY public.reliability_series.id;
CREATE TABLE public.reliability_service (
    id integer NOT NULL,
    sequence integer,
    owner_id integer,
    create_uid integer,
    write_uid integer,
    code character varying NOT NULL,
    criticality character varying NOT NULL,
    name jsonb NOT NULL,
    description jsonb,
    runbook jsonb,
    contingency jsonb,
    active boolean,
    create_date timestamp without time zone,
    write_date timestamp without time zone,
    late_threshold integer,
    slow_threshold numeric,
    refused_threshold numeric,
    failing_threshold numeric,
    interrupted_threshold numeric,
    notify_by_activity boolean,
    notify_by_chat boolean,
    notify_by_mail boolean,
    quiet_from double precision,
    quiet_to double precision,
    CONSTRAINT reliability_service_late_threshold_positive CHECK ((late_threshold >= 0)),
    CONSTRAINT reliability_service_quiet_hours CHECK (((quiet_from >= (0)::double precision) AND (quiet_from < (24)::double precision) AND (quiet_to >= (0)::double precision) AND (quiet_to < (24)::double precision)))
);
COMMENT ON TABLE public.reliability_service IS 'Reliability Service';
COMMENT ON COLUMN public.reliability_service.sequence IS 'Sequence';
COMMENT ON COLUMN public.reliability_service.owner_id IS 'Owner';
COMMENT ON COLUMN public.reliability_service.create_uid IS 'Created by';
COMMENT ON COLUMN public.reliability_service.write_uid IS 'Last Updated by';
COMMENT ON COLUMN public.reliability_service.code IS 'Code';
COMMENT ON COLUMN public.reliability_service.criticality IS 'Criticality';
COMMENT ON COLUMN public.reliability_service.name IS 'Name';
COMMENT ON COLUMN public.reliability_service.description IS 'Description';
COMMENT ON COLUMN public.reliability_service.runbook IS 'Runbook';
COMMENT ON COLUMN public.reliability_service.contingency IS 'Contingency Procedure';
COMMENT ON COLUMN public.reliability_service.active IS 'Active';
COMMENT ON COLUMN public.reliability_service.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_service.write_date IS 'Last Updated on';
COMMENT ON COLUMN public.reliability_service.late_threshold IS 'Degraded: late';
COMMENT ON COLUMN public.reliability_service.slow_threshold IS 'Degraded: slow';
COMMENT ON COLUMN public.reliability_service.refused_threshold IS 'Degraded: refused';
COMMENT ON COLUMN public.reliability_service.failing_threshold IS 'Degraded: failing';
COMMENT ON COLUMN public.reliability_service.interrupted_threshold IS 'Interrupted: failing';
COMMENT ON COLUMN public.reliability_service.notify_by_activity IS 'Activity';
COMMENT ON COLUMN public.reliability_service.notify_by_chat IS 'Discuss';
COMMENT ON COLUMN public.reliability_service.notify_by_mail IS 'Mail';
COMMENT ON COLUMN public.reliability_service.quiet_from IS 'Quiet from';
COMMENT ON COLUMN public.reliability_service.quiet_to IS 'Quiet to';
COMMENT ON CONSTRAINT reliability_service_late_threshold_positive ON public.reliability_service IS 'CHECK (late_threshold >= 0)';
COMMENT ON CONSTRAINT reliability_service_quiet_hours ON public.reliability_service IS 'CHECK (quiet_from >= 0 AND quiet_from < 24 AND quiet_to >= 0 AND quiet_to < 24)';
CREATE TABLE public.reliability_service_dependency (
    service_id integer NOT NULL,
    depends_on_id integer NOT NULL
);
COMMENT ON TABLE public.reliability_service_dependency IS 'RELATION BETWEEN reliability_service AND reliability_service';
CREATE SEQUENCE public.reliability_service_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_service_id_seq OWNED BY public.reliability_service.id;
CREATE TABLE public.reliability_service_notify_user (
    reliability_service_id integer NOT NULL,
    res_users_id integer NOT NULL
);
COMMENT ON TABLE public.reliability_service_notify_user IS 'RELATION BETWEEN reliability_service AND res_users';
CREATE TABLE public.reliability_service_status (
    id integer NOT NULL,
    service_id integer NOT NULL,
    company_id integer,
    warehouse character varying,
    state character varying NOT NULL,
    pending_state character varying,
    notified_state character varying,
    reason jsonb,
    backlogs jsonb,
    is_shared boolean,
    since timestamp without time zone NOT NULL,
    pending_since timestamp without time zone
);
COMMENT ON TABLE public.reliability_service_status IS 'Service Status';
COMMENT ON COLUMN public.reliability_service_status.service_id IS 'Service';
COMMENT ON COLUMN public.reliability_service_status.company_id IS 'Company';
COMMENT ON COLUMN public.reliability_service_status.warehouse IS 'Warehouse';
COMMENT ON COLUMN public.reliability_service_status.state IS 'State';
COMMENT ON COLUMN public.reliability_service_status.pending_state IS 'Pending State';
COMMENT ON COLUMN public.reliability_service_status.notified_state IS 'Notified State';
COMMENT ON COLUMN public.reliability_service_status.reason IS 'Reason';
COMMENT ON COLUMN public.reliability_service_status.backlogs IS 'Backlogs';
COMMENT ON COLUMN public.reliability_service_status.is_shared IS 'Is Shared';
COMMENT ON COLUMN public.reliability_service_status.since IS 'Since';
COMMENT ON COLUMN public.reliability_service_status.pending_since IS 'Pending Since';
CREATE SEQUENCE public.reliability_service_status_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_service_status_id_seq OWNED BY public.reliability_service_status.id;
CREATE TABLE public.reliability_upgrade (
    id integer NOT NULL,
    name character varying NOT NULL,
    version character varying NOT NULL,
    upgraded timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_upgrade IS 'Installed or Upgraded Module';
COMMENT ON COLUMN public.reliability_upgrade.name IS 'Name';
COMMENT ON COLUMN public.reliability_upgrade.version IS 'Version';
COMMENT ON COLUMN public.reliability_upgrade.upgraded IS 'Upgraded';
CREATE SEQUENCE public.reliability_upgrade_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_upgrade_id_seq OWNED BY public.reliability_upgrade.id;
CREATE TABLE public.saved_data (
    module character varying,
    name character varying,
    model character varying,
    res_id integer
);
CREATE TABLE public.saved_parameter (
    key character varying,
    value text
);
ALTER TABLE ONLY public.reliability_attempt ALTER COLUMN id SET DEFAULT nextval('public.reliability_attempt_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_collector_checkpoint ALTER COLUMN id SET DEFAULT nextval('public.reliability_collector_checkpoint_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_collector_report ALTER COLUMN id SET DEFAULT nextval('public.reliability_collector_report_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_cutoff ALTER COLUMN id SET DEFAULT nextval('public.reliability_cutoff_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_edi_document ALTER COLUMN id SET DEFAULT nextval('public.reliability_edi_document_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_edi_expected_document ALTER COLUMN id SET DEFAULT nextval('public.reliability_edi_expected_document_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_exchange ALTER COLUMN id SET DEFAULT nextval('public.reliability_exchange_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_exchange_total ALTER COLUMN id SET DEFAULT nextval('public.reliability_exchange_total_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_host ALTER COLUMN id SET DEFAULT nextval('public.reliability_host_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_integration ALTER COLUMN id SET DEFAULT nextval('public.reliability_integration_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_job_attempt ALTER COLUMN id SET DEFAULT nextval('public.reliability_job_attempt_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_job_channel ALTER COLUMN id SET DEFAULT nextval('public.reliability_job_channel_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_job_requeued ALTER COLUMN id SET DEFAULT nextval('public.reliability_job_requeued_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_lease ALTER COLUMN id SET DEFAULT nextval('public.reliability_lease_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_lock_wait ALTER COLUMN id SET DEFAULT nextval('public.reliability_lock_wait_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_operation ALTER COLUMN id SET DEFAULT nextval('public.reliability_operation_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_reference ALTER COLUMN id SET DEFAULT nextval('public.reliability_reference_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_resolve ALTER COLUMN id SET DEFAULT nextval('public.reliability_resolve_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_retry ALTER COLUMN id SET DEFAULT nextval('public.reliability_retry_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_hour ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_hour_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_minute ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_minute_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_top_call ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_top_call_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_series ALTER COLUMN id SET DEFAULT nextval('public.reliability_series_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_service ALTER COLUMN id SET DEFAULT nextval('public.reliability_service_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_service_status ALTER COLUMN id SET DEFAULT nextval('public.reliability_service_status_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_upgrade ALTER COLUMN id SET DEFAULT nextval('public.reliability_upgrade_id_seq'::regclass);
INSERT INTO public.reliability_collector_checkpoint VALUES (1, 11, '41e0d5fd7c5248c8/reliability_upgrade_source', 'warehouse-1', true, '2026-11-29 01:37:22.079457', '2026-11-29 01:37:33.734645');
INSERT INTO public.reliability_collector_report VALUES (1, 0, '41e0d5fd7c5248c8', 'warehouse-1', '{"128f3b7f203b4e3e": 0, "298430c46ba051ed": 0, "5493217a5fbf141e": 0, "5f0c54a40b3a06c8": 0}', '[]', '', '2026-11-29 01:37:33.400623');
INSERT INTO public.reliability_host VALUES (1, 'warehouse-1', '{"redis": [], "samples": [{"began": 4.323964592993434, "checks": 5, "waiting": null, "saturated": 0}, {"began": 14.541786223999225, "checks": 10, "waiting": 2, "saturated": 2}, {"began": 20.839815011997416, "checks": 6, "waiting": null, "saturated": 0}], "serving": 2, "activities": []}', '2026-11-29 01:37:33.369497');
INSERT INTO public.reliability_integration VALUES (1, 40, NULL, 5, 0, 5, NULL, NULL, NULL, 'Demo EDI backend', 'demo_edi_backend', 'edi', NULL, 0.1, true, false, false, NULL, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', 5, 0, NULL, 1);
INSERT INTO public.reliability_integration VALUES (2, 40, NULL, 5, 0, 5, NULL, NULL, NULL, 'SALE DEMO', 'sale_demo', 'edi', NULL, 0.1, true, false, false, NULL, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', 5, 0, NULL, 2);
INSERT INTO public.reliability_operation VALUES (1, 90, 2, 1, 1, 'mail_sending', 'ir.mail_server', 'send_email', NULL, '{"en_US": "Mail sending"}', 5.00, true, '2026-11-29 01:36:45.967628', '2026-11-29 01:36:45.967628', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (2, 10, 5, 1, 1, 'edi_generation', 'edi.backend', 'exchange_generate', NULL, '{"en_US": "Document generated"}', 2.00, true, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (3, 20, 5, 1, 1, 'edi_sending', 'edi.backend', 'exchange_send', NULL, '{"en_US": "Document sent"}', 5.00, true, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (4, 30, 5, 1, 1, 'edi_reception', 'edi.backend', 'exchange_receive', NULL, '{"en_US": "Document received"}', 5.00, true, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (5, 40, 5, 1, 1, 'edi_processing', 'edi.backend', 'exchange_process', NULL, '{"en_US": "Document processed"}', 5.00, true, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (6, 50, 6, 1, 1, 'invoice_posting', 'account.move', '_post', NULL, '{"en_US": "Invoice posting"}', 5.00, true, '2026-11-29 01:36:48.95812', '2026-11-29 01:36:48.95812', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (7, 20, 7, 1, 1, 'reservation', 'stock.picking', 'action_assign', 'picking_type_id.warehouse_id', '{"en_US": "Reservation"}', 3.00, true, '2026-11-29 01:36:49.829662', '2026-11-29 01:36:49.829662', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (8, 30, 7, 1, 1, 'transfer_validation', 'stock.picking', 'button_validate', 'picking_type_id.warehouse_id', '{"en_US": "Transfer validation"}', 3.00, true, '2026-11-29 01:36:49.829662', '2026-11-29 01:36:49.829662', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (9, 40, 7, 1, 1, 'move_completion', 'stock.move', '_action_done', 'picking_type_id.warehouse_id', '{"en_US": "Move completion"}', 3.00, true, '2026-11-29 01:36:49.829662', '2026-11-29 01:36:49.829662', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (10, 10, 8, 1, 1, 'order_confirmation', 'sale.order', 'action_confirm', NULL, '{"en_US": "Order confirmation"}', 3.00, true, '2026-11-29 01:36:51.204302', '2026-11-29 01:36:51.204302', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (11, 15, 3, 1, 1, 'order_validation', 'sale.order', '_validate_order', NULL, '{"en_US": "Order validation by the customer"}', 5.00, true, '2026-11-29 01:36:51.204302', '2026-11-29 01:36:51.204302', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (12, 10, 9, 1, 1, 'label', 'stock.picking', 'send_to_shipper', 'picking_type_id.warehouse_id', '{"en_US": "Label"}', 5.00, true, '2026-11-29 01:36:52.005105', '2026-11-29 01:36:52.005105', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (13, 20, 9, 1, 1, 'shipping_rate', 'delivery.carrier', 'rate_shipment', NULL, '{"en_US": "Shipping rate"}', 2.00, true, '2026-11-29 01:36:52.005105', '2026-11-29 01:36:52.005105', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (14, 30, 9, 1, 1, 'return_label', 'stock.picking', 'print_return_label', 'picking_type_id.warehouse_id', '{"en_US": "Return label"}', 5.00, true, '2026-11-29 01:36:52.005105', '2026-11-29 01:36:52.005105', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (15, 40, 9, 1, 1, 'shipment_cancellation', 'stock.picking', 'cancel_shipment', 'picking_type_id.warehouse_id', '{"en_US": "Shipment cancellation"}', 5.00, true, '2026-11-29 01:36:52.005105', '2026-11-29 01:36:52.005105', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_operation VALUES (16, 100, 1, 2, 2, 'addresses', 'res.partner', 'address_get', NULL, '{"en_US": "Addresses"}', 0.25, true, '2026-11-29 01:37:17.791991', '2026-11-29 01:37:17.791991', NULL, NULL, NULL, NULL, NULL, 'unsafe', NULL);
INSERT INTO public.reliability_rollup_hour VALUES (2, 2, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-67": 1}', '2026-11-28 01:00:00', NULL, NULL, 2, 0.23353252199740382, 0.050231218338012695, 0, 0.0480804517865181, 5, 0);
INSERT INTO public.reliability_rollup_hour VALUES (1, 1, 14, 11, NULL, NULL, 'success', 'warehouse-1', '{"2": 1, "-1": 1, "-4": 1, "12": 1, "23": 1, "44": 1, "56": 1, "64": 1, "-12": 1, "-16": 1, "-34": 1, "-51": 1, "-115": 1, "-132": 1}', '2026-11-28 01:00:00', NULL, NULL, 2, 18.072664983999857, 3.8092188835144043, 0, 2.2308887811377645, 1053, 0);
INSERT INTO public.reliability_rollup_hour VALUES (4, 3, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-257": 1}', '2026-11-28 01:00:00', NULL, NULL, 3, 0.003742413995496463, 0.0021867752075195312, 0, 0.0017625800101086497, 1, 1);
INSERT INTO public.reliability_rollup_hour VALUES (5, 3, 4, 4, NULL, NULL, 'success', 'warehouse-1', '{"-5": 1, "-12": 1, "-21": 1, "-28": 1}', '2026-11-28 01:00:00', NULL, NULL, 3, 2.8110703860002104, 1.8012406826019287, 0, 0.4866490140557289, 506, 4);
INSERT INTO public.reliability_rollup_hour VALUES (6, 4, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-184": 1}', '2026-11-28 01:00:00', NULL, NULL, 0.25, 0.018344755997532047, 0.006953001022338867, 0, 0.004609378986060619, 2, 41);
INSERT INTO public.reliability_rollup_hour VALUES (7, 5, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-80": 1}', '2026-11-28 01:00:00', NULL, NULL, 2, 0.17364573499799008, 0.03357696533203125, 0, 0.012634554877877235, 4, 0);
INSERT INTO public.reliability_rollup_hour VALUES (8, 6, 8, 8, NULL, NULL, 'success', 'warehouse-1', '{"-206": 1, "-471": 1, "-479": 1, "-492": 1, "-496": 1, "-497": 1, "-533": 1, "-541": 1}', '2026-11-28 01:00:00', NULL, NULL, 0.25, 0.011445219999586698, 0.007414817810058594, 0, 0.0029713020239796606, 4, 8);
INSERT INTO public.reliability_rollup_minute VALUES (2, 2, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-67": 1}', '2026-11-28 01:37:00', NULL, NULL, 2, 0.23353252199740382, 0.050231218338012695, 0, 0.0480804517865181, 5, 0);
INSERT INTO public.reliability_rollup_minute VALUES (1, 1, 14, 11, NULL, NULL, 'success', 'warehouse-1', '{"2": 1, "-1": 1, "-4": 1, "12": 1, "23": 1, "44": 1, "56": 1, "64": 1, "-12": 1, "-16": 1, "-34": 1, "-51": 1, "-115": 1, "-132": 1}', '2026-11-28 01:37:00', NULL, NULL, 2, 18.072664983999857, 3.8092188835144043, 0, 2.2308887811377645, 1053, 0);
INSERT INTO public.reliability_rollup_minute VALUES (4, 3, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-257": 1}', '2026-11-28 01:37:00', NULL, NULL, 3, 0.003742413995496463, 0.0021867752075195312, 0, 0.0017625800101086497, 1, 1);
INSERT INTO public.reliability_rollup_minute VALUES (5, 3, 4, 4, NULL, NULL, 'success', 'warehouse-1', '{"-5": 1, "-12": 1, "-21": 1, "-28": 1}', '2026-11-28 01:37:00', NULL, NULL, 3, 2.8110703860002104, 1.8012406826019287, 0, 0.4866490140557289, 506, 4);
INSERT INTO public.reliability_rollup_minute VALUES (6, 4, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-184": 1}', '2026-11-28 01:37:00', NULL, NULL, 0.25, 0.018344755997532047, 0.006953001022338867, 0, 0.004609378986060619, 2, 41);
INSERT INTO public.reliability_rollup_minute VALUES (7, 5, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-80": 1}', '2026-11-28 01:37:00', NULL, NULL, 2, 0.17364573499799008, 0.03357696533203125, 0, 0.012634554877877235, 4, 0);
INSERT INTO public.reliability_rollup_minute VALUES (8, 6, 8, 8, NULL, NULL, 'success', 'warehouse-1', '{"-206": 1, "-471": 1, "-479": 1, "-492": 1, "-496": 1, "-497": 1, "-533": 1, "-541": 1}', '2026-11-28 01:37:00', NULL, NULL, 0.25, 0.011445219999586698, 0.007414817810058594, 0, 0.0029713020239796606, 4, 8);
INSERT INTO public.reliability_rollup_top_call VALUES (1, 2, 5, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:11.620085', 0.23353252199740382, 0.050231218338012695);
INSERT INTO public.reliability_rollup_top_call VALUES (3, 1, 14, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:14.990515', 3.3400461109995376, 0.2527329921722412);
INSERT INTO public.reliability_rollup_top_call VALUES (4, 1, 17, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:17.583862', 2.560324127000058, 0.25255751609802246);
INSERT INTO public.reliability_rollup_top_call VALUES (6, 1, 90, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.823018', 1.2961081219982589, 0.07085847854614258);
INSERT INTO public.reliability_rollup_top_call VALUES (7, 1, 89, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:24.517596', 1.6205758170035551, 0.31436586380004883);
INSERT INTO public.reliability_rollup_top_call VALUES (8, 1, 94, 0, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:21.882389', 3.9304408539974247, 0.34322357177734375);
INSERT INTO public.reliability_rollup_top_call VALUES (9, 6, 0, 1, 10, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.955812', 2.152199886040762e-05, 0);
INSERT INTO public.reliability_rollup_top_call VALUES (10, 6, 0, 1, 9, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.955718', 2.309400588274002e-05, 0);
INSERT INTO public.reliability_rollup_top_call VALUES (11, 6, 0, 1, 15, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.955443', 3.6334997275844216e-05, 0);
INSERT INTO public.reliability_rollup_top_call VALUES (12, 6, 4, 1, 9, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.955237', 0.01129512499755947, 0.007414817810058594);
INSERT INTO public.reliability_rollup_top_call VALUES (13, 6, 0, 1, 10, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:25.955511', 3.052599640795961e-05, 0);
INSERT INTO public.reliability_rollup_top_call VALUES (14, 3, 1, 1, 25, 'rejected', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:28.173984', 0.003742413995496463, 0.0021867752075195312);
INSERT INTO public.reliability_rollup_top_call VALUES (15, 3, 85, 1, 28, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:27.936396', 0.5387050080025801, 0.276092529296875);
INSERT INTO public.reliability_rollup_top_call VALUES (16, 3, 156, 1, 25, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:27.10235', 0.7620885849974002, 0.5353288650512695);
INSERT INTO public.reliability_rollup_top_call VALUES (17, 3, 167, 1, 26, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:27.23329', 0.8847904939975706, 0.5972342491149902);
INSERT INTO public.reliability_rollup_top_call VALUES (18, 3, 98, 1, 27, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:27.892588', 0.6254862990026595, 0.39258503913879395);
INSERT INTO public.reliability_rollup_top_call VALUES (19, 5, 4, 0, 0, 'rejected', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:28.178274', 0.17364573499799008, 0.03357696533203125);
INSERT INTO public.reliability_rollup_top_call VALUES (20, 4, 2, 41, 0, 'success', 'warehouse-1', '2026-11-28 01:00:00', '2026-11-28 01:37:28.349036', 0.018344755997532047, 0.006953001022338867);
INSERT INTO public.reliability_series VALUES (1, NULL, 'http', 'integration_api', 'POST /xmlrpc/2/<service>', '', '', '200');
INSERT INTO public.reliability_series VALUES (2, NULL, 'http', 'platform', 'GET /web/health', '', '', '200');
INSERT INTO public.reliability_series VALUES (3, 1, 'operation', 'order_processing', 'order_confirmation', '1', 'WH', '');
INSERT INTO public.reliability_series VALUES (4, 1, 'operation', 'platform', 'addresses', '1', '', '');
INSERT INTO public.reliability_series VALUES (5, NULL, 'http', 'integration_api', 'POST /xmlrpc/2/<service>', '', '', '200 UserError');
INSERT INTO public.reliability_series VALUES (6, NULL, 'operation', 'platform', 'addresses', '', '', '');
INSERT INTO public.reliability_service VALUES (5, 40, NULL, 1, 1, 'edi', 'high', '{"en_US": "EDI"}', '{"en_US": "Orders, despatch advices and invoices are exchanged with partner systems. When EDI stands still, partners do not know which goods arrive."}', NULL, '{"en_US": "<p>Inform the partner, and agree on e-mail or the partner''s portal until the exchange works again.</p>"}', true, '2026-11-29 01:36:47.910132', '2026-11-29 01:36:47.910132', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (6, 50, NULL, 1, 1, 'invoicing', 'medium', '{"en_US": "Invoicing"}', '{"en_US": "Invoices are posted and sent. When invoicing stands still, goods move and money does not."}', NULL, NULL, true, '2026-11-29 01:36:48.95812', '2026-11-29 01:36:48.95812', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (7, 20, NULL, 1, 1, 'warehouse_execution', 'critical', '{"en_US": "Warehouse execution"}', '{"en_US": "Goods are reserved, picked, packed, received and put away. When the warehouse stands still, the doors stay closed."}', NULL, '{"en_US": "<p>Pick from printed lists, tick off what was picked, and validate the transfers afterwards in the same order.</p>"}', true, '2026-11-29 01:36:49.829662', '2026-11-29 01:36:49.829662', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (8, 10, NULL, 1, 1, 'order_processing', 'high', '{"en_US": "Order processing"}', '{"en_US": "Customers'' orders become work for the warehouse. When order processing stands still, there is nothing to pick."}', NULL, '{"en_US": "<p>Keep new orders aside in the sequence of their arrival. Promise no delivery date. Confirm urgent ones one at a time.</p>"}', true, '2026-11-29 01:36:51.204302', '2026-11-29 01:36:51.204302', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (3, 60, NULL, 1, 1, 'customer_portal', 'medium', '{"en_US": "Customer portal"}', '{"en_US": "Customers sign quotations, pay and look up their orders. When the portal stands still, customers call."}', NULL, NULL, true, '2026-11-29 01:36:38.465479', '2026-11-29 01:36:51.204302', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (9, 30, NULL, 1, 1, 'shipping', 'critical', '{"en_US": "Shipping"}', '{"en_US": "Carriers give labels and fetch parcels. When shipping stands still, parcels miss today''s truck."}', NULL, '{"en_US": "<p>Print labels on the carrier''s own website, and note the tracking numbers on the transfers.</p>"}', true, '2026-11-29 01:36:52.005105', '2026-11-29 01:36:52.005105', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (1, 90, NULL, 1, 2, 'platform', 'critical', '{"en_US": "Platform"}', '{"en_US": "Odoo itself, its database and the machines they run on. When the platform is down, everything is."}', '{"en_US": "<p>Call Ann.</p>"}', '{"en_US": "<p>Work from the latest printed pick lists. Write down on paper what leaves and what arrives, with time and document number, and enter it afterwards.</p>"}', true, '2026-11-29 01:36:38.465479', '2026-11-29 01:37:18.387875', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (2, 80, NULL, 1, 1, 'background_work', 'high', '{"en_US": "Background work"}', '{"en_US": "What Odoo does by itself: scheduled actions, queued jobs, outgoing mail. When background work stands still, nothing fails and nothing moves either."}', NULL, NULL, true, '2026-11-29 01:36:38.465479', '2026-11-29 01:36:38.465479', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service VALUES (4, 70, NULL, 1, 1, 'integration_api', 'high', '{"en_US": "Integration API"}', '{"en_US": "Shops, scanners and other systems call Odoo. When the API stands still, orders arrive late and stock levels in the shops are wrong."}', NULL, NULL, true, '2026-11-29 01:36:38.465479', '2026-11-29 01:36:38.465479', NULL, 0.2000, 0.5000, 0.0500, 0.5000, true, NULL, NULL, NULL, NULL);
INSERT INTO public.reliability_service_dependency VALUES (2, 1);
INSERT INTO public.reliability_service_dependency VALUES (3, 1);
INSERT INTO public.reliability_service_dependency VALUES (4, 1);
INSERT INTO public.reliability_service_dependency VALUES (5, 2);
INSERT INTO public.reliability_service_dependency VALUES (5, 1);
INSERT INTO public.reliability_service_dependency VALUES (6, 1);
INSERT INTO public.reliability_service_dependency VALUES (7, 1);
INSERT INTO public.reliability_service_dependency VALUES (8, 1);
INSERT INTO public.reliability_service_dependency VALUES (3, 8);
INSERT INTO public.reliability_service_dependency VALUES (9, 7);
INSERT INTO public.reliability_service_dependency VALUES (9, 1);
INSERT INTO public.reliability_upgrade VALUES (1, 'sale', '19.0.1.2', '2026-11-28 23:42:52');
INSERT INTO public.reliability_upgrade VALUES (2, 'sale_edi_ubl', '19.0.1.0', '2026-11-28 23:42:58');
INSERT INTO public.reliability_upgrade VALUES (3, 'sale_management', '19.0.1.0', '2026-11-28 23:42:58');
INSERT INTO public.reliability_upgrade VALUES (4, 'sale_stock', '19.0.1.0', '2026-11-28 23:42:59');
INSERT INTO public.reliability_upgrade VALUES (5, 'stock_delivery', '19.0.1.0', '2026-11-28 23:43:01');
INSERT INTO public.reliability_upgrade VALUES (6, 'account_edi_ubl_cii', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (7, 'account_payment', '19.0.2.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (8, 'api_doc', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (9, 'base_import', '19.0.2.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (10, 'base_import_module', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (11, 'http_routing', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (12, 'snailmail_account', '19.0.0.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (13, 'snailmail', '19.0.0.4', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (14, 'phone_validation', '19.0.2.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (15, 'partner_autocomplete', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (16, 'payment', '19.0.2.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (17, 'web', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (18, 'reliability_integration_stock', '19.0.1.1.0', '2026-11-29 01:36:49');
INSERT INTO public.reliability_upgrade VALUES (19, 'reliability_account', '19.0.1.1.0', '2026-11-29 01:36:48');
INSERT INTO public.reliability_upgrade VALUES (20, 'reliability_integration_sale', '19.0.1.1.0', '2026-11-29 01:36:50');
INSERT INTO public.reliability_upgrade VALUES (21, 'base', '19.0.1.3', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (22, 'reliability_stock_dashboard', '19.0.1.1.0', '2026-11-29 01:36:50');
INSERT INTO public.reliability_upgrade VALUES (23, 'reliability_edi', '19.0.1.1.0', '2026-11-29 01:36:47');
INSERT INTO public.reliability_upgrade VALUES (24, 'reliability_integration', '19.0.1.1.0', '2026-11-29 01:36:44');
INSERT INTO public.reliability_upgrade VALUES (25, 'reliability_mail', '19.0.1.1.0', '2026-11-29 01:36:45');
INSERT INTO public.reliability_upgrade VALUES (26, 'reliability_platform', '19.0.1.1.0', '2026-11-29 01:36:46');
INSERT INTO public.reliability_upgrade VALUES (27, 'reliability_queue_job', '19.0.1.1.0', '2026-11-29 01:36:46');
INSERT INTO public.reliability_upgrade VALUES (28, 'reliability_delivery', '19.0.1.1.0', '2026-11-29 01:36:52');
INSERT INTO public.reliability_upgrade VALUES (29, 'account_add_gln', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (30, 'account', '19.0.1.4', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (31, 'dfsg_assets', '19.0.1.0.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (32, 'reliability', '19.0.1.1.0', '2026-11-29 01:36:38');
INSERT INTO public.reliability_upgrade VALUES (33, 'reliability_health', '19.0.1.1.0', '2026-11-29 01:36:43');
INSERT INTO public.reliability_upgrade VALUES (34, 'reliability_dashboard', '19.0.1.1.0', '2026-11-29 01:36:47');
INSERT INTO public.reliability_upgrade VALUES (35, 'reliability_stock', '19.0.1.1.0', '2026-11-29 01:36:49');
INSERT INTO public.reliability_upgrade VALUES (36, 'reliability_sale', '19.0.1.1.0', '2026-11-29 01:36:51');
INSERT INTO public.reliability_upgrade VALUES (37, 'rpc', '19.0.1.0', '2026-11-28 23:41:51');
INSERT INTO public.reliability_upgrade VALUES (38, 'auth_passkey', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (39, 'iap', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (40, 'web_unsplash', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (41, 'base_setup', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (42, 'bus', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (43, 'web_tour', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (44, 'stock', '19.0.1.1', '2026-11-28 23:42:36');
INSERT INTO public.reliability_upgrade VALUES (45, 'barcodes_gs1_nomenclature', '19.0.1.0', '2026-11-28 23:41:55');
INSERT INTO public.reliability_upgrade VALUES (46, 'queue_job', '19.0.2.4.0', '2026-11-28 23:42:19');
INSERT INTO public.reliability_upgrade VALUES (47, 'payment_custom', '19.0.2.0', '2026-11-28 23:42:36');
INSERT INTO public.reliability_upgrade VALUES (48, 'l10n_us_account', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (49, 'base_edi', '19.0.1.0.0', '2026-11-28 23:41:48');
INSERT INTO public.reliability_upgrade VALUES (50, 'base_sparse_field', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (51, 'l10n_us', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (52, 'uom', '19.0.1.0', '2026-11-28 23:41:51');
INSERT INTO public.reliability_upgrade VALUES (53, 'barcodes', '19.0.2.0', '2026-11-28 23:41:52');
INSERT INTO public.reliability_upgrade VALUES (54, 'edi_account_oca', '19.0.1.0.0', '2026-11-28 23:42:45');
INSERT INTO public.reliability_upgrade VALUES (55, 'edi_queue_oca', '19.0.1.5.0', '2026-11-28 23:42:21');
INSERT INTO public.reliability_upgrade VALUES (56, 'digest', '19.0.1.1', '2026-11-28 23:42:24');
INSERT INTO public.reliability_upgrade VALUES (57, 'spreadsheet_dashboard_account', '19.0.1.0', '2026-11-28 23:42:49');
INSERT INTO public.reliability_upgrade VALUES (58, 'delivery', '19.0.1.0', '2026-11-28 23:42:57');
INSERT INTO public.reliability_upgrade VALUES (59, 'spreadsheet_dashboard_sale', '19.0.1.0', '2026-11-28 23:43:00');
INSERT INTO public.reliability_upgrade VALUES (60, 'edi_sale_oca', '19.0.1.1.0', '2026-11-28 23:42:57');
INSERT INTO public.reliability_upgrade VALUES (61, 'analytic', '19.0.1.2', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (62, 'edi_record_metadata_oca', '19.0.1.0.2', '2026-11-28 23:42:21');
INSERT INTO public.reliability_upgrade VALUES (63, 'auth_signup', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (64, 'spreadsheet_dashboard', '19.0.1.0', '2026-11-28 23:42:36');
INSERT INTO public.reliability_upgrade VALUES (65, 'stock_account', '19.0.1.1', '2026-11-28 23:42:49');
INSERT INTO public.reliability_upgrade VALUES (66, 'sale_pdf_quote_builder', '19.0.1.0', '2026-11-28 23:43:00');
INSERT INTO public.reliability_upgrade VALUES (67, 'resource_mail', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (68, 'google_gmail', '19.0.1.2', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (69, 'mail_bot', '19.0.1.2', '2026-11-28 23:42:06');
INSERT INTO public.reliability_upgrade VALUES (70, 'privacy_lookup', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (71, 'spreadsheet', '19.0.1.0', '2026-11-28 23:42:27');
INSERT INTO public.reliability_upgrade VALUES (72, 'sales_team', '19.0.1.1', '2026-11-28 23:42:21');
INSERT INTO public.reliability_upgrade VALUES (73, 'auth_totp_portal', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (74, 'spreadsheet_account', '19.0.1.0', '2026-11-28 23:42:49');
INSERT INTO public.reliability_upgrade VALUES (75, 'auth_totp', '19.0.1.0', '2026-11-28 23:41:52');
INSERT INTO public.reliability_upgrade VALUES (76, 'stock_sms', '19.0.1.0', '2026-11-28 23:42:51');
INSERT INTO public.reliability_upgrade VALUES (77, 'spreadsheet_dashboard_stock_account', '19.0.1.0', '2026-11-28 23:42:56');
INSERT INTO public.reliability_upgrade VALUES (78, 'sale_sms', '19.0.1.0', '2026-11-28 23:42:59');
INSERT INTO public.reliability_upgrade VALUES (79, 'onboarding', '19.0.1.2', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (80, 'resource', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (81, 'utm', '19.0.1.1', '2026-11-28 23:41:54');
INSERT INTO public.reliability_upgrade VALUES (82, 'html_editor', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (83, 'mail', '19.0.1.19', '2026-11-28 23:41:56');
INSERT INTO public.reliability_upgrade VALUES (84, 'auth_totp_mail', '19.0.1.0', '2026-11-28 23:42:04');
INSERT INTO public.reliability_upgrade VALUES (85, 'base_install_request', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (86, 'edi_core_oca', '19.0.1.7.0', '2026-11-28 23:42:04');
INSERT INTO public.reliability_upgrade VALUES (87, 'iap_mail', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (88, 'microsoft_outlook', '19.0.1.1', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (89, 'product', '19.0.1.2', '2026-11-28 23:42:09');
INSERT INTO public.reliability_upgrade VALUES (90, 'portal', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.reliability_upgrade VALUES (91, 'sms', '19.0.3.0', '2026-11-28 23:42:22');
INSERT INTO public.reliability_upgrade VALUES (92, 'auth_passkey_portal', '19.0.1.0', '2026-11-29 01:36:32');
INSERT INTO public.saved_data VALUES ('reliability_mail', 'operation_mail_sending', 'reliability.operation', 1);
INSERT INTO public.saved_data VALUES ('reliability_edi', 'operation_edi_generation', 'reliability.operation', 2);
INSERT INTO public.saved_data VALUES ('reliability_edi', 'operation_edi_sending', 'reliability.operation', 3);
INSERT INTO public.saved_data VALUES ('reliability_edi', 'operation_edi_reception', 'reliability.operation', 4);
INSERT INTO public.saved_data VALUES ('reliability_edi', 'operation_edi_processing', 'reliability.operation', 5);
INSERT INTO public.saved_data VALUES ('reliability_account', 'operation_invoice_posting', 'reliability.operation', 6);
INSERT INTO public.saved_data VALUES ('reliability_stock', 'operation_reservation', 'reliability.operation', 7);
INSERT INTO public.saved_data VALUES ('reliability_stock', 'operation_transfer_validation', 'reliability.operation', 8);
INSERT INTO public.saved_data VALUES ('reliability_stock', 'operation_move_completion', 'reliability.operation', 9);
INSERT INTO public.saved_data VALUES ('reliability_sale', 'operation_order_confirmation', 'reliability.operation', 10);
INSERT INTO public.saved_data VALUES ('reliability_sale', 'operation_order_validation', 'reliability.operation', 11);
INSERT INTO public.saved_data VALUES ('reliability_delivery', 'operation_label', 'reliability.operation', 12);
INSERT INTO public.saved_data VALUES ('reliability_delivery', 'operation_shipping_rate', 'reliability.operation', 13);
INSERT INTO public.saved_data VALUES ('reliability_delivery', 'operation_return_label', 'reliability.operation', 14);
INSERT INTO public.saved_data VALUES ('reliability_delivery', 'operation_shipment_cancellation', 'reliability.operation', 15);
INSERT INTO public.saved_data VALUES ('reliability', 'service_platform', 'reliability.service', 1);
INSERT INTO public.saved_data VALUES ('reliability', 'service_background_work', 'reliability.service', 2);
INSERT INTO public.saved_data VALUES ('reliability', 'service_customer_portal', 'reliability.service', 3);
INSERT INTO public.saved_data VALUES ('reliability', 'service_integration_api', 'reliability.service', 4);
INSERT INTO public.saved_data VALUES ('reliability_edi', 'service_edi', 'reliability.service', 5);
INSERT INTO public.saved_data VALUES ('reliability_account', 'service_invoicing', 'reliability.service', 6);
INSERT INTO public.saved_data VALUES ('reliability_stock', 'service_warehouse_execution', 'reliability.service', 7);
INSERT INTO public.saved_data VALUES ('reliability_sale', 'service_order_processing', 'reliability.service', 8);
INSERT INTO public.saved_data VALUES ('reliability_delivery', 'service_shipping', 'reliability.service', 9);
INSERT INTO public.saved_parameter VALUES ('reliability.switched_off', 'no');
SELECT pg_catalog.setval('public.reliability_attempt_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_collector_checkpoint_id_seq', 2, true);
SELECT pg_catalog.setval('public.reliability_collector_report_id_seq', 2, true);
SELECT pg_catalog.setval('public.reliability_cutoff_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_edi_document_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_edi_expected_document_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_exchange_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_exchange_total_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_host_id_seq', 2, true);
SELECT pg_catalog.setval('public.reliability_integration_id_seq', 2, true);
SELECT pg_catalog.setval('public.reliability_job_attempt_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_job_attempt_lost', 1, false);
SELECT pg_catalog.setval('public.reliability_job_channel_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_job_requeued_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_lease_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_lock_wait_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_operation_id_seq', 16, true);
SELECT pg_catalog.setval('public.reliability_reference_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_resolve_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_retry_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_rollup_hour_id_seq', 8, true);
SELECT pg_catalog.setval('public.reliability_rollup_minute_id_seq', 8, true);
SELECT pg_catalog.setval('public.reliability_rollup_top_call_id_seq', 20, true);
SELECT pg_catalog.setval('public.reliability_series_id_seq', 6, true);
SELECT pg_catalog.setval('public.reliability_service_id_seq', 9, true);
SELECT pg_catalog.setval('public.reliability_service_status_id_seq', 1, false);
SELECT pg_catalog.setval('public.reliability_upgrade_id_seq', 93, true);
ALTER TABLE ONLY public.reliability_attempt
    ADD CONSTRAINT reliability_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_collector_checkpoint
    ADD CONSTRAINT reliability_collector_checkpoint_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_collector_report
    ADD CONSTRAINT reliability_collector_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_edi_document
    ADD CONSTRAINT reliability_edi_document_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_exchange
    ADD CONSTRAINT reliability_exchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_exchange_reliability_resolve_rel
    ADD CONSTRAINT reliability_exchange_reliability_resolve_rel_pkey PRIMARY KEY (reliability_resolve_id, reliability_exchange_id);
ALTER TABLE ONLY public.reliability_exchange_reliability_retry_rel
    ADD CONSTRAINT reliability_exchange_reliability_retry_rel_pkey PRIMARY KEY (reliability_retry_id, reliability_exchange_id);
ALTER TABLE ONLY public.reliability_exchange_total
    ADD CONSTRAINT reliability_exchange_total_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_host
    ADD CONSTRAINT reliability_host_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_job_attempt
    ADD CONSTRAINT reliability_job_attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_job_channel
    ADD CONSTRAINT reliability_job_channel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_job_requeued
    ADD CONSTRAINT reliability_job_requeued_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_lease
    ADD CONSTRAINT reliability_lease_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_lock_wait
    ADD CONSTRAINT reliability_lock_wait_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_reference
    ADD CONSTRAINT reliability_reference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_resolve
    ADD CONSTRAINT reliability_resolve_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_retry
    ADD CONSTRAINT reliability_retry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_hour
    ADD CONSTRAINT reliability_rollup_hour_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_minute
    ADD CONSTRAINT reliability_rollup_minute_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_top_call
    ADD CONSTRAINT reliability_rollup_top_call_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_series
    ADD CONSTRAINT reliability_series_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_pkey PRIMARY KEY (service_id, depends_on_id);
ALTER TABLE ONLY public.reliability_service_notify_user
    ADD CONSTRAINT reliability_service_notify_user_pkey PRIMARY KEY (reliability_service_id, res_users_id);
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_service_status
    ADD CONSTRAINT reliability_service_status_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_upgrade
    ADD CONSTRAINT reliability_upgrade_pkey PRIMARY KEY (id);
CREATE INDEX reliability_attempt__exchange_id_index ON public.reliability_attempt USING btree (exchange_id);
CREATE INDEX reliability_attempt_by_start ON public.reliability_attempt USING btree (started);
COMMENT ON INDEX public.reliability_attempt_by_start IS 'INDEX (started)';
CREATE UNIQUE INDEX reliability_attempt_uid_unique ON public.reliability_attempt USING btree (uid);
COMMENT ON INDEX public.reliability_attempt_uid_unique IS 'UNIQUE INDEX (uid)';
CREATE INDEX reliability_attempt_undecided ON public.reliability_attempt USING btree (id) WHERE ((transaction_state IS NULL) OR ((transaction_state)::text = 'unknown'::text));
COMMENT ON INDEX public.reliability_attempt_undecided IS 'INDEX (id) WHERE transaction_state IS NULL OR transaction_state = ''unknown''';
CREATE INDEX reliability_attempt_with_excerpts ON public.reliability_attempt USING btree (started) WHERE ((request IS NOT NULL) OR (answer IS NOT NULL));
COMMENT ON INDEX public.reliability_attempt_with_excerpts IS 'INDEX (started) WHERE request IS NOT NULL OR answer IS NOT NULL';
CREATE UNIQUE INDEX reliability_collector_checkpoint_name_unique ON public.reliability_collector_checkpoint USING btree (name);
COMMENT ON INDEX public.reliability_collector_checkpoint_name_unique IS 'UNIQUE INDEX (name)';
CREATE UNIQUE INDEX reliability_collector_report_source_unique ON public.reliability_collector_report USING btree (source);
COMMENT ON INDEX public.reliability_collector_report_source_unique IS 'UNIQUE INDEX (source)';
CREATE INDEX reliability_cutoff__warehouse_id_index ON public.reliability_cutoff USING btree (warehouse_id);
CREATE UNIQUE INDEX reliability_cutoff_once_unique ON public.reliability_cutoff USING btree (warehouse_id, COALESCE(carrier_id, 0), hour) WHERE active;
COMMENT ON INDEX public.reliability_cutoff_once_unique IS 'UNIQUE INDEX (warehouse_id, coalesce(carrier_id, 0), hour) WHERE active';
CREATE INDEX reliability_edi_document_by_change ON public.reliability_edi_document USING btree (changed);
COMMENT ON INDEX public.reliability_edi_document_by_change IS 'INDEX (changed)';
CREATE INDEX reliability_edi_document_by_content ON public.reliability_edi_document USING btree (checksum) WHERE (checksum IS NOT NULL);
COMMENT ON INDEX public.reliability_edi_document_by_content IS 'INDEX (checksum) WHERE checksum IS NOT NULL';
CREATE INDEX reliability_edi_document_by_day ON public.reliability_edi_document USING btree (type_id, backend_id, day) INCLUDE (partner_id);
COMMENT ON INDEX public.reliability_edi_document_by_day IS 'INDEX (type_id, backend_id, day) INCLUDE (partner_id)';
CREATE INDEX reliability_edi_document_by_day_only ON public.reliability_edi_document USING btree (day);
COMMENT ON INDEX public.reliability_edi_document_by_day_only IS 'INDEX (day)';
CREATE INDEX reliability_edi_document_by_number ON public.reliability_edi_document USING btree (number varchar_pattern_ops);
COMMENT ON INDEX public.reliability_edi_document_by_number IS 'INDEX (number varchar_pattern_ops)';
CREATE INDEX reliability_edi_document_by_received ON public.reliability_edi_document USING btree (received, id);
COMMENT ON INDEX public.reliability_edi_document_by_received IS 'INDEX (received, id)';
CREATE INDEX reliability_edi_document_by_reference ON public.reliability_edi_document USING btree (reference) WHERE (reference IS NOT NULL);
COMMENT ON INDEX public.reliability_edi_document_by_reference IS 'INDEX (reference) WHERE reference IS NOT NULL';
CREATE INDEX reliability_edi_document_duplicates ON public.reliability_edi_document USING btree (received) WHERE (is_duplicate IS TRUE);
COMMENT ON INDEX public.reliability_edi_document_duplicates IS 'INDEX (received) WHERE is_duplicate IS TRUE';
CREATE UNIQUE INDEX reliability_edi_document_record_unique ON public.reliability_edi_document USING btree (record_id);
COMMENT ON INDEX public.reliability_edi_document_record_unique IS 'UNIQUE INDEX (record_id)';
CREATE INDEX reliability_edi_document_unresolved ON public.reliability_edi_document USING btree (state) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'awaiting'::character varying, 'failed'::character varying])::text[]));
COMMENT ON INDEX public.reliability_edi_document_unresolved IS 'INDEX (state) WHERE state IN (''waiting'', ''awaiting'', ''failed'')';
CREATE UNIQUE INDEX reliability_edi_expected_document_once_unique ON public.reliability_edi_expected_document USING btree (type_id, backend_id, COALESCE(partner_id, 0), COALESCE(company_id, 0), weekday);
COMMENT ON INDEX public.reliability_edi_expected_document_once_unique IS 'UNIQUE INDEX (type_id, backend_id, coalesce(partner_id, 0), coalesce(company_id, 0), weekday)';
CREATE INDEX reliability_exchange_by_document ON public.reliability_exchange USING btree (res_model, res_id);
COMMENT ON INDEX public.reliability_exchange_by_document IS 'INDEX (res_model, res_id)';
CREATE INDEX reliability_exchange_by_identity ON public.reliability_exchange USING btree (integration_id, operation, identity, id);
COMMENT ON INDEX public.reliability_exchange_by_identity IS 'INDEX (integration_id, operation, identity, id)';
CREATE INDEX reliability_exchange_by_name ON public.reliability_exchange USING btree (res_name varchar_pattern_ops);
COMMENT ON INDEX public.reliability_exchange_by_name IS 'INDEX (res_name varchar_pattern_ops)';
CREATE INDEX reliability_exchange_by_start ON public.reliability_exchange USING btree (started);
COMMENT ON INDEX public.reliability_exchange_by_start IS 'INDEX (started)';
CREATE INDEX reliability_exchange_due ON public.reliability_exchange USING btree (next_attempt) WHERE (next_attempt IS NOT NULL);
COMMENT ON INDEX public.reliability_exchange_due IS 'INDEX (next_attempt) WHERE next_attempt IS NOT NULL';
CREATE INDEX reliability_exchange_not_counted ON public.reliability_exchange USING btree (id) WHERE ((counted_state)::text <> (state)::text);
COMMENT ON INDEX public.reliability_exchange_not_counted IS 'INDEX (id) WHERE counted_state <> state';
CREATE INDEX reliability_exchange_orphans ON public.reliability_exchange USING btree (integration_id) WHERE (orphan_count > 0);
COMMENT ON INDEX public.reliability_exchange_orphans IS 'INDEX (integration_id) WHERE orphan_count > 0';
CREATE INDEX reliability_exchange_possibly_duplicated ON public.reliability_exchange USING btree (integration_id) WHERE (is_possibly_duplicated IS TRUE);
COMMENT ON INDEX public.reliability_exchange_possibly_duplicated IS 'INDEX (integration_id) WHERE is_possibly_duplicated IS TRUE';
CREATE INDEX reliability_exchange_reliabil_reliability_exchange_id_reli_idx1 ON public.reliability_exchange_reliability_retry_rel USING btree (reliability_exchange_id, reliability_retry_id);
CREATE INDEX reliability_exchange_reliabil_reliability_exchange_id_relia_idx ON public.reliability_exchange_reliability_resolve_rel USING btree (reliability_exchange_id, reliability_resolve_id);
CREATE INDEX reliability_exchange_retry_requested ON public.reliability_exchange USING btree (retry_requested_by_id, retry_requested_at) WHERE (retry_requested_at IS NOT NULL);
COMMENT ON INDEX public.reliability_exchange_retry_requested IS 'INDEX (retry_requested_by_id, retry_requested_at) WHERE retry_requested_at IS NOT NULL';
CREATE INDEX reliability_exchange_to_act_on ON public.reliability_exchange USING btree (started) INCLUDE (state, orphan_count, is_possibly_duplicated, company_id, warehouse) WHERE ((orphan_count > 0) OR ((state)::text = ANY ((ARRAY['failed'::character varying, 'unknown'::character varying])::text[])) OR (is_possibly_duplicated IS TRUE));
COMMENT ON INDEX public.reliability_exchange_to_act_on IS 'INDEX (started) INCLUDE (state, orphan_count, is_possibly_duplicated, company_id, warehouse) WHERE orphan_count > 0 OR state IN (''failed'', ''unknown'') OR is_possibly_duplicated IS TRUE';
CREATE UNIQUE INDEX reliability_exchange_total_row_unique ON public.reliability_exchange_total USING btree (integration_id, operation, state);
COMMENT ON INDEX public.reliability_exchange_total_row_unique IS 'UNIQUE INDEX (integration_id, operation, state)';
CREATE INDEX reliability_exchange_unresolved ON public.reliability_exchange USING btree (state, integration_id) WHERE ((state)::text <> ALL ((ARRAY['succeeded'::character varying, 'resolved'::character varying])::text[]));
COMMENT ON INDEX public.reliability_exchange_unresolved IS 'INDEX (state, integration_id) WHERE state NOT IN (''succeeded'', ''resolved'')';
CREATE UNIQUE INDEX reliability_host_name_unique ON public.reliability_host USING btree (name);
COMMENT ON INDEX public.reliability_host_name_unique IS 'UNIQUE INDEX (name)';
CREATE UNIQUE INDEX reliability_integration_code_unique ON public.reliability_integration USING btree (code);
COMMENT ON INDEX public.reliability_integration_code_unique IS 'UNIQUE INDEX (code)';
CREATE UNIQUE INDEX reliability_integration_edi_backend_unique ON public.reliability_integration USING btree (edi_backend_id);
COMMENT ON INDEX public.reliability_integration_edi_backend_unique IS 'UNIQUE INDEX (edi_backend_id)';
CREATE UNIQUE INDEX reliability_integration_edi_partner_unique ON public.reliability_integration USING btree (edi_partner_id);
COMMENT ON INDEX public.reliability_integration_edi_partner_unique IS 'UNIQUE INDEX (edi_partner_id)';
CREATE INDEX reliability_job_attempt__job_id_index ON public.reliability_job_attempt USING btree (job_id);
CREATE INDEX reliability_job_attempt_by_end ON public.reliability_job_attempt USING btree (ended) INCLUDE (channel, is_retried);
COMMENT ON INDEX public.reliability_job_attempt_by_end IS 'INDEX (ended) INCLUDE (channel, is_retried)';
CREATE INDEX reliability_job_attempt_by_job ON public.reliability_job_attempt USING btree (job, ended) INCLUDE (seconds) WHERE ((outcome)::text = 'success'::text);
COMMENT ON INDEX public.reliability_job_attempt_by_job IS 'INDEX (job, ended) INCLUDE (seconds) WHERE outcome = ''success''';
CREATE UNIQUE INDEX reliability_job_channel_name_unique ON public.reliability_job_channel USING btree (name);
COMMENT ON INDEX public.reliability_job_channel_name_unique IS 'UNIQUE INDEX (name)';
CREATE UNIQUE INDEX reliability_job_requeued_channel_unique ON public.reliability_job_requeued USING btree (channel);
COMMENT ON INDEX public.reliability_job_requeued_channel_unique IS 'UNIQUE INDEX (channel)';
CREATE INDEX reliability_lock_wait_by_seen ON public.reliability_lock_wait USING btree (seen);
COMMENT ON INDEX public.reliability_lock_wait_by_seen IS 'INDEX (seen)';
CREATE UNIQUE INDEX reliability_lock_wait_wait_unique ON public.reliability_lock_wait USING btree (backend, since);
COMMENT ON INDEX public.reliability_lock_wait_wait_unique IS 'UNIQUE INDEX (backend, since)';
CREATE INDEX reliability_operation__service_id_index ON public.reliability_operation USING btree (service_id);
CREATE UNIQUE INDEX reliability_operation_code_unique ON public.reliability_operation USING btree (code);
COMMENT ON INDEX public.reliability_operation_code_unique IS 'UNIQUE INDEX (code)';
CREATE UNIQUE INDEX reliability_operation_method_unique ON public.reliability_operation USING btree (model, method);
COMMENT ON INDEX public.reliability_operation_method_unique IS 'UNIQUE INDEX (model, method)';
CREATE INDEX reliability_reference__exchange_id_index ON public.reliability_reference USING btree (exchange_id);
CREATE UNIQUE INDEX reliability_reference_attempt_unique ON public.reliability_reference USING btree (attempt_id, name);
COMMENT ON INDEX public.reliability_reference_attempt_unique IS 'UNIQUE INDEX (attempt_id, name)';
CREATE INDEX reliability_reference_by_name ON public.reliability_reference USING btree (name varchar_pattern_ops);
COMMENT ON INDEX public.reliability_reference_by_name IS 'INDEX (name varchar_pattern_ops)';
CREATE INDEX reliability_reference_orphaned ON public.reliability_reference USING btree (exchange_id) WHERE ((state)::text = 'orphaned'::text);
COMMENT ON INDEX public.reliability_reference_orphaned IS 'INDEX (exchange_id) WHERE state = ''orphaned''';
CREATE INDEX reliability_rollup_hour__series_id_index ON public.reliability_rollup_hour USING btree (series_id);
CREATE UNIQUE INDEX reliability_rollup_hour_row_unique ON public.reliability_rollup_hour USING btree (start, series_id, outcome, host, threshold);
COMMENT ON INDEX public.reliability_rollup_hour_row_unique IS 'UNIQUE INDEX (start, series_id, outcome, host, threshold)';
CREATE INDEX reliability_rollup_minute__series_id_index ON public.reliability_rollup_minute USING btree (series_id);
CREATE UNIQUE INDEX reliability_rollup_minute_row_unique ON public.reliability_rollup_minute USING btree (start, series_id, outcome, host, threshold);
COMMENT ON INDEX public.reliability_rollup_minute_row_unique IS 'UNIQUE INDEX (start, series_id, outcome, host, threshold)';
CREATE INDEX reliability_rollup_top_call_by_series_and_hour ON public.reliability_rollup_top_call USING btree (series_id, hour);
COMMENT ON INDEX public.reliability_rollup_top_call_by_series_and_hour IS 'INDEX (series_id, hour)';
CREATE INDEX reliability_series__company_id_index ON public.reliability_series USING btree (company_id) WHERE (company_id IS NOT NULL);
CREATE UNIQUE INDEX reliability_series_labels_unique ON public.reliability_series USING btree (family, service, operation, company, warehouse, dimension);
COMMENT ON INDEX public.reliability_series_labels_unique IS 'UNIQUE INDEX (family, service, operation, company, warehouse, dimension)';
CREATE UNIQUE INDEX reliability_service_code_unique ON public.reliability_service USING btree (code);
COMMENT ON INDEX public.reliability_service_code_unique IS 'UNIQUE INDEX (code)';
CREATE INDEX reliability_service_dependency_depends_on_id_service_id_idx ON public.reliability_service_dependency USING btree (depends_on_id, service_id);
CREATE INDEX reliability_service_notify_us_res_users_id_reliability_serv_idx ON public.reliability_service_notify_user USING btree (res_users_id, reliability_service_id);
CREATE INDEX reliability_service_status__company_id_index ON public.reliability_service_status USING btree (company_id);
CREATE INDEX reliability_service_status__service_id_index ON public.reliability_service_status USING btree (service_id);
CREATE UNIQUE INDEX reliability_service_status_key_unique ON public.reliability_service_status USING btree (service_id, COALESCE(company_id, 0), COALESCE(warehouse, ''::character varying));
COMMENT ON INDEX public.reliability_service_status_key_unique IS 'UNIQUE INDEX (service_id, coalesce(company_id, 0), coalesce(warehouse, ''''))';
CREATE UNIQUE INDEX reliability_upgrade_upgrade_unique ON public.reliability_upgrade USING btree (name, upgraded);
COMMENT ON INDEX public.reliability_upgrade_upgrade_unique IS 'UNIQUE INDEX (name, upgraded)';
CREATE TRIGGER reliability_protect_attempt BEFORE UPDATE ON public.reliability_attempt FOR EACH ROW EXECUTE FUNCTION public.reliability_protect_attempt();
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_carrier_id_fkey FOREIGN KEY (carrier_id) REFERENCES public.delivery_carrier(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.res_company(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES public.stock_warehouse(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_cutoff
    ADD CONSTRAINT reliability_cutoff_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_backend_id_fkey FOREIGN KEY (backend_id) REFERENCES public.edi_backend(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.res_company(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES public.res_partner(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_type_id_fkey FOREIGN KEY (type_id) REFERENCES public.edi_exchange_type(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_edi_expected_document
    ADD CONSTRAINT reliability_edi_expected_document_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_exchange_reliability_retry_rel
    ADD CONSTRAINT reliability_exchange_reliability__reliability_exchange_id_fkey1 FOREIGN KEY (reliability_exchange_id) REFERENCES public.reliability_exchange(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_exchange_reliability_resolve_rel
    ADD CONSTRAINT reliability_exchange_reliability_r_reliability_exchange_id_fkey FOREIGN KEY (reliability_exchange_id) REFERENCES public.reliability_exchange(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_exchange_reliability_resolve_rel
    ADD CONSTRAINT reliability_exchange_reliability_re_reliability_resolve_id_fkey FOREIGN KEY (reliability_resolve_id) REFERENCES public.reliability_resolve(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_exchange_reliability_retry_rel
    ADD CONSTRAINT reliability_exchange_reliability_retr_reliability_retry_id_fkey FOREIGN KEY (reliability_retry_id) REFERENCES public.reliability_retry(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES public.resource_calendar(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_integration
    ADD CONSTRAINT reliability_integration_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_integration_id_fkey FOREIGN KEY (integration_id) REFERENCES public.reliability_integration(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_resolve
    ADD CONSTRAINT reliability_resolve_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_resolve
    ADD CONSTRAINT reliability_resolve_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_retry
    ADD CONSTRAINT reliability_retry_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_retry
    ADD CONSTRAINT reliability_retry_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_rollup_hour
    ADD CONSTRAINT reliability_rollup_hour_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_rollup_hour
    ADD CONSTRAINT reliability_rollup_hour_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.reliability_series(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.reliability_rollup_hour
    ADD CONSTRAINT reliability_rollup_hour_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_rollup_minute
    ADD CONSTRAINT reliability_rollup_minute_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_rollup_minute
    ADD CONSTRAINT reliability_rollup_minute_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.reliability_series(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.reliability_rollup_minute
    ADD CONSTRAINT reliability_rollup_minute_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_rollup_top_call
    ADD CONSTRAINT reliability_rollup_top_call_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.reliability_series(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.reliability_series
    ADD CONSTRAINT reliability_series_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.res_company(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_depends_on_id_fkey FOREIGN KEY (depends_on_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service_notify_user
    ADD CONSTRAINT reliability_service_notify_user_reliability_service_id_fkey FOREIGN KEY (reliability_service_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service_notify_user
    ADD CONSTRAINT reliability_service_notify_user_res_users_id_fkey FOREIGN KEY (res_users_id) REFERENCES public.res_users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service_status
    ADD CONSTRAINT reliability_service_status_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.res_company(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service_status
    ADD CONSTRAINT reliability_service_status_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
