"""The folder: what is read of it, what is refused, and when it is read again."""

import os
import shutil

import pytest
from reliability_slo.files import folder
from reliability_slo.files.folder import MAX_BYTES, fingerprint, read_folder
from reliability_slo.files.writing import write
from reliability_slo.objective import Objective


def objective(code, goal_ppm=999_500):
    return Objective(code, code.title(), "order_processing", goal_ppm)


def problems(path):
    """Return the problems: the name of the file, and the code."""
    found = read_folder(str(path)).problems
    for one in found:
        assert str(one)
    return [(one.origin.file, one.code) for one in found]


@pytest.fixture
def path(tmp_path):
    """A folder with one objective."""
    (tmp_path / "b.yaml").write_text(write([objective("orders")]))
    return tmp_path


class TestWhatIsRead:
    def test_all_files_in_the_order_of_their_names(self, path):
        (path / "a.yml").write_text(write([objective("parcels")]))
        found = read_folder(str(path)).objectives
        assert [one.code for one in found] == ["parcels", "orders"]

    def test_not_hidden_ones_nor_those_with_another_ending(self, path):
        for name in (".b.yaml", "README.md", "b.yaml.bak", "b.yaml~"):
            (path / name).write_text("{")
        (path / "below").mkdir()
        (path / "below" / "c.yaml").write_text("{")
        assert problems(path) == []

    def test_links_as_in_a_configmap_of_kubernetes(self, tmp_path):
        data = tmp_path / "..2026_11_29"
        data.mkdir()
        (data / "orders.yaml").write_text(write([objective("orders")]))
        (tmp_path / "..data").symlink_to(data.name)
        (tmp_path / "orders.yaml").symlink_to("..data/orders.yaml")
        assert problems(tmp_path) == []
        assert len(read_folder(str(tmp_path)).objectives) == 1

    def test_an_empty_folder(self, tmp_path):
        assert read_folder(str(tmp_path)) == ((), (), (), (), (), {}, {})

    def test_a_file_with_a_byte_order_mark(self, path):
        text = "\ufeff" + write([objective("orders")])
        (path / "b.yaml").write_text(text)
        assert problems(path) == []

    def test_indicators_of_other_files(self, path):
        text = (path / "b.yaml").read_text()
        (path / "c.yaml").write_text(
            "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: shared}\nspec:\n"
            "  thresholdMetric: {metricSource: {type: Odoo, spec: {gauge: late}}}\n"
        )
        begin, end = text.index("  indicator:"), text.index("  timeWindow:")
        text = text[:begin] + "  indicatorRef: shared\n" + text[end:]
        text = text.replace(
            "- targetPercent", "- op: gte\n    value: 1\n    targetPercent"
        )
        (path / "b.yaml").write_text(text)
        assert problems(path) == []
        assert read_folder(str(path)).objectives[0].gauge == "late"


class TestWhatIsRefused:
    def test_a_name_in_two_files(self, path):
        shutil.copy(path / "b.yaml", path / "c.yaml")
        (problem,) = read_folder(str(path)).problems
        assert problem.code == "duplicate"
        assert str(problem).startswith("c.yaml, document 1, line ")
        assert "first in document 1 of b.yaml" in str(problem)

    def test_one_wrong_file_is_a_problem_of_all(self, path):
        (path / "c.yaml").write_text("{")
        assert problems(path) == [("c.yaml", "syntax")]
        assert read_folder(str(path)).objectives == ()

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\x89PNG\r\n\x1a\n\xff", "no_text"),
            (b"name: M\xfcller", "no_text"),
            (b"a: \x00", "syntax"),
            (b"#" * (MAX_BYTES + 1), "too_large"),
        ],
    )
    def test_a_file_that_is_no_text_or_too_large(self, path, data, code):
        (path / "c.yaml").write_bytes(data)
        assert problems(path) == [("c.yaml", code)]

    def test_a_pipe_without_waiting_for_it(self, path):
        os.mkfifo(path / "c.yaml")
        assert problems(path) == [("c.yaml", "no_file")]

    def test_a_folder_and_a_device_with_the_name_of_a_file(self, path):
        (path / "c.yaml").mkdir()
        (path / "d.yaml").symlink_to("/dev/zero")
        assert problems(path) == [("c.yaml", "no_file"), ("d.yaml", "no_file")]

    def test_a_link_to_nothing_or_to_itself(self, path):
        (path / "c.yaml").symlink_to("gone.yaml")
        (path / "d.yaml").symlink_to("d.yaml")
        assert problems(path) == [("c.yaml", "unreadable"), ("d.yaml", "unreadable")]

    def test_a_folder_that_is_missing_or_a_file(self, path):
        assert problems(path / "gone") == [("", "folder")]
        assert problems(path / "b.yaml") == [("", "folder")]
        (problem,) = read_folder(str(path / "gone")).problems
        assert "reliability_objectives in odoo.conf" in str(problem)

    def test_too_many_files(self, path):
        for number in range(folder.MAX_FILES):
            (path / f"{number}.yaml").touch()
        assert problems(path) == [("", "too_many_files")]

    def test_a_name_that_is_no_text(self, path):
        with open(os.fsencode(path) + b"/\xff.yaml", "w") as stream:
            stream.write("{")
        assert problems(path) == [("\ufffd.yaml", "syntax")]


class TestTheFingerprint:
    def test_is_another_one_after_any_change(self, path):
        seen = {fingerprint(str(path))}
        text = (path / "b.yaml").read_text().replace("99.95", "99.96")
        (path / "new").write_text(text)
        for change in (
            lambda: (path / "new").rename(path / "b.yaml"),
            lambda: (path / "b.yaml").rename(path / "c.yaml"),
            lambda: (path / "a.yaml").touch(),
            lambda: (path / "a.yaml").write_text("{"),
            lambda: (path / "c.yaml").unlink(),
            lambda: shutil.rmtree(path),
        ):
            change()
            now = fingerprint(str(path))
            assert now not in seen
            seen.add(now)

    def test_is_the_same_on_another_host(self, path, tmp_path_factory):
        """There, files have other times and other inodes."""
        other = tmp_path_factory.mktemp("other")
        (other / "b.yaml").write_text((path / "b.yaml").read_text())
        os.utime(other / "b.yaml", (0, 0))
        assert fingerprint(str(other)) == fingerprint(str(path))

    def test_does_not_change_with_what_is_not_read(self, path):
        before = fingerprint(str(path))
        (path / "README.md").touch()
        os.utime(path / "b.yaml", (0, 0))
        assert fingerprint(str(path)) == before

    def test_reads_no_file_again_that_was_not_changed(self, path, monkeypatch):
        before = fingerprint(str(path)), read_folder(str(path))
        monkeypatch.setattr(folder, "_data", None)
        assert (fingerprint(str(path)), read_folder(str(path))) == before

    def test_a_new_text_of_the_same_length_is_read(self, path):
        assert read_folder(str(path)).objectives == (objective("orders"),)
        text = (path / "b.yaml").read_text().replace("99.95", "99.94")
        (path / "new").write_text(text)
        (path / "new").rename(path / "b.yaml")
        assert read_folder(str(path)).objectives == (objective("orders", 999_400),)
