import { useCockpit } from "../core/cockpit_rpc";
import { useLive } from "../core/live";
import { StateMark } from "../core/state_mark";
import { shownState } from "../core/states";
import { Component, onMounted, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Red, with the number of alerts, while the user can act on an alert. */
export class SummaryIcon extends Component {
    static template = "reliability_dashboard.SummaryIcon";
    static components = { Dropdown, StateMark };
    static props = {};

    setup() {
        this.action = useService("action");
        this.cockpit = useCockpit();
        this.dropdown = useDropdownState();
        this.shared = useState(useService("reliability_dashboard.summary"));
        useLive(() => this.load());
        onMounted(() => this.load());
    }

    /** @returns {Promise<import("../core/cockpit_rpc").Problem | null>} why it failed */
    async load() {
        if (this.shared.publisher) {
            return null;
        }
        const { result, problem, superseded } = await this.cockpit.call("read_summary");
        // Meanwhile a page may have published a newer one.
        if (superseded || this.shared.publisher) {
            return null;
        }
        this.shared.problem = problem;
        if (result) {
            this.shared.summary = result;
        }
        return problem;
    }

    get isKnown() {
        return Boolean(this.shared.summary) && !this.shared.problem;
    }

    get count() {
        return this.isKnown ? this.shared.summary.count : 0;
    }

    get shownState() {
        return shownState(this.shared.summary?.state || "no_data", Boolean(this.shared.problem));
    }

    get text() {
        return this.shared.problem?.text || this.shared.summary?.text || "";
    }

    get label() {
        if (!this.isKnown) {
            return _t("Reliability: status unknown");
        }
        return this.count
            ? _t("Reliability: needs your attention (%s)", this.count)
            : _t("Reliability: nothing needs your attention");
    }

    openCockpit() {
        this.dropdown.close();
        return this.action.doAction("reliability_dashboard.cockpit_action", {
            clearBreadcrumbs: true,
        });
    }
}
