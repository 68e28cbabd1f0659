import { achievedConfig, burnConfig } from "./configs";
import { formatAchieved, formatBudget, formatCount, formatWeekday } from "./format";
import { ChartCanvas } from "@reliability_health/chart_canvas/chart_canvas";
import { loadChartLibrary } from "@reliability_health/chart_canvas/chart_library";
import { Component, markup, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MODEL = "reliability.slo.budget";

/** The days of an error budget, and what used it up. */
export class BudgetChart extends Component {
    static template = "reliability_slo.BudgetChart";
    static components = { ChartCanvas };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            content: null,
            isLibraryLoaded: false,
            isTable: false,
            isAll: false, // with excluded times
            version: 0,
        });
        Object.assign(this, { formatAchieved, formatBudget, formatCount, formatWeekday });
        this.makeBurn = (color) => burnConfig(this.days, this.content, color);
        this.makeAchieved = (color) => achievedConfig(this.days, this.content, color);
        // The form does not wait for its charts.
        onWillStart(() => {
            this.load(this.props);
            this.loadLibrary();
        });
        onWillUpdateProps((next) => {
            if (next.record !== this.props.record || next.record.resId !== this.resId) {
                this.load(next);
            }
        });
    }

    async load({ record }) {
        this.resId = record.resId;
        if (!record.resId) {
            return;
        }
        const reading = this.orm.call(MODEL, "read_days", [record.resId]);
        const content = await this.keepLast.add(reading);
        Object.assign(this.state, { content, version: this.state.version + 1 });
    }

    async loadLibrary() {
        this.state.isLibraryLoaded = await loadChartLibrary();
        this.state.isTable ||= !this.state.isLibraryLoaded; // the same numbers
    }

    get content() {
        return this.state.content;
    }

    get which() {
        return this.state.isAll ? "all" : "counted";
    }

    get days() {
        return this.content.days.map((one) => ({ day: one.day, sums: one[this.which] }));
    }

    get hasEvents() {
        return this.content.days.some((one) => one.all.total);
    }

    get rows() {
        return this.content.rows
            .map((row, index) => ({
                ...row,
                index,
                count: row[this.which],
                share: row[`${this.which}_share`],
            }))
            .filter(({ count }) => count);
    }

    get hasShare() {
        return this.rows.some(({ share }) => share !== null);
    }

    get has() {
        const any = (name) => this.rows.some((row) => row[name]);
        return { company: any("company"), warehouse: any("warehouse") };
    }

    get version() {
        return `${this.state.version} ${this.which}`;
    }

    get burnLabel() {
        const { sums } = this.days.at(-1);
        return _t(
            "Budget left by day: %s on the last one. The button above shows the same numbers as a table.",
            formatBudget(sums.left)
        );
    }

    get achievedLabel() {
        const known = this.days.filter(({ sums }) => sums.total);
        const met = known.filter(({ sums }) => sums.achieved >= this.content.goal);
        return _t(
            "Achieved by day: the goal was met on %(met)s of %(days)s days with events. The button above shows the same numbers as a table.",
            { met: met.length, days: known.length }
        );
    }

    get moreText() {
        return _t("%s more below", this.content.more);
    }

    /** Not all calls are stored: the link says how many it opens. */
    linkOf({ count, stored, is_stored, open_text }) {
        return is_stored && stored < count
            ? _t("Open %s that are stored", formatCount(stored))
            : open_text;
    }

    canOpen({ can_open, is_stored, stored }) {
        return can_open && (!is_stored || stored);
    }

    whyNot({ can_open, company }) {
        return can_open
            ? _t("No longer stored")
            : _t("Select %s at the top to open them", company || _t("its company"));
    }

    async open(row) {
        const action = await this.orm.call(MODEL, "open_bad_events", [this.resId, ...row.key]);
        // The help of an empty list is HTML of the server, which Odoo would show as text.
        await this.action.doAction(action.help ? { ...action, help: markup(action.help) } : action);
    }
}

registry.category("view_widgets").add("reliability_slo_chart", {
    component: BudgetChart,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
