"""Programs of npm that check files, in the versions of ``setup/javascript``."""

import shutil

from . import build_cache, commands, debian, paths
from .steps import step

SOURCE = paths.SETUP / "javascript"
FILES = (".npmrc", "check_resources.mjs", "package.json", "package-lock.json")
FOLDER = paths.RUN / "javascript"
ADVICE = (
    "check the network (npm ping) and run the same command again; a version that no "
    "longer exists is to be replaced in setup/javascript/package.json, then run: "
    "npm install --package-lock-only --prefix setup/javascript"
)


def ensure():
    """Install the packages, again when their versions have changed."""
    inputs = build_cache.fingerprint(*(SOURCE / name for name in FILES))
    is_current = build_cache.is_current("javascript", inputs)
    if is_current and (FOLDER / "node_modules").is_dir():
        return
    # Debian's npm asks for Debian's Node.js, so another one is left alone.
    if not (shutil.which("node") and shutil.which("npm")):
        debian.ensure("nodejs", "npm")
    with step("Installing ESLint, Prettier, kubectl and others of npm", ADVICE):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copy(SOURCE / name, FOLDER)
        commands.run(["npm", "ci"], paths.log("npm"), attempts=3, cwd=FOLDER)
    build_cache.mark_built("javascript", inputs)
