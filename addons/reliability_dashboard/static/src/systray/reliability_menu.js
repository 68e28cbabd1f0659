import { SummaryIcon } from "./summary_icon";
import { Component, onMounted, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** The place in the systray; whoever has no part in it sees, loads and asks nothing. */
export class ReliabilityMenu extends Component {
    static template = "reliability_dashboard.ReliabilityMenu";
    static components = { SummaryIcon };
    static props = {};

    setup() {
        this.state = useState({ isForUser: false });
        // When the page is there already: nobody waits for this.
        onMounted(async () => {
            this.state.isForUser = await user.hasGroup("reliability.group_viewer");
        });
    }
}

registry
    .category("systray")
    .add("reliability_dashboard.menu", { Component: ReliabilityMenu }, { sequence: 22 });
