import { formatTime } from "../core/format";
import { Component } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const ICONS = { unreachable: "fa-plug", logged_out: "fa-sign-out", error: "fa-exclamation-circle" };

/** Why there are no newer numbers, and the time of the numbers below. */
export class Problem extends Component {
    static template = "reliability_dashboard.Problem";
    static props = {
        problem: { type: Object, shape: { kind: String, text: String } },
        readAt: { type: Number }, // in milliseconds; 0 if nothing was read yet
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

    get ageText() {
        const moment = luxon.DateTime.fromMillis(this.props.readAt);
        return _t("The numbers below are from %s.", formatTime(moment));
    }
}
