import { formatCount, formatPrecisely, formatSeconds, formatShare } from "../core/format";
import { useCockpit } from "../core/cockpit_model";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const KINDS = [
    { key: "weeks", label: _t("This week with last") },
    { key: "warehouses", label: _t("Warehouses") },
    { key: "upgrade", label: _t("A module upgrade") },
];

/** The same operations side by side: in two weeks, in all warehouses, around an upgrade. */
export class Comparison extends Component {
    static template = "reliability_dashboard.Comparison";
    static props = {
        warehouse: { type: [Number, { value: false }, { value: null }] },
        technical: Boolean,
    };

    setup() {
        this.cockpit = useCockpit();
        this.kinds = KINDS;
        this.state = useState({ kind: "weeks", upgrade: null, table: null, problem: null });
        Object.assign(this, { formatCount, formatPrecisely, formatSeconds, formatShare });
        onWillStart(() => {
            this.load(this.props.warehouse); // not waited for: else the click seems to do nothing
        });
        onWillUpdateProps((next) => {
            if (next.warehouse !== this.props.warehouse) {
                this.load(next.warehouse);
            }
        });
    }

    async load(warehouse = this.props.warehouse) {
        const { kind, upgrade } = this.state;
        const answer = await this.cockpit.ask("read_comparison", [kind, warehouse, upgrade]);
        if (answer.outrun) {
            return;
        }
        this.state.problem = answer.problem;
        this.state.table = answer.problem ? null : answer.result;
        if (kind === "upgrade" && upgrade === null) {
            this.state.upgrade = answer.result?.upgrades[0]?.id ?? null;
        }
    }

    choose(kind) {
        this.state.kind = kind;
        return this.load();
    }

    chooseUpgrade(id) {
        this.state.upgrade = Number(id);
        return this.load();
    }

    /** What got worse comes first; else as the server has it. */
    get rows() {
        const { rows } = this.state.table;
        return [...rows.filter((row) => row.worse), ...rows.filter((row) => !row.worse)];
    }

    get isWithoutUpgrade() {
        return this.state.kind === "upgrade" && !this.state.table.upgrades.length;
    }

    upgradeName({ name, time }) {
        return `${name}, ${toLocaleDateTimeString(deserializeDateTime(time))}`;
    }
}
