import { Component } from "@odoo/owl";

/** Before anything was measured: what to do so that something appears. */
export class NoData extends Component {
    static template = "reliability_dashboard.NoData";
    static props = {
        headline: Object,
        note: { type: String, optional: true },
        canConfigure: Boolean,
        onConfigure: Function,
    };
}
