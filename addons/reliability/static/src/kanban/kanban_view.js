import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** Odoo leaves a kanban blank that is grouped by a record and has none: say why it is empty. */
export class ReliabilityKanbanRenderer extends KanbanRenderer {
    get showNoContentHelper() {
        const { isGrouped, groups } = this.props.list;
        return super.showNoContentHelper || (isGrouped && !groups.length);
    }
}

registry.category("views").add("reliability_kanban", {
    ...kanbanView,
    Renderer: ReliabilityKanbanRenderer,
});
