"""How KEDA and Kubernetes' HorizontalPodAutoscaler scale by a ScaledObject.

After k8s.io/kubernetes/pkg/controller/podautoscaler, for external metrics of type
AverageValue, and KEDA's fallback.
"""

import math

import yaml

from setup import paths

FILE = paths.ROOT / "deploy" / "kubernetes" / "base" / "scaling.yaml"
TOLERANCE = 0.1
SYNC = 15
"""Seconds between two decisions."""


class Autoscaler:
    """Decides about the pods of one Deployment.

    :param name: of its ScaledObject in scaling.yaml
    """

    def __init__(self, name):
        objects = yaml.safe_load_all(FILE.read_text())
        spec = next(one for one in objects if one["metadata"]["name"] == name)["spec"]
        self.minimum, self.maximum = spec["minReplicaCount"], spec["maxReplicaCount"]
        self.thresholds = [
            float(trigger["metadata"]["threshold"]) for trigger in spec["triggers"]
        ]
        self._fallback = spec["fallback"]
        self._polling = spec["pollingInterval"]
        options = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        self._up, self._down = options["scaleUp"], options["scaleDown"]
        self._recommended = []
        self._changes = []
        self._lost_since = {}

    def decide(self, now, pods, values):
        """Return how many pods there are from now on.

        :param now: in seconds, at each multiple of :data:`SYNC`
        :param values: of the triggers; ``None`` where the query returns nothing
        """
        known = [
            self._known(now, pods, trigger, value)
            for trigger, value in enumerate(values)
        ]
        wanted = [
            self._wanted(pods, threshold, value)
            for threshold, value in zip(self.thresholds, known, strict=True)
            if value is not None
        ]
        desired = max(wanted, default=pods)
        if None in known:
            desired = max(desired, pods)
        desired = min(max(desired, self.minimum), self.maximum)
        desired = self._limited(now, pods, self._stabilized(now, pods, desired))
        self._changes.append((now, desired - pods))
        return desired

    def _known(self, now, pods, trigger, value):
        """Return a value, or that of the fallback once it has been lost for long."""
        if value is not None:
            self._lost_since.pop(trigger, None)
            return value
        since = self._lost_since.setdefault(trigger, now)
        if now - since < self._fallback["failureThreshold"] * self._polling:
            return None
        assert self._fallback["behavior"] == "currentReplicasIfHigher"
        return self.thresholds[trigger] * max(pods, self._fallback["replicas"])

    @staticmethod
    def _wanted(pods, threshold, value):
        if abs(value / (threshold * pods) - 1) <= TOLERANCE:
            return pods
        return math.ceil(value / threshold)

    def _stabilized(self, now, pods, desired):
        """The least that was wanted in the window of up, the most in that of down."""
        self._recommended.append((now, desired))
        up = min(self._within(now, self._up["stabilizationWindowSeconds"]))
        down = max(self._within(now, self._down["stabilizationWindowSeconds"]))
        return min(max(pods, up), down)

    def _within(self, now, seconds):
        return [count for at, count in self._recommended if at >= now - seconds]

    def _limited(self, now, pods, desired):
        """No more pods are added or taken away than the policies allow."""
        up, down = self._up["policies"][0], self._down["policies"][0]
        added = self._changed(now, up["periodSeconds"], 1)
        removed = self._changed(now, down["periodSeconds"], -1)
        highest = max(pods, pods - added + up["value"])
        lowest = min(pods, pods + removed - down["value"])
        return min(max(desired, lowest), highest)

    def _changed(self, now, seconds, sign):
        recent = (count for at, count in self._changes if at > now - seconds)
        return sum(max(0, sign * count) for count in recent)
