import { SummaryIcon } from "./summary_icon";
import { Component, onMounted, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** The systray item: empty, and without any call, for a user without a role of Reliability. */
export class ReliabilityMenu extends Component {
    static template = "reliability_dashboard.ReliabilityMenu";
    static components = { SummaryIcon };
    static props = {};

    setup() {
        this.state = useState({ isViewer: false });
        // After the page is there: nothing waits for this.
        onMounted(async () => {
            this.state.isViewer = await user.hasGroup("reliability.group_viewer");
        });
    }
}

registry
    .category("systray")
    .add("reliability_dashboard.menu", { Component: ReliabilityMenu }, { sequence: 22 });
