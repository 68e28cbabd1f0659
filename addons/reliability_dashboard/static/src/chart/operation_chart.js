import { DayTable } from "./day_table";
import {
    annotationsOf,
    BARS,
    durationConfig,
    durationLines,
    intervalsOf,
    isThresholdVisible,
    volumeConfig,
} from "./day_chart";
import { formatCount, formatSeconds } from "../core/format";
import { useCockpit } from "../core/cockpit_rpc";
import { openable } from "../core/open_action";
import { ChartCanvas } from "@reliability_health/chart_canvas/chart_canvas";
import { loadChartLibrary } from "@reliability_health/chart_canvas/chart_library";
import { Component, onMounted, onWillUpdateProps, useEffect, useState } from "@odoo/owl";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { groupBy } from "@web/core/utils/arrays";

/** One operation through the day: calls and durations, beside the usual day. */
export class OperationChart extends Component {
    static template = "reliability_dashboard.OperationChart";
    static components = { ChartCanvas, DayTable };
    static props = {
        operations: Array,
        operation: String,
        warehouse: { type: [Number, { value: false }, { value: null }] },
        today: String,
        version: Number, // changes with newer numbers
        technical: Boolean,
        outdated: Boolean,
        choices: Object, // to begin with: the day, and whether it is shown as a table
        onChoose: Function, // (operation)
        onKeep: Function, // (choices)
        onLoaded: Function, // when the numbers are on the screen
    };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.cockpit = useCockpit();
        this.state = useState({
            chart: null,
            day: this.props.choices.day || false, // today, also after midnight
            isLibraryLoaded: false,
            isTable: this.props.choices.isTable || false,
            problem: null,
            version: 0,
        });
        // After the first paint: alerts do not wait for charts.
        onMounted(() => {
            this.load(this.props);
            this.loadLibrary();
        });
        useEffect(
            (isLoaded) => isLoaded && this.props.onLoaded(),
            () => [Boolean(this.state.chart && (this.state.isTable || this.state.isLibraryLoaded))]
        );
        onWillUpdateProps((next) => {
            const { version, operation, warehouse, today } = this.props;
            const isToday = !this.state.day; // past days do not change
            if (
                next.operation !== operation ||
                next.warehouse !== warehouse ||
                (isToday && next.today !== today)
            ) {
                this.reload(next);
            } else if (isToday && next.version !== version) {
                this.load(next);
            }
        });
    }

    async loadLibrary() {
        this.state.isLibraryLoaded = await loadChartLibrary();
        this.state.isTable ||= !this.state.isLibraryLoaded; // the same numbers
    }

    /** The title changes at once: the charts of the previous one must not stay below it. */
    reload(props) {
        Object.assign(this.state, { chart: null, problem: null });
        return this.load(props);
    }

    async load({ operation, warehouse }) {
        const { result, problem, superseded } = await this.cockpit.call("read_chart", [
            operation,
            warehouse,
            this.state.day || null,
        ]);
        if (superseded) {
            return;
        }
        this.state.problem = problem;
        if (!problem) {
            this.state.chart = result;
            this.state.version += 1;
        }
    }

    // ---- selection ------------------------------------------------------------------------

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
        this.keep({ day: day >= this.props.today ? false : day });
        this.reload(this.props);
    }

    toggleTable() {
        this.keep({ isTable: !this.state.isTable });
    }

    keep(choices) {
        Object.assign(this.state, choices);
        this.props.onKeep(choices);
    }

    // ---- content --------------------------------------------------------------------------

    get intervals() {
        return intervalsOf(this.state.chart);
    }

    get annotations() {
        return annotationsOf(this.state.chart);
    }

    get hasCalls() {
        return this.state.chart.points.some(
            ({ done, failures, rejected }) => done + failures + rejected
        );
    }

    /** Bars of the legend: the first one, and those that have calls. */
    get bars() {
        const { points } = this.state.chart;
        return BARS.filter((bar, index) => !index || points.some(bar.count));
    }

    get hasUsual() {
        return this.state.chart.usual.length > 0;
    }

    get slowText() {
        return _t("slow: over %s", formatSeconds(this.state.chart.threshold));
    }

    get lines() {
        return durationLines(this.props.technical);
    }

    get isThresholdVisible() {
        return isThresholdVisible(this.state.chart, this.props.technical);
    }

    get title() {
        const { operations, operation } = this.props;
        return _t("%s through the day", operations.find(({ code }) => code === operation).name);
    }

    get version() {
        return `${this.state.version} ${this.props.technical} ${this.props.outdated}`;
    }

    get volumeLabel() {
        const { points, name } = this.state.chart;
        const sum = (count) =>
            formatCount(points.reduce((total, point) => total + count(point), 0));
        return _t(
            "%(name)s by time of day: %(done)s done, %(failed)s failed. The button above shows the same numbers as a table.",
            { name, done: sum(({ done }) => done), failed: sum(({ failures }) => failures) }
        );
    }

    get durationLabel() {
        return _t(
            "%s by time of day: duration. The button above shows the same numbers as a table.",
            this.state.chart.name
        );
    }

    makeVolume(color) {
        return volumeConfig({ intervals: this.intervals, annotations: this.annotations, color });
    }

    makeDuration(color) {
        const day = { intervals: this.intervals, annotations: this.annotations, color };
        const { threshold } = this.state.chart;
        const { technical } = this.props;
        return durationConfig(day, { threshold, isVisible: this.isThresholdVisible, technical });
    }

    // ---- records --------------------------------------------------------------------------

    select(index, which) {
        const { start, end, point } = this.intervals[index];
        if (point && which === "on_time") {
            const text = _t("Calls that are done in time are counted, not stored one by one.");
            this.notification.add(text, { type: "info" });
        } else if (point) {
            return this.openCalls(start, end, which);
        }
    }

    async openCalls(start, end, which) {
        const { operation, warehouse } = this.props;
        const args = [operation, start, end, warehouse, which];
        const { result, problem } = await this.cockpit.call("open_calls", args);
        if (problem) {
            this.notification.add(problem.text, { type: "warning" });
        } else if (result) {
            await this.action.doAction(openable(result));
        }
    }
}
