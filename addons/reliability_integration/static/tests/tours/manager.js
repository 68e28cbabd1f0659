import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("reliability_integration.manager", {
    steps: () => [
        {
            content: "Search by the name of the document",
            trigger: ".o_searchview_input",
            run: "edit PARCEL/7",
        },
        {
            content: "Search in the documents",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Document)",
            run: "click",
        },
        { trigger: ".o_searchview_facet:contains(PARCEL/7)" },
        {
            trigger: ".o_list_view:not(:contains(PARCEL/8)) .o_data_row td:contains(PARCEL/7)",
            run: "click",
        },
        {
            content: "Each attempt has its error message",
            trigger: ".o_reliability_attempt:nth-child(2):contains(The weight is missing.)",
        },
        { trigger: ".o_form_view button[name=action_retry]", run: "click" },
        {
            content: "The window lists what will be retried",
            trigger: ".modal:contains(Will be retried):contains(PARCEL/7)",
        },
        { trigger: ".modal button[name=action_retry]", run: "click" },
        {
            content: "A notification shows the progress",
            trigger: ".o_notification:contains(0 of 1)",
        },
        { trigger: ".o_arrow_button_current:contains(Waiting for retry)" },
        { trigger: ".breadcrumb a:contains(Exchanges)", run: "click" },
        { trigger: ".o_searchview_facet:contains(PARCEL/7) .o_facet_remove", run: "click" },
        {
            content: "The other one is unknown",
            trigger: ".o_list_view .o_data_row:contains(Unknown) td:contains(PARCEL/8)",
            run: "click",
        },
        {
            trigger: ".o_form_view:has(.alert:contains(DHL did not answer)) [name=action_resolve]",
            run: "click",
        },
        {
            content: "Nothing is chosen beforehand",
            trigger: ".modal [name=found]:not(:has(input:checked)) label:contains(nothing is left)",
            run: "click",
        },
        {
            content: "Enter a reason",
            trigger: ".modal [name=reason] textarea",
            run: "edit Called them: it is on its way",
        },
        { trigger: ".modal button[name=action_resolve]", run: "click" },
        { trigger: ".o_form_view [name=resolution]:contains(Called them)" },
    ],
});
