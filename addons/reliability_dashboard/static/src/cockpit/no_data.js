import { Component } from "@odoo/owl";

/** Before anything was measured: what to do so that something appears. */
export class NoData extends Component {
    static template = "reliability_dashboard.NoData";
    static props = {
        canConfigure: Boolean,
        onConfigure: Function,
    };
}
