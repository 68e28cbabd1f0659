import { Component } from "@odoo/owl";

/** Shown before the first measurement: what to do so that numbers appear. */
export class NoData extends Component {
    static template = "reliability_dashboard.NoData";
    static props = {
        headline: Object,
        warning: { type: String, optional: true },
        canConfigure: Boolean,
        onConfigure: Function,
    };
}
