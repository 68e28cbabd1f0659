import { AttentionList } from "./attention_list";
import { Freshness } from "./freshness";
import { Headline } from "./headline";
import { NoData } from "./no_data";
import { Problem } from "./problem";
import { ServiceCard } from "./service_card";
import { TechnicalTable } from "./technical_table";
import { WarehouseSwitch } from "./warehouse_switch";
import { OperationChart } from "../chart/operation_chart";
import { Comparison } from "../compare/comparison";
import { useLive } from "../core/live";
import { StateMark } from "../core/state_mark";
import { shownState, STATES, TROUBLE } from "../core/states";
import { useCockpit } from "../core/cockpit_model";
import { useSummaryTeller } from "../core/summary";
import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Whether a service has nothing to tell: no work, nothing that waits, no trouble. */
function isQuiet({ state, text, today, usual, waiting }) {
    const isTrouble = TROUBLE.includes(state) || text;
    return !isTrouble && !today?.calls && !usual && !waiting?.length;
}

/** For the people on shift: whether work moves, what waits, what failed, and where to go. */
export class Cockpit extends Component {
    static template = "reliability_dashboard.Cockpit";
    static components = {
        AttentionList,
        Comparison,
        Freshness,
        Headline,
        Layout,
        NoData,
        OperationChart,
        Problem,
        ServiceCard,
        StateMark,
        TechnicalTable,
        WarehouseSwitch,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.cockpit = useCockpit();
        this.tellSummary = useSummaryTeller();
        this.display = { controlPanel: {} };
        this.root = useRef("root");
        this.charts = useRef("charts");
        this.state = useState({
            data: null,
            at: 0, // when the data was read, by the browser's clock, in milliseconds
            problem: null,
            view: "today",
            warehouse: null, // the user's own
            operation: null,
            technical: false,
            ...this.props.state?.cockpit,
        });
        // The one that is asked for: what is shown is of another until the answer is there.
        this.wanted = this.state.warehouse;
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => ({ cockpit: this.remembered }),
        });
        this.askNow = useLive(() => this.load());
        onWillStart(async () => {
            await this.load();
            this.state.technical = Boolean(this.data?.technical);
        });
    }

    /** What somebody finds again who comes back from the records. */
    get remembered() {
        const { view, operation } = this.state;
        return { view, warehouse: this.wanted, operation };
    }

    get data() {
        return this.state.data;
    }

    get isOutdated() {
        return Boolean(this.state.problem || this.data?.source.stale);
    }

    get headlineState() {
        return shownState(this.data.headline.state, this.isOutdated);
    }

    /** Why the numbers are old, unless the headline says just that. */
    get note() {
        const { headline, source } = this.data;
        return source.text === headline.text ? "" : source.text;
    }

    get isEmpty() {
        const { cards, attention, headline } = this.data;
        const isKnown = headline.state !== "no_data" && headline.state !== "stale";
        return !isKnown && !attention.length && cards.every(isQuiet);
    }

    get cards() {
        return this.data.cards.filter((card) => !isQuiet(card));
    }

    /** Services of which there is but the state to tell, by state. */
    get quiet() {
        const cards = this.data.cards.filter(isQuiet).map((card) => ({
            ...card,
            state: shownState(card.state, this.isOutdated),
        }));
        return Object.keys(STATES)
            .map((state) => ({ state, cards: cards.filter((card) => card.state === state) }))
            .filter((group) => group.cards.length);
    }

    /** The operation whose day is shown: the chosen one, else that of the worst service. */
    get operation() {
        const codes = new Set(this.data.operations.map((operation) => operation.code));
        const cards = [
            ...TROUBLE.flatMap((state) => this.cards.filter((card) => card.state === state)),
            ...this.cards.filter((card) => card.today?.calls),
            ...this.cards,
        ];
        const candidates = [
            this.state.operation,
            ...cards.map((card) => card.operation),
            this.data.operations[0]?.code,
        ];
        return candidates.find((code) => codes.has(code));
    }

    /** @returns {Promise<object | null>} the problem that kept the answer away */
    async load() {
        const answer = await this.cockpit.ask("read_cockpit", [this.wanted]);
        if (answer.outrun) {
            return null;
        }
        this.state.problem = answer.problem;
        if (!answer.problem) {
            this.state.data = answer.result;
            this.state.warehouse = answer.result.warehouse;
            this.state.at = Date.now();
        }
        this.wanted = this.state.warehouse;
        this.tellSummary(answer.result?.summary || false);
        return answer.problem;
    }

    async switchWarehouse(warehouse) {
        this.wanted = warehouse;
        await this.askNow();
    }

    setTechnical(technical) {
        this.state.technical = technical;
        this.cockpit.ask("set_technical", [technical]);
    }

    showOperation(code) {
        this.state.operation = code;
        const calm = browser.matchMedia("(prefers-reduced-motion: reduce)").matches;
        this.charts.el?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
        this.charts.el?.focus({ preventScroll: true });
    }

    openRecords(action) {
        return this.action.doAction(action);
    }

    chooseWhatIsMeasured() {
        return this.action.doAction("reliability.reliability_operation_action");
    }
}

registry.category("actions").add("reliability_dashboard.cockpit", Cockpit);
