import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineActions,
    getService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { kindOf, textOf } from "@reliability_edi/calendar/cells";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");
defineMailModels();
defineActions([
    { id: 7, tag: "reliability_edi.calendar", type: "ir.actions.client", name: "EDI Calendar" },
]);

const DAYS = ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"];
const done = (count) => ({ documents: count, done: count });
const ROWS = [
    {
        stream: { type_id: 1, backend_id: 1, partner_id: 5, company_id: 1, direction: "in" },
        partner: "ACME",
        type: "ORDERS",
        company: "",
        week: "Mon–Fri by 08:30",
        cells: {
            "2026-11-25": done(3),
            "2026-11-26": { documents: 2, done: 1, failed: 1, to_fix: 1 },
            "2026-11-27": { documents: 0, expected: "missing", usual: 3, hour: "08:30" },
            "2026-11-28": { documents: 0, expected: "expected", usual: 0, hour: "08:30" },
        },
    },
    {
        stream: { type_id: 2, backend_id: 1, partner_id: 6, company_id: 1, direction: "out" },
        partner: "Globex",
        type: "INVOIC",
        company: "",
        week: "",
        cells: { "2026-11-25": done(12) },
    },
];

async function openCalendar(values = {}) {
    const calls = [];
    onRpc("res.users", "has_group", () => false);
    onRpc("reliability.edi.calendar", "read_calendar", ({ args }) => {
        calls.push(["read_calendar", ...args]);
        const data = { days: DAYS, today: DAYS.at(-1), warning: "", can_expect: false };
        return { ...data, rows: ROWS, ...values };
    });
    for (const method of ["open_documents", "open_expected"]) {
        onRpc("reliability.edi.calendar", method, ({ args }) => {
            calls.push([method, ...args]);
            return { type: "ir.actions.act_window_close" };
        });
    }
    await mountWithCleanup(WebClient);
    await getService("action").doAction(7);
    return calls;
}

const cells = (row) => queryAllTexts(`tbody tr:nth-child(${row}) td`);
const button = (row, day) => `tbody tr:nth-child(${row}) td:nth-of-type(${day}) button`;

test("each kind of cell has a mark of its own", () => {
    const marks = {
        "": undefined,
        "done 3/3": done(3),
        "busy 1/3": { documents: 3, done: 1 },
        "failed 2": { documents: 3, done: 1, failed: 1, duplicates: 1, to_fix: 2 },
        "missing 0": { documents: 0, expected: "missing" },
        "few 2": { documents: 2, done: 2, expected: "few" },
        "waiting 1": { documents: 1, done: 0, waiting: 1, to_fix: 1 },
        "duplicate 1": { documents: 2, done: 2, duplicates: 1, to_fix: 1 },
    };
    for (const [mark, cell] of Object.entries(marks)) {
        const kind = kindOf(cell);
        expect(kind && `${kind} ${textOf(cell)}`).toBe(mark);
    }
    expect(kindOf({ documents: 0, expected: "expected" })).toBe("later");
    expect(kindOf({ documents: 0, expected: "holiday" })).toBe("");
});

test("it is a table of partners and types by day", async () => {
    await openCalendar();
    expect(queryAllTexts("tbody th")).toEqual([
        "ACME\nORDERS, received\nExpected: Mon–Fri by 08:30",
        "Globex\nINVOIC, sent",
    ]);
    expect("thead tr:nth-child(2) th").toHaveCount(4);
    expect(cells(1)).toEqual(["3/3", "1", "0", "08:30"]);
    expect(cells(2)).toEqual(["12/12", "", "", ""]);
});

test("screen readers get each cell in a sentence", async () => {
    await openCalendar();
    expect(button(1, 1)).toHaveAttribute(
        "aria-label",
        "ORDERS from ACME, Wednesday, November 25: 3, all done"
    );
    expect(button(1, 2)).toHaveAttribute(
        "aria-label",
        "ORDERS from ACME, Thursday, November 26: 1 of 2 failed or not acknowledged"
    );
    expect(button(1, 3)).toHaveAttribute(
        "aria-label",
        "ORDERS from ACME, Friday, November 27: none, expected by 08:30"
    );
});

test("a cell opens its documents, and the expectation is opened from its row", async () => {
    const calls = await openCalendar();
    await contains(button(1, 2)).click();
    await contains("tbody th button").click();
    expect(calls.slice(1)).toEqual([
        ["open_documents", ROWS[0].stream, "2026-11-26"],
        ["open_expected", ROWS[0].stream],
    ]);
});

test("only managers can expect what is not expected yet", async () => {
    await openCalendar({ can_expect: true, rows: [{ ...ROWS[0], week: "" }, ROWS[1]] });
    expect(queryAllTexts("tbody th button")).toEqual(["Not expected"]);
});

test("arrow keys move between cells", async () => {
    await openCalendar();
    queryFirst(button(1, 1)).focus();
    for (const [key, label] of [
        ["ArrowRight", "1"],
        ["ArrowRight", "0"],
        ["ArrowLeft", "1"],
        ["ArrowLeft", "3/3"],
        ["ArrowDown", "12/12"],
    ]) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        expect(document.activeElement).toHaveText(label);
    }
});

test("rows are found by partner or type, and those to fix are chosen", async () => {
    await openCalendar();
    await contains("input[type=search]").edit("glo", { confirm: false });
    expect("tbody tr").toHaveCount(1);
    await contains("input[type=search]").edit("nobody", { confirm: false });
    expect(".o_reliability_edi_empty").toHaveText("No partner or type matches the search.");
    await contains("input[type=search]").edit("", { confirm: false });
    await contains("button:contains(To fix)").click();
    expect(queryAllTexts("tbody th span:first-child")).toEqual(["ACME"]);
});

test("earlier weeks are shown, and none after today", async () => {
    const calls = await openCalendar();
    expect("button[aria-label=Later]").toHaveAttribute("disabled");
    await contains("button[aria-label=Earlier]").click();
    await animationFrame();
    expect(calls.at(-1)).toEqual(["read_calendar", "2026-10-31"]);
});

test("it says why it is empty, and that it does not know", async () => {
    await openCalendar({ rows: [], warning: "Documents since 14:02 are not known." });
    expect(".o_reliability_edi_empty h2").toHaveText("No documents in these four weeks");
    expect("[role=status]").toHaveText("Documents since 14:02 are not known.");
    expect("table").toHaveCount(0);
});
