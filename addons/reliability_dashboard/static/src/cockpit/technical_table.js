import { formatCount, formatPrecisely, formatShare } from "../core/format";
import { useCockpit } from "../core/cockpit_model";
import { LayerBar } from "./layer_bar";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

/** All operations of today with the numbers that engineers ask for. */
export class TechnicalTable extends Component {
    static template = "reliability_dashboard.TechnicalTable";
    static components = { LayerBar };
    static props = {
        operations: Array,
        operation: { type: String, optional: true },
        warehouse: { type: [Number, { value: false }, { value: null }] },
        stamp: Number, // changes when there are newer numbers
        onShow: Function, // (operation)
    };

    setup() {
        this.cockpit = useCockpit();
        this.state = useState({ figures: {}, layers: {}, waited: "", problem: null });
        Object.assign(this, { formatCount, formatPrecisely, formatShare });
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            if (next.stamp !== this.props.stamp || next.warehouse !== this.props.warehouse) {
                this.load(next);
            }
        });
    }

    async load({ warehouse }) {
        const answer = await this.cockpit.ask("read_technical", [warehouse]);
        if (answer.outrun) {
            return;
        }
        this.state.problem = answer.problem;
        if (!answer.problem) {
            const byCode = answer.result.operations.map((figures) => [figures.code, figures]);
            this.state.figures = Object.fromEntries(byCode);
            this.state.layers = answer.result.layers;
            this.state.waited = answer.result.waited;
        }
    }

    figures(code) {
        return this.state.figures[code] || {};
    }
}
