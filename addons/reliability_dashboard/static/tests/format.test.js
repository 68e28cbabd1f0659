import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";
import { formatPrecisely, formatSeconds, formatShare } from "@reliability_dashboard/core/format";

describe.current.tags("headless");

test("a duration is rounded as people write it", async () => {
    await makeMockEnv();
    const texts = [0.04, 0.83, 12.4, 100, 3600, 7800, 200000].map(formatSeconds);
    expect(texts).toEqual(["0.04 s", "0.8 s", "12 s", "2 min", "1 h", "2 h 10 min", "55 h"]);
    expect(formatSeconds(null)).toBe("–");
    expect(formatPrecisely(0.1234)).toBe("0.123 s");
});

test("a share is never rounded up to 100%", async () => {
    await makeMockEnv();
    const shares = [0, 0.0004, 0.004, 0.25, 0.99997, 1].map(formatShare);
    expect(shares).toEqual(["0%", "<0.1%", "0.4%", "25%", "99.99%", "100%"]);
    expect(formatShare(null)).toBe("–");
});
