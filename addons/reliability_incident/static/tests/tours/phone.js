import { registry } from "@web/core/registry";

const ALERT = ".o_field_widget[name=evidence_ids] .o_kanban_record:contains(broken)";
const STEP = ".o_field_widget[name=step_ids] .o_kanban_record:contains(Print by hand)";

/** On a phone, the form of an incident has cards instead of lists. */
registry.category("web_tour.tours").add("reliability_incident.phone", {
    steps: () => [
        { trigger: ".o_form_view .nav-link:contains(What Is Wrong)", run: "click" },
        {
            content: "A card says what is wrong, where, and since when",
            trigger: `${ALERT}:contains(Probing):contains(WH):contains(Mar 2)`,
        },
        { trigger: ".nav-link:contains(What to Do)", run: "click" },
        { trigger: `${STEP} button:contains(Tick)`, run: "click" },
        { trigger: `${STEP} button:contains(Untick)` },
    ],
});
