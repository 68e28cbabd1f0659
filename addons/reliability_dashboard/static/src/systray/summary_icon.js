import { useLive } from "../core/live";
import { StateMark } from "../core/state_mark";
import { shownState } from "../core/states";
import { useCockpit } from "../core/cockpit_model";
import { Component, onMounted, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Quiet, unless there is something that this very user can do: then red, with how much. */
export class SummaryIcon extends Component {
    static template = "reliability_dashboard.SummaryIcon";
    static components = { Dropdown, StateMark };
    static props = {};

    setup() {
        this.action = useService("action");
        this.cockpit = useCockpit();
        this.dropdown = useDropdownState();
        this.state = useState({ summary: null, problem: null });
        useLive(() => this.load());
        onMounted(() => this.load());
    }

    async load() {
        const { result, problem, outrun } = await this.cockpit.ask("read_summary");
        if (outrun) {
            return null;
        }
        this.state.problem = problem;
        if (result) {
            this.state.summary = result;
        }
        return problem;
    }

    get isKnown() {
        return Boolean(this.state.summary) && !this.state.problem;
    }

    get count() {
        return this.isKnown ? this.state.summary.count : 0;
    }

    get shownState() {
        return shownState(this.state.summary?.state || "no_data", Boolean(this.state.problem));
    }

    get text() {
        return this.state.problem?.text || this.state.summary?.text || "";
    }

    get label() {
        if (!this.isKnown) {
            return _t("Reliability: not known");
        }
        return this.count
            ? _t("Reliability: %s need you", this.count)
            : _t("Reliability: nothing needs you");
    }

    openCockpit() {
        this.dropdown.close();
        return this.action.doAction("reliability_dashboard.cockpit_action", {
            clearBreadcrumbs: true,
        });
    }
}
