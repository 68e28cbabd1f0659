import { AlertList } from "./alert_list";
import { Departures } from "./departures";
import { Freshness } from "./freshness";
import { Headline } from "./headline";
import { NoData } from "./no_data";
import { Problem } from "./problem";
import { ServiceCard } from "./service_card";
import { SetupList } from "./setup_list";
import { TechnicalTable } from "./technical_table";
import { WarehouseSwitch } from "./warehouse_switch";
import { OperationChart } from "../chart/operation_chart";
import { Comparison } from "../compare/comparison";
import { useLive } from "../core/live";
import { StateMark } from "../core/state_mark";
import { shownState, STATES, TROUBLED } from "../core/states";
import { useCockpit } from "../core/cockpit_rpc";
import { openable } from "../core/open_action";
import { useRemembered } from "../core/remembered";
import { useSummaryPublisher } from "../core/summary";
import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Whether a card has nothing to show but its state: no calls, backlog or trouble. */
function isIdle({ state, text, today, usual, backlogs }) {
    const isTroubled = TROUBLED.includes(state) || text;
    return !isTroubled && !today?.calls && !usual && !backlogs?.length;
}

/** The operation of a service that most calls failed of, else the one with most slow ones. */
function worstOf(operations, service) {
    const share = ({ calls, failures, slow }) => [failures / calls, slow / calls];
    const troubled = operations
        .filter(({ calls, failures, slow }) => calls && (failures || slow))
        .filter((operation) => operation.service === service)
        .map((operation) => ({ code: operation.code, share: share(operation) }));
    troubled.sort((one, other) => other.share[0] - one.share[0] || other.share[1] - one.share[1]);
    return troubled[0]?.code;
}

/** The page for the people on shift: headline, alerts, services and the day's charts. */
export class Cockpit extends Component {
    static template = "reliability_dashboard.Cockpit";
    static components = {
        AlertList,
        Comparison,
        Departures,
        Freshness,
        Headline,
        Layout,
        NoData,
        OperationChart,
        Problem,
        ServiceCard,
        SetupList,
        StateMark,
        TechnicalTable,
        WarehouseSwitch,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.cockpit = useCockpit();
        this.publishSummary = useSummaryPublisher();
        this.display = { controlPanel: {} };
        this.root = useRef("root");
        this.charts = useRef("charts");
        this.remembered = useRemembered(this.root, () => this.choices);
        this.chartChoices = this.remembered.choices.chart || {};
        this.state = useState({
            data: null,
            readAt: 0, // by the browser's clock, in milliseconds
            problem: null,
            view: "today",
            warehouse: null, // the user's default one
            operation: null,
            technical: false,
            ...pick(this.remembered.choices, "view", "warehouse", "operation"),
        });
        // The data on the screen may still be of another warehouse.
        this.requestedWarehouse = this.state.warehouse;
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => ({ cockpit: this.remembered.state() }),
        });
        this.refreshNow = useLive(() => this.load());
        onWillStart(async () => {
            await this.load();
            this.state.technical = Boolean(this.data?.technical);
        });
    }

    /** Restored when the user comes back. */
    get choices() {
        const { view, operation } = this.state;
        const chart = this.chartChoices;
        return { view, warehouse: this.requestedWarehouse, operation, chart };
    }

    get data() {
        return this.state.data;
    }

    get isOutdated() {
        return Boolean(this.state.problem || this.data?.freshness.stale);
    }

    get headlineState() {
        return shownState(this.data.headline.state, this.isOutdated);
    }

    /** Why the numbers are stale, unless the headline says the same. */
    get warning() {
        const { headline, freshness } = this.data;
        return freshness.text === headline.text ? "" : freshness.text;
    }

    get isEmpty() {
        const { cards, alerts, headline } = this.data;
        const isKnown = headline.state !== "no_data" && headline.state !== "stale";
        return !isKnown && !alerts.length && cards.every(isIdle);
    }

    get cards() {
        return this.data.cards.filter((card) => !isIdle(card));
    }

    /** Services that have only a state to show, grouped by state. */
    get idleGroups() {
        const cards = this.data.cards.filter(isIdle).map((card) => ({
            ...card,
            state: shownState(card.state, this.isOutdated),
        }));
        return Object.keys(STATES)
            .map((state) => ({ state, cards: cards.filter((card) => card.state === state) }))
            .filter((group) => group.cards.length);
    }

    /** The operation of the charts: the chosen one, else the worst one with calls. */
    get operation() {
        const { operations } = this.data;
        const codes = new Set(operations.map((operation) => operation.code));
        const troubled = TROUBLED.flatMap((state) =>
            this.cards.filter((card) => card.state === state)
        );
        const atWork = [...troubled, ...this.cards].filter((card) => card.today?.calls);
        const candidates = [
            this.state.operation,
            ...troubled.map((card) => worstOf(operations, card.name)),
            ...[...atWork, ...this.cards].map((card) => card.operation),
            operations[0]?.code,
        ];
        return candidates.find((code) => codes.has(code));
    }

    /** @returns {Promise<import("../core/cockpit_rpc").Problem | null>} why it failed */
    async load() {
        const { result, problem, superseded } = await this.cockpit.call("read_cockpit", [
            this.requestedWarehouse,
        ]);
        if (superseded) {
            return null;
        }
        this.state.problem = problem;
        if (!problem) {
            this.state.data = result;
            this.state.warehouse = result.warehouse;
            this.state.readAt = Date.now();
        }
        this.requestedWarehouse = this.state.warehouse;
        this.publishSummary(result?.summary || false);
        return problem;
    }

    async switchWarehouse(warehouse) {
        this.requestedWarehouse = warehouse;
        await this.refreshNow();
    }

    setTechnical(technical) {
        this.state.technical = technical;
        this.cockpit.call("set_technical", [technical]);
    }

    showOperation(code) {
        this.state.operation = code;
        const { matches: isReduced } = browser.matchMedia("(prefers-reduced-motion: reduce)");
        const behavior = isReduced ? "auto" : "smooth";
        this.charts.el?.scrollIntoView({ behavior, block: "start" });
        this.charts.el?.focus({ preventScroll: true });
    }

    keepChartChoices(choices) {
        Object.assign(this.chartChoices, choices);
    }

    openRecords(action) {
        return this.action.doAction(openable(action));
    }

    openToDo() {
        return this.action.doAction("reliability_health.reliability_alert_action");
    }

    openOperations() {
        return this.action.doAction("reliability.reliability_operation_action");
    }
}

registry.category("actions").add("reliability_dashboard.cockpit", Cockpit);
