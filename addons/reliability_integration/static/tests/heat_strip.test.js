import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

class System extends models.Model {
    _name = "system";

    today = fields.Json();
    _records = [];
}
defineModels([System]);

/** Mount the strip of a day that began at midnight; the time is 12:05. */
async function mountStrip(quarters, options = "{}") {
    mockTimeZone(0);
    System._records = [
        {
            id: 1,
            today: { begin: "2026-03-02 00:00:00", now: "2026-03-02 12:05:00", quarters },
        },
    ];
    await mountView({
        type: "form",
        resModel: "system",
        resId: 1,
        arch: `<form>
            <field name="today" widget="reliability_heat_strip" options="${options}" />
        </form>`,
    });
}

const STRIP = ".o_reliability_heat_strip";

test("the title of each quarter of an hour has its number of failures", async () => {
    await mountStrip([[38, 10, 3]]);
    expect(`${STRIP} span`).toHaveCount(96);
    expect(`${STRIP} span:nth-child(39)`).toHaveAttribute("title", "09:30: 3 of 10 failed");
    expect(`${STRIP} span[title]`).toHaveCount(1);
});

test("a larger share of failures has a taller bar, so that colour is not needed", async () => {
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

test("future quarters do not look like quarters without attempts", async () => {
    await mountStrip([[0, 1, 0]]);
    expect(`${STRIP} .o_reliability_heat_later`).toHaveCount(96 - 49);
    expect(`${STRIP} .o_reliability_heat_none`).toHaveCount(48);
});

test("screen readers get a sentence", async () => {
    await mountStrip([
        [4, 5, 0],
        [38, 10, 3],
    ]);
    expect(STRIP).toHaveAttribute("role", "img");
    expect(STRIP).toHaveAttribute("aria-label", "3 of 15 attempts failed today, last at 09:30");
});

test("a day without failures says so", async () => {
    await mountStrip([[4, 5, 0]]);
    expect(STRIP).toHaveAttribute("aria-label", "5 attempts today, none failed");
});

test("a day without attempts says so", async () => {
    await mountStrip([]);
    expect(STRIP).toHaveAttribute("aria-label", "No attempts today");
});

test("the large strip also shows the sentence and the hours", async () => {
    await mountStrip([[4, 5, 0]], "{'hours': True}");
    expect(".o_reliability_heat_hours").toHaveText("00:00\n06:00\n12:00\n18:00");
    expect(".o_reliability_heat_summary").toHaveText("5 attempts today, none failed");
});
