import { StateMark } from "../core/state_mark";
import { shownState, TROUBLED } from "../core/states";
import { formatCount } from "../core/format";
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** The first alerts, each with a button that opens its records. */
export class AlertList extends Component {
    static template = "reliability_dashboard.AlertList";
    static components = { StateMark };
    static props = {
        alerts: Array,
        count: Number, // of all alerts, which the list To Do has
        outdated: Boolean,
        onOpen: Function,
        onOpenAll: Function,
    };

    get openAllText() {
        return _t("Open the list To Do (%s)", formatCount(this.props.count));
    }

    stateOf(alert) {
        return shownState(alert.state, this.props.outdated);
    }

    /** Everyday work is not in trouble: it shows "To do" instead of a state. */
    isToDo(alert) {
        return !TROUBLED.includes(alert.state);
    }
}
