import { STATES } from "./states";
import { Component } from "@odoo/owl";

/** The state of a service as an icon, a word and a colour. */
export class StateMark extends Component {
    static template = "reliability_dashboard.StateMark";
    static props = {
        state: { type: String, validate: (state) => state in STATES },
        iconOnly: { type: Boolean, optional: true },
        label: { type: String, optional: true }, // instead of the state's own word
    };

    get icon() {
        return STATES[this.props.state].icon;
    }

    get label() {
        return this.props.label || STATES[this.props.state].label;
    }
}
