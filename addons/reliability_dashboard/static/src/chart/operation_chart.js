import { ChartCanvas } from "./chart_canvas";
import { DayTable } from "./day_table";
import {
    isThresholdNear,
    KINDS,
    marksOf,
    slotsOf,
    speedConfig,
    speedLines,
    volumeConfig,
} from "./day_chart";
import { formatCount, formatSeconds } from "../core/format";
import { useCockpit } from "../core/cockpit_model";
import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { groupBy } from "@web/core/utils/arrays";

/** One operation through the day: how much and how fast, against the usual day. */
export class OperationChart extends Component {
    static template = "reliability_dashboard.OperationChart";
    static components = { ChartCanvas, DayTable };
    static props = {
        operations: Array,
        operation: String,
        warehouse: { type: [Number, { value: false }, { value: null }] },
        today: String,
        stamp: Number, // changes when there are newer numbers
        technical: Boolean,
        outdated: Boolean,
        onChoose: Function, // (operation)
    };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.cockpit = useCockpit();
        this.state = useState({
            chart: null,
            day: false, // today, also when midnight passes
            library: false,
            problem: null,
            table: false,
            turn: 0,
        });
        // After the first paint: what needs attention does not wait for drawings.
        onMounted(() => {
            this.load(this.props);
            this.loadLibrary();
        });
        onWillUpdateProps((next) => {
            const { stamp, operation, warehouse, today } = this.props;
            const isFollowed = !this.state.day; // a day that is past does not change
            if (
                next.operation !== operation ||
                next.warehouse !== warehouse ||
                (isFollowed && next.today !== today)
            ) {
                this.loadAnother(next);
            } else if (isFollowed && next.stamp !== stamp) {
                this.load(next);
            }
        });
    }

    async loadLibrary() {
        try {
            await loadBundle("web.chartjs_lib");
            this.state.library = true;
        } catch {
            this.state.table = true; // the same numbers, without drawings
        }
    }

    /** The title is new at once: below it, nothing of what was drawn before may stay. */
    loadAnother(props) {
        Object.assign(this.state, { chart: null, problem: null });
        return this.load(props);
    }

    async load({ operation, warehouse }) {
        const answer = await this.cockpit.ask("read_chart", [
            operation,
            warehouse,
            this.state.day || null,
        ]);
        if (answer.outrun) {
            return;
        }
        this.state.problem = answer.problem;
        if (!answer.problem) {
            this.state.chart = answer.result;
            this.state.turn += 1;
        }
    }

    // ---- what is chosen -------------------------------------------------------------------

    get services() {
        return Object.entries(groupBy(this.props.operations, (operation) => operation.service));
    }

    get day() {
        return this.state.day || this.props.today;
    }

    get isToday() {
        return this.day === this.props.today;
    }

    get dayName() {
        const day = deserializeDate(this.day);
        return this.isToday
            ? _t("Today")
            : day.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
    }

    move(days) {
        const day = serializeDate(deserializeDate(this.day).plus({ days }));
        this.state.day = day >= this.props.today ? false : day;
        this.loadAnother(this.props);
    }

    // ---- what is shown --------------------------------------------------------------------

    get slots() {
        return slotsOf(this.state.chart);
    }

    get marks() {
        return marksOf(this.state.chart);
    }

    get isSomething() {
        return this.state.chart.points.some(
            ({ done, failures, rejected }) => done + failures + rejected
        );
    }

    /** What of it happened at all: the legend explains no colour that is not there. */
    get kinds() {
        const { points } = this.state.chart;
        return KINDS.filter((kind, index) => !index || points.some(kind.count));
    }

    get hasUsual() {
        return this.state.chart.usual.length > 0;
    }

    get slowText() {
        return _t("slow: over %s", formatSeconds(this.state.chart.threshold));
    }

    get speedLines() {
        return speedLines(this.props.technical);
    }

    get isThresholdNear() {
        return isThresholdNear(this.state.chart, this.props.technical);
    }

    get title() {
        const { operations, operation } = this.props;
        return operations.find(({ code }) => code === operation).name;
    }

    get stamp() {
        return `${this.state.turn} ${this.props.technical} ${this.props.outdated}`;
    }

    get volumeLabel() {
        const { points, name } = this.state.chart;
        const sum = (of) => formatCount(points.reduce((total, point) => total + of(point), 0));
        return _t(
            "%(name)s by time of day: %(done)s done, %(failed)s failed. The button above shows it as a table.",
            { name, done: sum(({ done }) => done), failed: sum(({ failures }) => failures) }
        );
    }

    get speedLabel() {
        return _t(
            "%s by time of day: how long it took. The button above shows it as a table.",
            this.state.chart.name
        );
    }

    makeVolume(color) {
        return volumeConfig({ slots: this.slots, marks: this.marks, color });
    }

    makeSpeed(color) {
        const day = { slots: this.slots, marks: this.marks, color };
        const { threshold } = this.state.chart;
        const { technical } = this.props;
        return speedConfig(day, { threshold, isNear: this.isThresholdNear, technical });
    }

    // ---- what is opened -------------------------------------------------------------------

    pick(index, which) {
        const slot = this.slots[index];
        if (slot.point) {
            return this.openCalls(slot.start, slot.end, which);
        }
    }

    async openCalls(start, end, which) {
        const { operation, warehouse } = this.props;
        const question = [operation, start, end, warehouse, which];
        const { result, problem } = await this.cockpit.ask("open_calls", question);
        if (problem) {
            this.notification.add(problem.text, { type: "warning" });
        } else if (result) {
            await this.action.doAction(result);
        }
    }
}
