import { StateMark } from "../core/state_mark";
import { shownState, TROUBLED } from "../core/states";
import { Component, useState } from "@odoo/owl";

const MAX_COLLAPSED = 5;

/** The alerts, each with a button that opens its records. */
export class AlertList extends Component {
    static template = "reliability_dashboard.AlertList";
    static components = { StateMark };
    static props = {
        alerts: Array,
        outdated: Boolean,
        onOpen: Function,
    };

    setup() {
        this.state = useState({ isExpanded: false });
    }

    get shown() {
        const { alerts } = this.props;
        return this.state.isExpanded ? alerts : alerts.slice(0, MAX_COLLAPSED);
    }

    get hasMore() {
        return this.props.alerts.length > MAX_COLLAPSED;
    }

    stateOf(alert) {
        return shownState(alert.state, this.props.outdated);
    }

    /** Everyday work is not in trouble: it shows "To do" instead of a state. */
    isToDo(alert) {
        return !TROUBLED.includes(alert.state);
    }
}
