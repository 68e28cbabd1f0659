import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { OutcomeGraphRenderer } from "@reliability/outcome_graph/outcome_graph";

/** The outcome whose colour a state of an exchange has, where it has none of its own. */
const OUTCOMES = {
    succeeded: "success",
    retrying: "slow",
    resolved: "rolled_back",
    open: "retried",
};

export class StateGraphRenderer extends OutcomeGraphRenderer {
    colorOfOutcome(state) {
        return super.colorOfOutcome(OUTCOMES[state] || state);
    }
}

registry.category("views").add("reliability_state_graph", {
    ...graphView,
    Renderer: StateGraphRenderer,
});
