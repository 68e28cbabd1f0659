/** Answers of the server for tests; each test overrides what differs. */

export const TRANSFERS = {
    type: "ir.actions.act_window",
    res_model: "res.partner",
    name: "Transfers",
    views: [[false, "list"]],
    help: "<p>No transfer waits.</p>",
};

export function card(values) {
    return {
        key: "warehouse_execution",
        name: "Warehouse execution",
        state: "fine",
        text: "",
        backlogs: [],
        today: { calls: 120, failures: 0, slow: 0 },
        usual: 130,
        trend: { today: [0, 60, 60], failures: [0, 0, 0], usual: Array(24).fill(5) },
        operation: "transfer_validation",
        action: false,
        ...values,
    };
}

export function cockpit(values) {
    return {
        day: "2026-03-02",
        freshness: { age: 12, stale: false, text: "" },
        warehouse: 1,
        warehouses: [
            { id: 1, name: "San Francisco", state: "fine" },
            { id: 2, name: "Chicago", state: "degraded" },
        ],
        headline: {
            state: "fine",
            text: "All services work.",
            contingency: "",
            button: "",
            action: false,
        },
        cards: [card()],
        alerts: [],
        alert_count: 0,
        departures: [],
        summary: false,
        operations: [
            {
                code: "transfer_validation",
                name: "Transfer validation",
                service: "Warehouse execution",
                calls: 120,
                failures: 0,
                slow: 0,
            },
            {
                code: "reservation",
                name: "Reservation",
                service: "Warehouse execution",
                calls: 3,
                failures: 0,
                slow: 0,
            },
        ],
        technical: false,
        can_configure: false,
        ...values,
    };
}

/** A truck that 13 of 18 parcels are left for. */
export function departure(values) {
    return {
        key: "cutoff_1",
        name: "DHL Parcel",
        time: "10:20",
        state: "fine",
        state_name: "In time",
        ready: 5,
        total: 18,
        progress: "5 of 18 packed",
        pace: "30 an hour, the last at 10:15",
        text: "",
        button: "Open 13 parcels",
        action: TRANSFERS,
        ...values,
    };
}

/** A degraded service with an alert and a backlog. */
export function degradedCockpit() {
    const text = "Transfer validation: 3 of 10 calls have failed since 14:05";
    return cockpit({
        headline: {
            state: "degraded",
            text,
            contingency: "Write it down.",
            button: "Open transfers",
            action: TRANSFERS,
        },
        cards: [
            card({
                state: "degraded",
                text,
                backlogs: [{ text: "37 transfers wait", action: TRANSFERS }],
                today: { calls: 120, failures: 3, slow: 8 },
            }),
        ],
        alerts: [
            {
                key: "a",
                state: "degraded",
                text: "3 transfers failed",
                button: "Open transfers",
                action: TRANSFERS,
                can_act: true,
                owner: "",
            },
        ],
        alert_count: 1,
    });
}

/** Two hours of an operation; in the second hour, one call failed and one was slow. */
export function chart(values) {
    const stored = { failures: 0, rejected: 0, slow: 0 };
    const point = { rejected: 0, p50: 0.2, p95: 0.6, p99: 1.4, stored };
    return {
        name: "Transfer validation",
        threshold: 3,
        step: 3600,
        start: "2026-03-02 00:00:00",
        end: "2026-03-03 00:00:00",
        points: [
            { ...point, start: "2026-03-02 00:00:00", done: 5, failures: 0, slow: 0 },
            {
                ...point,
                start: "2026-03-02 01:00:00",
                done: 2,
                failures: 1,
                slow: 1,
                stored: { failures: 1, rejected: 0, slow: 1 },
            },
        ],
        usual: [
            {
                start: "2026-03-02 01:00:00",
                done_low: 4,
                done_high: 8,
                p50_low: 0.1,
                p50_high: 0.3,
            },
        ],
        annotations: [{ time: "2026-03-02 01:30:00", text: "Sales 19.0.1.2 was upgraded" }],
        ...values,
    };
}

/** Two operations in two weeks, with a regression of the second one. */
export function comparison() {
    const cell = { calls: 8, failures: 0.01, slow: 0, p50: 0.2, p95: 0.6 };
    const row = { service: "Warehouse execution", cells: [cell, cell], regression: "" };
    const regression = "Slower: 0.6 s instead of 0.3 s";
    return {
        columns: ["Last week", "This week"],
        caption: "",
        rows: [
            { ...row, operation: "reservation", name: "Reservation" },
            {
                ...row,
                operation: "transfer_validation",
                name: "Transfer validation",
                regression,
            },
        ],
        deployments: [],
    };
}
