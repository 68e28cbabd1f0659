"""Prometheus understands the query of each panel."""

import json

import panels
import promtool


def test_each_query_is_promql(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": query.expression}
        for number, query in enumerate(panels.queries())
    ]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(rules)} rules found" in promtool.check(file)
