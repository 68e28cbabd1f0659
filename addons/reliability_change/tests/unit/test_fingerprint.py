"""What runs has a fingerprint, and two of them say what was deployed."""

import json
import subprocess
from importlib.metadata import distributions

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reliability_change.fingerprint import (
    UNKNOWN,
    Fingerprint,
    code_of,
    difference,
    take_fingerprint,
)
from reliability_change.git_revision import git_revision
from reliability_change.python_packages import python_packages

ONE = Fingerprint(
    {"sale": "19.0.1.0", "stock": "19.0.1.1"}, {"/addons": "a" * 40}, {}, {}
)


def git(folder, *arguments):
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    (folder / "addons").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=One")
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Two")
    return folder


class TestRevision:
    """The commit of a folder is that of Git, which is not run."""

    def test_of_a_branch(self, checkout):
        assert git_revision(checkout) == git(checkout, "rev-parse", "HEAD")

    def test_of_a_folder_in_it(self, checkout):
        expected = git(checkout, "rev-parse", "HEAD")
        assert git_revision(checkout / "addons") == expected

    def test_of_a_commit_without_branch(self, checkout):
        git(checkout, "checkout", "--quiet", "--detach", "HEAD~")
        assert git_revision(checkout) == git(checkout, "rev-parse", "HEAD")

    def test_of_packed_references(self, checkout):
        git(checkout, "tag", "-a", "v1", "--message=One")
        git(checkout, "pack-refs", "--all")
        assert not (checkout / ".git/refs/heads/main").exists()
        assert git_revision(checkout) == git(checkout, "rev-parse", "HEAD")

    def test_a_newer_reference_than_the_packed_one_counts(self, checkout):
        git(checkout, "pack-refs", "--all")
        git(checkout, "commit", "--quiet", "--allow-empty", "--message=Three")
        assert git_revision(checkout) == git(checkout, "rev-parse", "HEAD")

    @pytest.mark.parametrize("pack", [False, True])
    def test_of_a_worktree(self, checkout, tmp_path, pack):
        other = tmp_path / "other"
        git(
            checkout, "worktree", "add", "--quiet", "-b", "fix/one", str(other), "HEAD~"
        )
        if pack:
            git(checkout, "pack-refs", "--all")
        assert git_revision(other) == git(checkout, "rev-parse", "HEAD~")

    def test_of_a_folder_that_is_linked(self, checkout, tmp_path):
        link = tmp_path / "link"
        link.symlink_to(checkout / "addons")
        assert git_revision(link) == git(checkout, "rev-parse", "HEAD")

    def test_without_a_commit(self, tmp_path):
        git(tmp_path, "init", "--quiet")
        assert git_revision(tmp_path) is None

    @pytest.mark.parametrize(
        "head",
        [
            "",
            "ref: refs/heads/.invalid",
            "ref: ../../secret",
            "ref: refs/../../secret",
            "ref: refs/heads/loop",
            "abc",
        ],
    )
    def test_of_a_reference_that_is_none(self, checkout, head):
        (checkout / ".git/refs/heads/loop").write_text("ref: refs/heads/loop")
        (checkout / ".git/HEAD").write_text(head)
        assert git_revision(checkout) is None

    def test_of_what_is_not_text(self, checkout):
        (checkout / ".git/HEAD").write_bytes(b"\xff\xfe")
        assert git_revision(checkout) is None

    def test_of_a_folder_that_does_not_exist(self, tmp_path):
        assert git_revision(tmp_path / "gone") is None


