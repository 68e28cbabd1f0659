import { formatCount, formatPrecisely, formatShare } from "../core/format";
import { useCockpit } from "../core/cockpit_rpc";
import { LayerBar } from "./layer_bar";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

/** Today's percentiles, ratios and time per layer of all operations. */
export class TechnicalTable extends Component {
    static template = "reliability_dashboard.TechnicalTable";
    static components = { LayerBar };
    static props = {
        operations: Array,
        operation: { type: String, optional: true },
        warehouse: { type: [Number, { value: false }, { value: null }] },
        version: Number, // changes with newer numbers
        onShow: Function, // (operation)
    };

    setup() {
        this.cockpit = useCockpit();
        this.state = useState({ stats: {}, layers: {}, wait: "", problem: null });
        Object.assign(this, { formatCount, formatPrecisely, formatShare });
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            if (next.version !== this.props.version || next.warehouse !== this.props.warehouse) {
                this.load(next);
            }
        });
    }

    async load({ warehouse }) {
        const { result, problem, superseded } = await this.cockpit.call("read_technical", [
            warehouse,
        ]);
        if (superseded) {
            return;
        }
        this.state.problem = problem;
        if (!problem) {
            const byCode = result.operations.map((stats) => [stats.code, stats]);
            this.state.stats = Object.fromEntries(byCode);
            this.state.layers = result.layers;
            this.state.wait = result.wait;
        }
    }

    statsOf(code) {
        return this.state.stats[code] || {};
    }
}
