SET statement_timeout = 0;
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
CREATE TABLE public.kept_data (
    module character varying,
    name character varying,
    model character varying,
    res_id integer
);
CREATE TABLE public.kept_parameter (
    key character varying,
    value text
);
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
COMMENT ON COLUMN public.reliability_operation.dimension IS 'Counted by';
COMMENT ON COLUMN public.reliability_operation.name IS 'Name';
COMMENT ON COLUMN public.reliability_operation.threshold IS 'Fast up to';
COMMENT ON COLUMN public.reliability_operation.active IS 'Active';
COMMENT ON COLUMN public.reliability_operation.create_date IS 'Created on';
COMMENT ON COLUMN public.reliability_operation.write_date IS 'Last Updated on';
COMMENT ON CONSTRAINT reliability_operation_threshold_positive ON public.reliability_operation IS 'CHECK (threshold > 0)';
CREATE SEQUENCE public.reliability_operation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_operation_id_seq OWNED BY public.reliability_operation.id;
CREATE TABLE public.reliability_rollup_hour (
    id integer NOT NULL,
    series_id integer NOT NULL,
    count integer NOT NULL,
    fast integer NOT NULL,
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
    fast integer NOT NULL,
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
CREATE TABLE public.reliability_rollup_source (
    id integer NOT NULL,
    number integer NOT NULL,
    name character varying NOT NULL,
    host character varying NOT NULL,
    delivered timestamp without time zone NOT NULL
);
COMMENT ON TABLE public.reliability_rollup_source IS 'Collector That Adds to Rollups';
COMMENT ON COLUMN public.reliability_rollup_source.number IS 'Number';
COMMENT ON COLUMN public.reliability_rollup_source.name IS 'Name';
COMMENT ON COLUMN public.reliability_rollup_source.host IS 'Host';
COMMENT ON COLUMN public.reliability_rollup_source.delivered IS 'Delivered';
CREATE SEQUENCE public.reliability_rollup_source_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_rollup_source_id_seq OWNED BY public.reliability_rollup_source.id;
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
    write_date timestamp without time zone
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
CREATE TABLE public.reliability_slow (
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
COMMENT ON TABLE public.reliability_slow IS 'Slowest Calls of an Hour';
COMMENT ON COLUMN public.reliability_slow.series_id IS 'Series';
COMMENT ON COLUMN public.reliability_slow.queries IS 'Queries';
COMMENT ON COLUMN public.reliability_slow.records IS 'Records';
COMMENT ON COLUMN public.reliability_slow.record_id IS 'Record';
COMMENT ON COLUMN public.reliability_slow.outcome IS 'Outcome';
COMMENT ON COLUMN public.reliability_slow.host IS 'Host';
COMMENT ON COLUMN public.reliability_slow.hour IS 'Hour';
COMMENT ON COLUMN public.reliability_slow.ended IS 'Ended';
COMMENT ON COLUMN public.reliability_slow.seconds IS 'Seconds';
COMMENT ON COLUMN public.reliability_slow.sql IS 'Sql';
CREATE SEQUENCE public.reliability_slow_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.reliability_slow_id_seq OWNED BY public.reliability_slow.id;
ALTER TABLE ONLY public.reliability_operation ALTER COLUMN id SET DEFAULT nextval('public.reliability_operation_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_hour ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_hour_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_minute ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_minute_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_rollup_source ALTER COLUMN id SET DEFAULT nextval('public.reliability_rollup_source_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_series ALTER COLUMN id SET DEFAULT nextval('public.reliability_series_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_service ALTER COLUMN id SET DEFAULT nextval('public.reliability_service_id_seq'::regclass);
ALTER TABLE ONLY public.reliability_slow ALTER COLUMN id SET DEFAULT nextval('public.reliability_slow_id_seq'::regclass);
INSERT INTO public.kept_data VALUES ('reliability', 'service_platform', 'reliability.service', 1);
INSERT INTO public.kept_data VALUES ('reliability', 'service_background_work', 'reliability.service', 2);
INSERT INTO public.kept_data VALUES ('reliability', 'service_order_processing', 'reliability.service', 3);
INSERT INTO public.kept_data VALUES ('reliability', 'service_warehouse_execution', 'reliability.service', 4);
INSERT INTO public.kept_data VALUES ('reliability', 'service_shipping', 'reliability.service', 5);
INSERT INTO public.kept_data VALUES ('reliability', 'service_edi', 'reliability.service', 6);
INSERT INTO public.kept_data VALUES ('reliability', 'service_invoicing', 'reliability.service', 7);
INSERT INTO public.kept_data VALUES ('reliability', 'service_customer_portal', 'reliability.service', 8);
INSERT INTO public.kept_data VALUES ('reliability', 'service_integration_api', 'reliability.service', 9);
INSERT INTO public.kept_data VALUES ('reliability_account', 'operation_invoice_posting', 'reliability.operation', 1);
INSERT INTO public.kept_data VALUES ('reliability_stock', 'operation_reservation', 'reliability.operation', 2);
INSERT INTO public.kept_data VALUES ('reliability_stock', 'operation_transfer_validation', 'reliability.operation', 3);
INSERT INTO public.kept_data VALUES ('reliability_stock', 'operation_move_completion', 'reliability.operation', 4);
INSERT INTO public.kept_data VALUES ('reliability_sale', 'operation_order_confirmation', 'reliability.operation', 5);
INSERT INTO public.kept_data VALUES ('reliability_sale', 'operation_order_validation', 'reliability.operation', 6);
INSERT INTO public.kept_parameter VALUES ('reliability.switched_off', 'no');
INSERT INTO public.reliability_operation VALUES (1, 50, 7, 1, 1, 'invoice_posting', 'account.move', '_post', NULL, '{"en_US": "Invoice posting"}', 5.00, true, '2026-11-25 10:31:35.088809', '2026-11-25 10:31:35.088809');
INSERT INTO public.reliability_operation VALUES (2, 20, 4, 1, 1, 'reservation', 'stock.picking', 'action_assign', 'picking_type_id.warehouse_id', '{"en_US": "Reservation"}', 3.00, true, '2026-11-25 10:31:35.209695', '2026-11-25 10:31:35.209695');
INSERT INTO public.reliability_operation VALUES (3, 30, 4, 1, 1, 'transfer_validation', 'stock.picking', 'button_validate', 'picking_type_id.warehouse_id', '{"en_US": "Transfer validation"}', 3.00, true, '2026-11-25 10:31:35.209695', '2026-11-25 10:31:35.209695');
INSERT INTO public.reliability_operation VALUES (4, 40, 4, 1, 1, 'move_completion', 'stock.move', '_action_done', 'picking_type_id.warehouse_id', '{"en_US": "Move completion"}', 3.00, true, '2026-11-25 10:31:35.209695', '2026-11-25 10:31:35.209695');
INSERT INTO public.reliability_operation VALUES (5, 10, 3, 1, 1, 'order_confirmation', 'sale.order', 'action_confirm', NULL, '{"en_US": "Order confirmation"}', 3.00, true, '2026-11-25 10:31:35.437292', '2026-11-25 10:31:35.437292');
INSERT INTO public.reliability_operation VALUES (6, 15, 8, 1, 1, 'order_validation', 'sale.order', '_validate_order', NULL, '{"en_US": "Order validation by the customer"}', 5.00, true, '2026-11-25 10:31:35.437292', '2026-11-25 10:31:35.437292');
INSERT INTO public.reliability_operation VALUES (7, 100, 1, 2, 2, 'addresses', 'res.partner', 'address_get', NULL, '{"en_US": "Addresses"}', 0.25, true, '2026-11-25 10:31:45.835237', '2026-11-25 10:31:45.835237');
INSERT INTO public.reliability_rollup_hour VALUES (1, 2, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-238": 1}', '2026-11-25 10:00:00', NULL, NULL, 3, 0.005681479000031686, 0.004693508148193359, 0, 0.0011277749435976148, 1, 1);
INSERT INTO public.reliability_rollup_hour VALUES (2, 2, 1, 1, NULL, NULL, 'retried', 'warehouse-1', '{"-58": 1}', '2026-11-25 10:00:00', NULL, NULL, 3, 0.280232081000122, 0.23054075241088867, 0, 0.05038094148039818, 70, 1);
INSERT INTO public.reliability_rollup_hour VALUES (3, 2, 4, 4, NULL, NULL, 'success', 'warehouse-1', '{"-35": 1, "-38": 1, "-57": 1, "-124": 1}', '2026-11-25 10:00:00', NULL, NULL, 3, 1.249624756999765, 0.7625789642333984, 0, 0.3368866816163063, 499, 4);
INSERT INTO public.reliability_rollup_hour VALUES (4, 1, 8, 8, NULL, NULL, 'success', 'warehouse-1', '{"-261": 1, "-441": 1, "-462": 1, "-479": 1, "-483": 1, "-488": 1, "-520": 1, "-521": 1}', '2026-11-25 10:00:00', NULL, NULL, 0.25, 0.003724433001025318, 0.00113677978515625, 0, 0.0028588650511665037, 4, 8);
INSERT INTO public.reliability_rollup_hour VALUES (5, 3, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-259": 1}', '2026-11-25 10:00:00', NULL, NULL, 0.25, 0.0036320049998721515, 0.0011210441589355469, 0, 0.0027604990173131227, 2, 41);
INSERT INTO public.reliability_rollup_minute VALUES (1, 2, 1, 1, NULL, NULL, 'rejected', 'warehouse-1', '{"-238": 1}', '2026-11-25 10:31:00', NULL, NULL, 3, 0.005681479000031686, 0.004693508148193359, 0, 0.0011277749435976148, 1, 1);
INSERT INTO public.reliability_rollup_minute VALUES (2, 2, 1, 1, NULL, NULL, 'retried', 'warehouse-1', '{"-58": 1}', '2026-11-25 10:31:00', NULL, NULL, 3, 0.280232081000122, 0.23054075241088867, 0, 0.05038094148039818, 70, 1);
INSERT INTO public.reliability_rollup_minute VALUES (3, 2, 4, 4, NULL, NULL, 'success', 'warehouse-1', '{"-35": 1, "-38": 1, "-57": 1, "-124": 1}', '2026-11-25 10:31:00', NULL, NULL, 3, 1.249624756999765, 0.7625789642333984, 0, 0.3368866816163063, 499, 4);
INSERT INTO public.reliability_rollup_minute VALUES (4, 1, 8, 8, NULL, NULL, 'success', 'warehouse-1', '{"-261": 1, "-441": 1, "-462": 1, "-479": 1, "-483": 1, "-488": 1, "-520": 1, "-521": 1}', '2026-11-25 10:31:00', NULL, NULL, 0.25, 0.003724433001025318, 0.00113677978515625, 0, 0.0028588650511665037, 4, 8);
INSERT INTO public.reliability_rollup_minute VALUES (5, 3, 1, 1, NULL, NULL, 'success', 'warehouse-1', '{"-259": 1}', '2026-11-25 10:31:00', NULL, NULL, 0.25, 0.0036320049998721515, 0.0011210441589355469, 0, 0.0027604990173131227, 2, 41);
INSERT INTO public.reliability_rollup_source VALUES (1, 4, 'b7c08fa3829807b7', 'warehouse-1', '2026-11-25 10:31:58.368019');
INSERT INTO public.reliability_series VALUES (1, NULL, 'operation', 'platform', 'addresses', '', '', '');
INSERT INTO public.reliability_series VALUES (2, 1, 'operation', 'order_processing', 'order_confirmation', '1', 'WH', '');
INSERT INTO public.reliability_series VALUES (3, 1, 'operation', 'platform', 'addresses', '1', '', '');
INSERT INTO public.reliability_service VALUES (2, 80, NULL, 1, 1, 'background_work', 'high', '{"en_US": "Background work"}', '{"en_US": "What Odoo does by itself: scheduled actions, queued jobs, outgoing mail. When it stands still, nothing fails and nothing moves either."}', NULL, NULL, true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (3, 10, NULL, 1, 1, 'order_processing', 'high', '{"en_US": "Order processing"}', '{"en_US": "Customers'' orders become work for the warehouse. When it stands still, there is nothing to pick."}', NULL, '{"en_US": "<p>Keep new orders aside in the order they came in. Promise no delivery date. Confirm urgent ones one at a time.</p>"}', true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (4, 20, NULL, 1, 1, 'warehouse_execution', 'critical', '{"en_US": "Warehouse execution"}', '{"en_US": "Goods are reserved, picked, packed, received and put away. When it stands still, the doors stay closed."}', NULL, '{"en_US": "<p>Pick from printed lists, tick off what was picked, and validate the transfers afterwards in the same order.</p>"}', true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (5, 30, NULL, 1, 1, 'shipping', 'critical', '{"en_US": "Shipping"}', '{"en_US": "Carriers give labels and fetch parcels. When it stands still, parcels miss today''s truck."}', NULL, '{"en_US": "<p>Print labels on the carrier''s own website, and note the tracking numbers on the transfers.</p>"}', true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (6, 40, NULL, 1, 1, 'edi', 'high', '{"en_US": "EDI"}', '{"en_US": "Orders, despatch advices and invoices are exchanged with partners'' systems. When it stands still, partners do not know what comes."}', NULL, '{"en_US": "<p>Tell the partner, and agree on e-mail or their portal until the exchange works again.</p>"}', true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (7, 50, NULL, 1, 1, 'invoicing', 'medium', '{"en_US": "Invoicing"}', '{"en_US": "Invoices are posted and sent. When it stands still, goods move and money does not."}', NULL, NULL, true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (8, 60, NULL, 1, 1, 'customer_portal', 'medium', '{"en_US": "Customer portal"}', '{"en_US": "Customers sign quotations, pay and look up their orders. When it stands still, they call."}', NULL, NULL, true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (9, 70, NULL, 1, 1, 'integration_api', 'high', '{"en_US": "Integration API"}', '{"en_US": "Shops, scanners and other systems call Odoo. When it stands still, orders arrive late and stock levels in the shops are wrong."}', NULL, NULL, true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:25.358228');
INSERT INTO public.reliability_service VALUES (1, 90, NULL, 1, 2, 'platform', 'critical', '{"en_US": "Platform"}', '{"en_US": "Odoo itself, its database and the machines they run on. When it is down, everything is."}', '{"en_US": "<p>Call Ann.</p>"}', '{"en_US": "<p>Work from the latest printed pick lists. Write down on paper what leaves and what arrives, with time and document number, and enter it afterwards.</p>"}', true, '2026-11-25 10:31:25.358228', '2026-11-25 10:31:46.657881');
INSERT INTO public.reliability_service_dependency VALUES (2, 1);
INSERT INTO public.reliability_service_dependency VALUES (3, 1);
INSERT INTO public.reliability_service_dependency VALUES (4, 1);
INSERT INTO public.reliability_service_dependency VALUES (5, 4);
INSERT INTO public.reliability_service_dependency VALUES (5, 1);
INSERT INTO public.reliability_service_dependency VALUES (6, 2);
INSERT INTO public.reliability_service_dependency VALUES (6, 1);
INSERT INTO public.reliability_service_dependency VALUES (7, 1);
INSERT INTO public.reliability_service_dependency VALUES (8, 3);
INSERT INTO public.reliability_service_dependency VALUES (8, 1);
INSERT INTO public.reliability_service_dependency VALUES (9, 1);
INSERT INTO public.reliability_slow VALUES (1, 1, 0, 1, 10, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:48.707248', 2.8562000352394534e-05, 0);
INSERT INTO public.reliability_slow VALUES (2, 1, 0, 1, 9, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:48.707126', 3.053599994018441e-05, 0);
INSERT INTO public.reliability_slow VALUES (3, 1, 0, 1, 15, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:48.706806', 7.017500001893495e-05, 0);
INSERT INTO public.reliability_slow VALUES (4, 1, 4, 1, 9, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:48.70662', 0.0035005300001103024, 0.00113677978515625);
INSERT INTO public.reliability_slow VALUES (5, 1, 0, 1, 10, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:48.70689', 4.416499996295897e-05, 0);
INSERT INTO public.reliability_slow VALUES (6, 2, 82, 1, 28, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:51.467479', 0.06715028899998288, 0.022057294845581055);
INSERT INTO public.reliability_slow VALUES (7, 2, 70, 1, 28, 'retried', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:49.795296', 0.280232081000122, 0.23054075241088867);
INSERT INTO public.reliability_slow VALUES (8, 2, 97, 1, 27, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:49.730562', 0.28758346999984497, 0.1722240447998047);
INSERT INTO public.reliability_slow VALUES (9, 2, 161, 1, 25, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:49.378863', 0.45856676299990795, 0.29227113723754883);
INSERT INTO public.reliability_slow VALUES (10, 2, 159, 1, 26, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:49.361134', 0.43632423500002915, 0.27602648735046387);
INSERT INTO public.reliability_slow VALUES (11, 3, 2, 41, 0, 'success', 'warehouse-1', '2026-11-25 10:00:00', '2026-11-25 10:31:51.522724', 0.0036320049998721515, 0.0011210441589355469);
SELECT pg_catalog.setval('public.reliability_operation_id_seq', 7, true);
SELECT pg_catalog.setval('public.reliability_rollup_hour_id_seq', 5, true);
SELECT pg_catalog.setval('public.reliability_rollup_minute_id_seq', 5, true);
SELECT pg_catalog.setval('public.reliability_rollup_source_id_seq', 1, true);
SELECT pg_catalog.setval('public.reliability_series_id_seq', 3, true);
SELECT pg_catalog.setval('public.reliability_service_id_seq', 9, true);
SELECT pg_catalog.setval('public.reliability_slow_id_seq', 11, true);
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_hour
    ADD CONSTRAINT reliability_rollup_hour_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_minute
    ADD CONSTRAINT reliability_rollup_minute_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_rollup_source
    ADD CONSTRAINT reliability_rollup_source_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_series
    ADD CONSTRAINT reliability_series_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_pkey PRIMARY KEY (service_id, depends_on_id);
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reliability_slow
    ADD CONSTRAINT reliability_slow_pkey PRIMARY KEY (id);
CREATE INDEX reliability_operation__service_id_index ON public.reliability_operation USING btree (service_id);
CREATE UNIQUE INDEX reliability_operation_code_unique ON public.reliability_operation USING btree (code);
COMMENT ON INDEX public.reliability_operation_code_unique IS 'UNIQUE INDEX (code)';
CREATE UNIQUE INDEX reliability_operation_method_unique ON public.reliability_operation USING btree (model, method);
COMMENT ON INDEX public.reliability_operation_method_unique IS 'UNIQUE INDEX (model, method)';
CREATE INDEX reliability_rollup_hour__series_id_index ON public.reliability_rollup_hour USING btree (series_id);
CREATE UNIQUE INDEX reliability_rollup_hour_row_unique ON public.reliability_rollup_hour USING btree (start, series_id, outcome, host, threshold);
COMMENT ON INDEX public.reliability_rollup_hour_row_unique IS 'UNIQUE INDEX (start, series_id, outcome, host, threshold)';
CREATE INDEX reliability_rollup_minute__series_id_index ON public.reliability_rollup_minute USING btree (series_id);
CREATE UNIQUE INDEX reliability_rollup_minute_row_unique ON public.reliability_rollup_minute USING btree (start, series_id, outcome, host, threshold);
COMMENT ON INDEX public.reliability_rollup_minute_row_unique IS 'UNIQUE INDEX (start, series_id, outcome, host, threshold)';
CREATE UNIQUE INDEX reliability_rollup_source_name_unique ON public.reliability_rollup_source USING btree (name);
COMMENT ON INDEX public.reliability_rollup_source_name_unique IS 'UNIQUE INDEX (name)';
CREATE INDEX reliability_series__company_id_index ON public.reliability_series USING btree (company_id) WHERE (company_id IS NOT NULL);
CREATE UNIQUE INDEX reliability_series_labels_unique ON public.reliability_series USING btree (family, service, operation, company, warehouse, dimension);
COMMENT ON INDEX public.reliability_series_labels_unique IS 'UNIQUE INDEX (family, service, operation, company, warehouse, dimension)';
CREATE UNIQUE INDEX reliability_service_code_unique ON public.reliability_service USING btree (code);
COMMENT ON INDEX public.reliability_service_code_unique IS 'UNIQUE INDEX (code)';
CREATE INDEX reliability_service_dependency_depends_on_id_service_id_idx ON public.reliability_service_dependency USING btree (depends_on_id, service_id);
CREATE INDEX reliability_slow_by_series_and_hour ON public.reliability_slow USING btree (series_id, hour);
COMMENT ON INDEX public.reliability_slow_by_series_and_hour IS 'INDEX (series_id, hour)';
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.reliability_operation
    ADD CONSTRAINT reliability_operation_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
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
ALTER TABLE ONLY public.reliability_series
    ADD CONSTRAINT reliability_series_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.res_company(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_depends_on_id_fkey FOREIGN KEY (depends_on_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service_dependency
    ADD CONSTRAINT reliability_service_dependency_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.reliability_service(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_service
    ADD CONSTRAINT reliability_service_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES public.res_users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reliability_slow
    ADD CONSTRAINT reliability_slow_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.reliability_series(id) ON DELETE RESTRICT;
