import { KINDS, kindOf, labelOf, textOf } from "./cells";
import { Component, markRaw, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { deserializeDate } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { normalize } from "@web/core/l10n/utils";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "reliability.edi.calendar";
const KEY = "reliability_calendar"; // in the state of a history entry, not in its address
const ROWS_AT_ONCE = 100;
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** Documents of each partner and type by day, for four weeks: what is missing, and what failed. */
export class EdiCalendar extends Component {
    static template = "reliability_edi.Calendar";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.kinds = KINDS;
        Object.assign(this, { kindOf, textOf });
        this.root = useRef("root");
        this.table = useRef("table");
        router.hideKeyFromUrl(KEY);
        const left = this.props.state || router.current[KEY] || {};
        this.state = useState({
            data: null,
            lastDay: false,
            search: "",
            isToFixOnly: false,
            limit: ROWS_AT_ONCE,
            ...left.calendar,
        });
        this.opened = left.opened || null;
        useSetupAction({ rootRef: this.root, getLocalState: () => this.localState });
        onWillStart(() => this.load());
        onMounted(() => this.restore());
    }

    /** Restored when the user returns, by the breadcrumbs or by Back of the browser. */
    get localState() {
        const { lastDay, search, isToFixOnly, limit } = this.state;
        return { calendar: { lastDay, search, isToFixOnly, limit }, opened: this.opened };
    }

    async load() {
        const data = await this.orm.call(MODEL, "read_calendar", [this.state.lastDay]);
        this.state.data = markRaw({ ...data, columns: this.columns(data) });
    }

    /** Show today, or the place that the user has left, with the focus on the cell. */
    restore() {
        const table = this.table.el;
        if (!table) {
            return;
        }
        table.scrollLeft = this.opened?.left ?? table.scrollWidth * (this.isRightToLeft ? -1 : 1);
        table.scrollTop = this.opened?.top ?? 0;
        if (this.opened) {
            const cell = table.querySelector(`[data-cell="${CSS.escape(this.opened.cell)}"]`);
            cell?.focus({ preventScroll: true });
        }
    }

    get isRightToLeft() {
        return localization.direction === "rtl";
    }

    columns({ days, today }) {
        return days.map((day) => {
            const date = deserializeDate(day);
            return {
                day,
                weekday: date.toLocaleString({ weekday: "short" }),
                number: date.toLocaleString({ day: "numeric" }),
                month: date.toLocaleString({ month: "long", year: "numeric" }),
                name: date.toLocaleString({ weekday: "long", day: "numeric", month: "long" }),
                isToday: day === today,
                isWeekend: date.isWeekend,
            };
        });
    }

    /** Consecutive days of one month, for the upper line of the header. */
    get months() {
        const months = [];
        for (const { month } of this.state.data.columns) {
            if (months.at(-1)?.name !== month) {
                months.push({ name: month, count: 0 });
            }
            months.at(-1).count++;
        }
        return months;
    }

    /** All rows that match the search. */
    get rows() {
        const wanted = normalize(this.state.search.trim());
        return this.state.data.rows.filter(
            (row) =>
                normalize(`${row.partner} ${row.type}`).includes(wanted) &&
                (!this.state.isToFixOnly || this.isToFix(row))
        );
    }

    isToFix(row) {
        return Object.values(row.cells).some((cell) => {
            const kind = kindOf(cell);
            return kind in KINDS && KINDS[kind].color !== "plain";
        });
    }

    keyOf({ stream }) {
        return Object.values(stream).join("/");
    }

    documentsOf(row) {
        return row.stream.direction === "in"
            ? _t("%(documents)s from %(partner)s", { documents: row.type, partner: row.partner })
            : _t("%(documents)s to %(partner)s", { documents: row.type, partner: row.partner });
    }

    /** The type of a row's documents, under the name of the partner. */
    typeOf(row) {
        return row.stream.direction === "in"
            ? _t("%s, received", row.type)
            : _t("%s, sent", row.type);
    }

    weekOf(row) {
        return row.week ? _t("Expected: %s", row.week) : _t("Not expected");
    }

    canOpenExpected(row) {
        return row.week || (this.state.data.can_expect && row.stream.direction === "in");
    }

    labelOf(row, day) {
        return labelOf(row.cells[day.day], this.documentsOf(row), day.name);
    }

    get isCurrent() {
        return this.state.data.days.at(-1) === this.state.data.today;
    }

    /** @param {number} weeks how many to move, negative for the past */
    move(weeks) {
        const last = deserializeDate(this.state.data.days.at(-1)).plus({ weeks });
        this.state.lastDay = last.toISODate();
        return this.load();
    }

    remember(row, day) {
        const { scrollLeft: left, scrollTop: top } = this.table.el;
        this.opened = { cell: `${this.keyOf(row)} ${day}`, left, top };
        this.props.updateActionState?.({ [KEY]: this.localState });
    }

    async open(row, day) {
        this.remember(row, day);
        const action = await this.orm.call(MODEL, "open_documents", [row.stream, day]);
        return this.action.doAction(action);
    }

    async openExpected(row) {
        this.remember(row, "expected");
        return this.action.doAction(await this.orm.call(MODEL, "open_expected", [row.stream]));
    }

    /** Arrow keys move between cells, as in a spreadsheet. */
    onKeydown(ev) {
        const step = STEPS[ev.key];
        const cell = ev.target.closest("td, th");
        if (!step || !cell || ev.altKey || ev.ctrlKey || ev.metaKey) {
            return;
        }
        const rows = [...this.table.el.querySelectorAll("tbody tr")];
        const [down, right] = this.isRightToLeft ? [step[0], -step[1]] : step;
        let row = rows.indexOf(cell.parentElement);
        let column = cell.cellIndex;
        do {
            row += down;
            column += right;
        } while (rows[row]?.cells[column] && !rows[row].cells[column].querySelector("button"));
        const button = rows[row]?.cells[column]?.querySelector("button");
        if (button) {
            ev.preventDefault();
            button.focus();
        }
    }
}

registry.category("actions").add("reliability_edi.calendar", EdiCalendar);
