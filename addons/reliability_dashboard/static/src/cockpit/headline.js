import { StateMark } from "../core/state_mark";
import { STATES } from "../core/states";
import { Component } from "@odoo/owl";

/** The worst state in one sentence, and what to do about it. */
export class Headline extends Component {
    static template = "reliability_dashboard.Headline";
    static components = { StateMark };
    static props = {
        headline: Object,
        state: { type: String, validate: (state) => state in STATES },
        warning: { type: String, optional: true },
        onOpen: Function,
        slots: { type: Object, optional: true },
    };

    get icon() {
        return STATES[this.props.state].icon;
    }
}
