"""What differs between pipelines and servers, as alerts."""

# Alerts are apart from what charts and timelines show.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, fields, models

from odoo.addons.reliability.api import (
    DEGRADED,
    INFORMATION,
    Alert,
    AlertText,
    formatting,
    is_neutralized,
)

PROVIDER = "change"
UNREPORTED, OLD_CODE, PARTIAL = "unreported", "old_code", "partial"
NOT_UPGRADED, PIPELINE_FAILED = "not_upgraded", "pipeline_failed"
DATABASES_BEHIND = "databases_behind"
_SERVICE = "platform"


class ReliabilityHealthProvider(models.AbstractModel):
    _inherit = "reliability.health.provider"

    @api.model
    def _alerts(self):
        return [*super()._alerts(), *self._deployment_alerts()]

    @api.model
    def _deployment_alerts(self):
        """Yield alerts about deployments; a neutralized copy needs none."""
        if is_neutralized(self.env):
            return
        deployments = self.env["reliability.deployment"]
        if not deployments.search_count([], limit=1):
            return
        now = fields.Datetime.now()
        for one in deployments._unreported(now):
            yield alert_of(UNREPORTED, one, one.begin, INFORMATION)
        last, hosts = deployments._not_running(now)
        if hosts:
            yield alert_of(OLD_CODE, last, last.reported_end, hosts=hosts)
        newest = deployments._newest_seen()
        partial = newest._if_partial()
        if partial and (hosts := partial._names_behind()):
            yield alert_of(PARTIAL, partial, partial.end, hosts=hosts)
        if partial.not_upgraded:
            yield alert_of(NOT_UPGRADED, partial, partial.end)
        if count := partial._number_of_databases_behind():
            yield alert_of(DATABASES_BEHIND, partial, partial.end, databases=count)
        if failed := newest._if_failed_but_running():
            yield alert_of(PIPELINE_FAILED, failed, failed.reported_end)

    @api.model
    def _describe_alert(self, alert):
        describe = _DESCRIBED.get(alert.cause)
        if alert.provider != PROVIDER or not describe:
            return super()._describe_alert(alert)
        return self._describe_deployment(alert, describe)

    @api.model
    def _describe_deployment(self, alert, describe):
        """Return an alert as its reader sees it, with its deployment.

        :param describe: a function of the deployment and the values of the alert
        """
        deployments = self.env["reliability.deployment"]
        found = deployments.sudo().browse(alert.values["deployment"]).exists()
        if not found:
            return AlertText(alert.cause)
        can_read = deployments.has_access("read")
        action = can_read and found.sudo(False).get_formview_action()
        return AlertText(
            describe(found, alert.values), self.env._("Open Deployment"), action
        )

    @api.model
    def _can_act_on(self, alert):
        if alert.provider != PROVIDER or alert.cause not in _DESCRIBED:
            return super()._can_act_on(alert)
        return self.env.user.has_group("reliability.group_admin")


def alert_of(cause, deployment, since, severity=DEGRADED, is_shared=False, **values):
    """Return the alert of one deployment."""
    return Alert(
        PROVIDER,
        cause,
        _SERVICE,
        severity,
        1,
        since,
        since,
        subject=str(deployment.id),
        values={"deployment": deployment.id, **values},
        is_shared=is_shared,
    )


def _describe_unreported(deployment, _values):
    env = deployment.env
    values = {
        "name": deployment.name,
        "time": formatting.moment(env, deployment.begin),
        "user": deployment.user_id.name,
    }
    if values["user"]:
        return env._(
            "%(name)s was changed in Apps by %(user)s at %(time)s: let the pipeline"
            " deploy it, too",
            **values,
        )
    return env._(
        "%(name)s was deployed at %(time)s without a pipeline: find out by whom, and"
        " let the pipeline deploy it, too",
        **values,
    )


def _describe_old_code(deployment, values):
    env, hosts = deployment.env, values["hosts"]
    values = {
        "name": deployment._pipeline_name(),
        "time": formatting.moment(env, deployment.reported_end),
        "hosts": ", ".join(hosts),
    }
    return formatting.counted(
        len(hosts),
        env._(
            "The pipeline of %(name)s ended at %(time)s, and host %(hosts)s still runs"
            " the old code: restart it",
            **values,
        ),
        env._(
            "The pipeline of %(name)s ended at %(time)s, and hosts %(hosts)s still run"
            " the old code: restart them",
            **values,
        ),
    )


def _describe_partial(deployment, values):
    env, hosts = deployment.env, values["hosts"]
    values = {"name": deployment.name, "hosts": ", ".join(hosts)}
    return formatting.counted(
        len(hosts),
        env._(
            "Host %(hosts)s still runs what ran before %(name)s: restart it", **values
        ),
        env._(
            "Hosts %(hosts)s still run what ran before %(name)s: restart them",
            **values,
        ),
    )


def _describe_not_upgraded(deployment, _values):
    return deployment.env._(
        "Upgrade these modules, whose code is newer than the database since %(name)s:"
        " %(modules)s",
        name=deployment.name,
        modules=deployment.not_upgraded,
    )


def _describe_databases_behind(deployment, values):
    """Return it without their names, which are for administrators."""
    env, count = deployment.env, values["databases"]
    values = {"name": deployment.name, "count": count}
    return formatting.counted(
        count,
        env._("%(name)s is not done in 1 database of the server: upgrade it", **values),
        env._(
            "%(name)s is not done in %(count)s databases of the server: upgrade them",
            **values,
        ),
    )


def _describe_pipeline_failed(deployment, _values):
    env = deployment.env
    return env._(
        "The pipeline of %(name)s failed at %(time)s, and servers run its code: deploy"
        " it again, or roll it back",
        name=deployment._pipeline_name(),
        time=formatting.moment(env, deployment.reported_end),
    )


_DESCRIBED = {
    UNREPORTED: _describe_unreported,
    OLD_CODE: _describe_old_code,
    PARTIAL: _describe_partial,
    NOT_UPGRADED: _describe_not_upgraded,
    DATABASES_BEHIND: _describe_databases_behind,
    PIPELINE_FAILED: _describe_pipeline_failed,
}
"""Cause → function of a deployment and the values of its alert."""
