import { formatTime } from "../core/format";
import { Component } from "@odoo/owl";

/** Says that there are no new numbers, and of when the ones below are. */
export class Problem extends Component {
    static template = "reliability_dashboard.Problem";
    static props = {
        problem: { type: Object, shape: { reachable: Boolean, text: String } },
        since: { type: Number }, // milliseconds; 0 where nothing was ever read
        onRetry: Function,
    };

    get time() {
        return formatTime(luxon.DateTime.fromMillis(this.props.since));
    }
}
