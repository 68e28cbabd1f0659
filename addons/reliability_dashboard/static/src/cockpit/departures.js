import { StateMark } from "../core/state_mark";
import { shownState } from "../core/states";
import { Component } from "@odoo/owl";

/** Today's trucks: when each leaves, how much of it is ready, and whether the rest will be. */
export class Departures extends Component {
    static template = "reliability_dashboard.Departures";
    static components = { StateMark };
    static props = {
        departures: Array,
        outdated: Boolean,
        onOpen: Function, // (action)
    };

    stateOf(departure) {
        return shownState(departure.state, this.props.outdated);
    }

    /** What a truck's state is called; old numbers do not say it any more. */
    labelOf(departure) {
        return this.stateOf(departure) === "stale" ? undefined : departure.state_name;
    }

    shareOf({ ready, total }) {
        return Math.round((100 * ready) / total);
    }
}
