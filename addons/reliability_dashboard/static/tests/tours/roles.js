import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const WRONG = ".o_rel_headline.o_rel_interrupted:contains(Probe: 12 of 16 fail)";

tours.add("reliability_dashboard.viewer", {
    steps: () => [
        { content: "One sentence says what is wrong", trigger: WRONG },
        {
            content: "The icon is quiet: a viewer cannot mend it",
            trigger: ".o_menu_systray .o_rel_summary_button:not(:has(.badge))",
        },
        {
            content: "Its day is drawn, and there as a table",
            trigger: ".o_rel_charts:has(canvas) .o_rel_table_switch",
            run: "click",
        },
        {
            content: "What failed is opened from it",
            trigger: ".o_rel_day_table td:nth-child(3) button",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Probe)" },
        {
            content: "Back where one was",
            trigger: ".breadcrumb a:contains(Cockpit)",
            run: "click",
        },
        {
            content: "Percentiles are one click away",
            trigger: ".o_rel_technical_switch",
            run: "click",
        },
        { trigger: ".o_rel_page th:contains(p95)" },
        {
            content: "And so is last week",
            trigger: ".o_rel_views button:contains(Compare)",
            run: "click",
        },
        { trigger: ".o_rel_comparison .active:contains(This week with last)" },
    ],
});

tours.add("reliability_dashboard.manager", {
    steps: () => [
        {
            content: "From anywhere: the icon is red, and counts what a manager can do",
            trigger: ".o_menu_systray .o_rel_summary_button:has(.badge:contains(1))",
            run: "click",
        },
        {
            trigger: ".o_rel_summary:contains(12 of 16 fail) .o_rel_summary_open",
            run: "click",
        },
        { trigger: WRONG },
        {
            content: "The very records that failed",
            trigger: ".o_rel_alert:contains(12 of 16 fail) button.btn-outline-primary",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Failed)" },
    ],
});

tours.add("reliability_dashboard.admin", {
    steps: () => [
        {
            content: "The app opens on the cockpit",
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            trigger: ".o_app[data-menu-xmlid='reliability.menu_reliability']",
            run: "click",
        },
        { trigger: WRONG },
        {
            content: "What is to be done, and who looks after it, is with the service",
            trigger: ".o_rel_card[data-service=probing] .o_rel_card_more",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=name] input:value(Probing)" },
    ],
});