class TestPackages:
    """The names of folders tell packages and versions."""

    def test_as_importlib_has_them(self):
        expected = {}
        for one in distributions():
            if one.metadata["Name"]:
                expected.setdefault(one.metadata["Name"], one.version)
        found = python_packages()
        assert len(found) > 20
        assert found["pytest"] == expected["pytest"]
        assert set(found.values()) >= {expected["hypothesis"], expected["ruff"]}

    @pytest.mark.parametrize(
        ("folder", "name", "version"),
        [
            ("prometheus_client-0.26.0.dist-info", "prometheus-client", "0.26.0"),
            ("PyJWT-2.6.0.egg-info", "pyjwt", "2.6.0"),
            ("lazr.restfulclient-0.14.5.egg-info", "lazr-restfulclient", "0.14.5"),
            ("psycopg2-2.9.5-py3.11.egg-info", "psycopg2", "2.9.5"),
            ("torch-2.1.0+cpu.dist-info", "torch", "2.1.0+cpu"),
        ],
    )
    def test_from_the_name_of_a_folder(self, tmp_path, folder, name, version):
        (tmp_path / folder).mkdir()
        assert python_packages([str(tmp_path)]) == {name: version}

    def test_installed_for_development_from_its_metadata(self, tmp_path):
        (tmp_path / "mine.egg-info").mkdir()
        (tmp_path / "mine.egg-info/PKG-INFO").write_text("Name: mine\nVersion: 1.2\n")
        assert python_packages([str(tmp_path)]) == {"mine": "1.2"}

    def test_what_comes_first_on_the_path_is_what_runs(self, tmp_path):
        for folder, version in (("one", "1"), ("two", "2")):
            (tmp_path / folder / f"same-{version}.dist-info").mkdir(parents=True)
        path = [str(tmp_path / "one"), str(tmp_path / "two")]
        assert python_packages(path) == {"same": "1"}

    def test_what_is_no_folder_has_none(self, tmp_path):
        (tmp_path / "archive.zip").touch()
        path = [str(tmp_path / "archive.zip"), str(tmp_path / "gone")]
        assert python_packages(path) == {}


class TestFingerprint:
    def test_is_the_same_in_any_order(self):
        other = ONE._replace(modules=dict(reversed(ONE.modules.items())))
        assert list(other.modules) != list(ONE.modules)
        assert (other.dumps(), other.digest) == (ONE.dumps(), ONE.digest)

    def test_is_a_sha256(self):
        assert len(ONE.digest) == 64

    def test_of_an_older_version_lacks_what_is_new(self):
        content = json.loads(ONE.dumps())
        del content["settings"]
        assert Fingerprint.loads(json.dumps(content)) == ONE

    def test_an_image_takes_the_place_of_folders(self, checkout):
        folders = [str(checkout)]
        found = take_fingerprint({}, folders, {}, image="sha256:ab", packages={})
        assert found.code == {"image": "sha256:ab"}
        found = take_fingerprint({}, folders, {}, packages={})
        assert found.code == {str(checkout): git(checkout, "rev-parse", "HEAD")}

    def test_has_the_packages_of_this_process(self):
        assert "pytest" in take_fingerprint({}, [], {}).packages

    def test_code_in_no_checkout_is_unknown(self, tmp_path):
        (tmp_path / ".git").write_text("gitdir: nowhere")
        assert code_of([str(tmp_path)]) == {str(tmp_path): UNKNOWN}


class TestDifference:
    def test_says_what_was_upgraded_installed_and_uninstalled(self):
        after = ONE._replace(
            modules={"sale": "19.0.1.1", "mrp": "19.0.2.0"},
            code={"/addons": "b" * 40},
        )
        found = difference(ONE, after)
        assert found.modules.changed == {"sale": ("19.0.1.0", "19.0.1.1")}
        assert found.modules.added == {"mrp": "19.0.2.0"}
        assert found.modules.removed == {"stock": "19.0.1.1"}
        assert found.code.changed == {"/addons": ("a" * 40, "b" * 40)}
        assert found and not found.packages and not found.settings

    def test_of_the_same_is_none(self):
        assert not difference(ONE, ONE)


PART = st.dictionaries(st.text(max_size=5), st.text(max_size=3), max_size=4)
FINGERPRINTS = st.builds(Fingerprint, PART, PART, PART, PART)


@given(FINGERPRINTS)
def test_json_loses_nothing(one):
    assert Fingerprint.loads(one.dumps()) == one


@given(FINGERPRINTS, FINGERPRINTS)
def test_fingerprints_differ_if_and_only_if_what_runs_does(one, other):
    assert (one.digest == other.digest) == (one == other)
    assert bool(difference(one, other)) == (one != other)


@given(FINGERPRINTS, FINGERPRINTS)
def test_backwards_the_difference_is_the_opposite(one, other):
    for there, back in zip(difference(one, other), difference(other, one), strict=True):
        assert there.added == back.removed
        assert there.changed == {
            name: pair[::-1] for name, pair in back.changed.items()
        }
