import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("reliability_slo.budget", {
    steps: () => [
        {
            content: "What is left is said in words",
            trigger: "div[name=left]:contains(0 of 3 failures left in 28 days)",
        },
        {
            content: "Two charts are drawn",
            trigger: ".o_reliability_slo_figures figure:nth-child(2) canvas",
        },
        {
            content: "The same numbers are in a table",
            trigger: "button:contains(Show as a table)",
            run: "click",
        },
        {
            trigger: ".o_reliability_slo_days td:contains(399)",
        },
        {
            content: "What used it up opens its calls",
            trigger: ".o_reliability_slo_used tr:contains(Failed) button",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains(Last Failed Calls)",
        },
        {
            trigger: ".o_group_header:contains((2))",
        },
    ],
});
