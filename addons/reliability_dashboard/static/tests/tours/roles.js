import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const HEADLINE = ".o_rel_headline.o_rel_interrupted:contains(Probe: 12 of 16 calls have failed)";

tours.add("reliability_dashboard.viewer", {
    steps: () => [
        { content: "The headline says what is wrong", trigger: HEADLINE },
        {
            content: "The icon is neutral: a viewer cannot act on it",
            trigger: ".o_menu_systray .o_rel_summary_button:not(:has(.badge))",
        },
        {
            content: "The service's day is shown as charts, and as a table",
            trigger: ".o_rel_charts:has(canvas) .o_rel_table_switch",
            run: "click",
        },
        {
            content: "The table opens the failed calls",
            trigger: ".o_rel_day_table td:nth-child(3) button",
            run: "click",
        },
        {
            content: "They are grouped by their error",
            trigger: ".o_list_view .o_group_header:contains(Without an error message)",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Probe)" },
        {
            content: "The breadcrumb leads back to the cockpit",
            trigger: ".breadcrumb a:contains(Overview)",
            run: "click",
        },
        {
            content: "The day is still shown as a table",
            trigger: ".o_rel_table_switch[aria-pressed=true]",
        },
        {
            content: "The technical view shows percentiles",
            trigger: ".o_rel_technical_switch",
            run: "click",
        },
        { trigger: ".o_rel_page th:contains(p95)" },
        {
            content: "The weeks can be compared",
            trigger: ".o_rel_views button:contains(Compare)",
            run: "click",
        },
        { trigger: ".o_rel_comparison .active:contains(This week with last)" },
    ],
});

tours.add("reliability_dashboard.manager", {
    steps: () => [
        {
            content: "On any page, the icon is red and counts the manager's alerts",
            trigger: ".o_menu_systray .o_rel_summary_button:has(.badge:contains(1))",
            run: "click",
        },
        {
            trigger: ".o_rel_summary:contains(12 of 16 calls have failed) .o_rel_summary_open",
            run: "click",
        },
        { trigger: HEADLINE },
        {
            content: "The alert opens the failed calls",
            trigger: ".o_rel_alert:contains(12 of 16 calls have failed) button.btn-outline-primary",
            run: "click",
        },
        { trigger: ".o_list_view .o_group_header:contains(12)" },
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
        { trigger: HEADLINE },
        {
            content: "The service's form has its owner and the contingency procedure",
            trigger: ".o_rel_card[data-service=probing] .o_rel_card_more",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=name] input:value(Probing)" },
    ],
});
