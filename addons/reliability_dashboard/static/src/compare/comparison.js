import { formatCount, formatPrecisely, formatSeconds, formatShare } from "../core/format";
import { useCockpit } from "../core/cockpit_rpc";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const KINDS = [
    { key: "weeks", label: _t("This week with last") },
    { key: "warehouses", label: _t("Warehouses") },
    { key: "deployment", label: _t("A deployment") },
];

/** Operations side by side: two weeks, all warehouses, or before and after a deployment. */
export class Comparison extends Component {
    static template = "reliability_dashboard.Comparison";
    static props = {
        warehouse: { type: [Number, { value: false }, { value: null }] },
        technical: Boolean,
    };

    setup() {
        this.cockpit = useCockpit();
        this.kinds = KINDS;
        this.state = useState({ kind: "weeks", deployment: null, table: null, problem: null });
        Object.assign(this, { formatCount, formatSeconds });
        onWillStart(() => {
            this.load(this.props.warehouse); // without await, so that the click shows an effect at once
        });
        onWillUpdateProps((next) => {
            if (next.warehouse !== this.props.warehouse) {
                this.load(next.warehouse);
            }
        });
    }

    async load(warehouse = this.props.warehouse) {
        const { kind, deployment } = this.state;
        const { result, problem, superseded } = await this.cockpit.call("read_comparison", [
            kind,
            warehouse,
            deployment,
        ]);
        if (superseded) {
            return;
        }
        this.state.problem = problem;
        this.state.table = problem ? null : result;
        if (kind === "deployment" && deployment === null) {
            this.state.deployment = result?.deployments[0]?.id ?? null;
        }
    }

    choose(kind) {
        this.state.kind = kind;
        return this.load();
    }

    chooseDeployment(id) {
        this.state.deployment = Number(id);
        return this.load();
    }

    /** Regressions first, else in the order of the server. */
    get rows() {
        const { rows } = this.state.table;
        return [...rows.filter((row) => row.regression), ...rows.filter((row) => !row.regression)];
    }

    get isWithoutDeployment() {
        return this.state.kind === "deployment" && !this.state.table.deployments.length;
    }

    quantiles({ p50, p95 }) {
        const values = { p50: formatPrecisely(p50), p95: formatPrecisely(p95) };
        return _t("p50 %(p50)s, p95 %(p95)s", values);
    }

    slow(cell) {
        return _t("%s slow", formatShare(cell.slow));
    }

    failed(cell) {
        return _t("%s failed", formatShare(cell.failures));
    }

    deploymentName({ name, time }) {
        const moment = toLocaleDateTimeString(deserializeDateTime(time));
        return _t("%(time)s: %(deployment)s", { time: moment, deployment: name });
    }
}
