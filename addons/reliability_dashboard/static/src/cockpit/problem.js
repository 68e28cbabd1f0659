import { formatTime } from "../core/format";
import { Component } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const ICONS = { unreachable: "fa-plug", logged_out: "fa-sign-out", error: "fa-exclamation-circle" };

/** Says that there are no new numbers, and of when the ones below are. */
export class Problem extends Component {
    static template = "reliability_dashboard.Problem";
    static props = {
        problem: { type: Object, shape: { kind: String, text: String } },
        since: { type: Number }, // milliseconds; 0 where nothing was ever read
        onRetry: Function,
    };

    get icon() {
        return ICONS[this.props.problem.kind];
    }

    get isLoggedOut() {
        return this.props.problem.kind === "logged_out";
    }

    logIn() {
        browser.location.reload();
    }

    get time() {
        return formatTime(luxon.DateTime.fromMillis(this.props.since));
    }
}
