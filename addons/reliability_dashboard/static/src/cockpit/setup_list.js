import { useCockpit } from "../core/cockpit_rpc";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** The checklist of a new database; nothing once all is done, or hidden. */
export class SetupList extends Component {
    static template = "reliability_dashboard.SetupList";
    static props = {
        version: Number, // the steps are read again when it changes
        onOpen: Function, // (action)
    };

    setup() {
        this.cockpit = useCockpit();
        this.state = useState({ steps: [] });
        onWillStart(() => {
            this.load(); // the page does not wait for it
        });
        onWillUpdateProps(({ version }) => {
            if (version !== this.props.version) {
                this.load();
            }
        });
    }

    get progress() {
        const done = this.state.steps.filter((step) => step.is_done).length;
        return _t("%(done)s of %(total)s done", { done, total: this.state.steps.length });
    }

    async load() {
        const { result, superseded } = await this.cockpit.call("read_setup");
        if (result && !superseded) {
            this.state.steps = result;
        }
    }

    async hide() {
        const { problem } = await this.cockpit.call("hide_setup");
        if (!problem) {
            this.state.steps = [];
        }
    }
}
