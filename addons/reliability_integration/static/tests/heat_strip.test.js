import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class Counterpart extends models.Model {
    _name = "counterpart";

    today = fields.Json();
    _records = [];
}
defineModels([Counterpart]);

/** The strip of a day that began at midnight, at 12:05. */
async function mountStrip(quarters, options = "{}") {
    mockTimeZone(0);
    Counterpart._records = [
        {
            id: 1,
            today: { begin: "2026-03-02 00:00:00", now: "2026-03-02 12:05:00", quarters },
        },
    ];
    await mountView({
        type: "form",
        resModel: "counterpart",
        resId: 1,
        arch: `<form>
            <field name="today" widget="reliability_heat_strip" options="${options}" />
        </form>`,
    });
}

const STRIP = ".o_reliability_heat_strip";

test("each quarter of an hour says in its title how many failed", async () => {
    await mountStrip([[38, 10, 3]]);
    expect(`${STRIP} span`).toHaveCount(96);
    expect(`${STRIP} span:nth-child(39)`).toHaveAttribute("title", "09:30: 3 of 10 failed");
    expect(`${STRIP} span[title]`).toHaveCount(1);
});

test("the more fails, the taller it is, so that nobody needs to tell colours apart", async () => {
    await mountStrip([
        [0, 4, 0],
        [1, 4, 1],
        [2, 4, 2],
    ]);
    const heights = [1, 2, 3].map(
        (at) => document.querySelector(`${STRIP} span:nth-child(${at})`).offsetHeight
    );
    expect(heights[0] < heights[1] && heights[1] < heights[2]).toBe(true);
});

test("what is still to come is not shown as quiet", async () => {
    await mountStrip([[0, 1, 0]]);
    expect(`${STRIP} .o_reliability_heat_later`).toHaveCount(96 - 49);
    expect(`${STRIP} .o_reliability_heat_none`).toHaveCount(48);
});

test("who does not see it reads a sentence", async () => {
    await mountStrip([
        [4, 5, 0],
        [38, 10, 3],
    ]);
    expect(STRIP).toHaveAttribute("role", "img");
    expect(STRIP).toHaveAttribute("aria-label", "3 of 15 tries failed today, last at 09:30");
});

test("a day without failures, and one without tries", async () => {
    await mountStrip([[4, 5, 0]]);
    expect(STRIP).toHaveAttribute("aria-label", "5 tries today, none failed");
});

test("nothing was asked", async () => {
    await mountStrip([]);
    expect(STRIP).toHaveAttribute("aria-label", "No tries today");
});

test("large, it also shows the sentence and the hours", async () => {
    await mountStrip([[4, 5, 0]], "{'hours': True}");
    expect(".o_reliability_heat_hours").toHaveText("00:00\n06:00\n12:00\n18:00");
    expect(".o_reliability_heat_summary").toHaveText("5 tries today, none failed");
});
