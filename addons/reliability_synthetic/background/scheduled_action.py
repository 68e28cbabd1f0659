"""The signal that is a run of a scheduled action of ours, which Odoo is asked for."""

from .signal import Signal, register_signal


@register_signal("scheduled_action")
class ScheduledActionSignal(Signal):
    def explain(self, signal):
        action = signal._scheduled_action()
        if not action:
            return {"reason": "deleted"}
        if not action.active:
            return {"reason": "archived", "action": action.name}
        overdue = action.search_count([("nextcall", "<", signal.sent_at)])
        return {"reason": "waiting", "overdue": overdue} | super().explain(signal)
