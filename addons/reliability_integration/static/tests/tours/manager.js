import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("reliability_integration.manager", {
    steps: () => [
        {
            content: "By the name of the document",
            trigger: ".o_searchview_input",
            run: "edit PARCEL/7",
        },
        {
            content: "This is what it concerns",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Concerns)",
            run: "click",
        },
        { trigger: ".o_searchview_facet:contains(PARCEL/7)" },
        {
            trigger: ".o_list_view:not(:contains(PARCEL/8)) .o_data_row td:contains(PARCEL/7)",
            run: "click",
        },
        {
            content: "Each try, and what was said",
            trigger: ".o_reliability_try:nth-child(2):contains(The weight is missing.)",
        },
        { trigger: ".o_form_view button[name=action_retry]", run: "click" },
        {
            content: "It says what will happen",
            trigger: ".modal:contains(Will be asked again):contains(PARCEL/7)",
        },
        { trigger: ".modal button[name=action_retry]", run: "click" },
        {
            content: "And how far it is",
            trigger: ".o_notification:contains(0 of 1)",
        },
        { trigger: ".o_arrow_button_current:contains(Waits for another try)" },
        { trigger: ".breadcrumb a:contains(Exchanges)", run: "click" },
        { trigger: ".o_searchview_facet:contains(PARCEL/7) .o_facet_remove", run: "click" },
        {
            content: "Of the other nobody knows",
            trigger: ".o_list_view .o_data_row:contains(Nobody knows) td:contains(PARCEL/8)",
            run: "click",
        },
        {
            trigger: ".o_form_view:has(.alert:contains(does not know how)) [name=action_resolve]",
            run: "click",
        },
        {
            content: "With a reason",
            trigger: ".modal [name=reason] textarea",
            run: "edit Called them: it is on its way",
        },
        { trigger: ".modal button[name=action_resolve]", run: "click" },
        { trigger: ".o_form_view [name=resolution]:contains(Called them)" },
    ],
});
