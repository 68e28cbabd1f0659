"""A CA, and certificates by it: valid, expired, or for another host."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


class Authority:
    """A CA.

    :ivar path: of its certificate, in PEM
    """

    def __init__(self, folder, name="Test CA", ends=DAY * 3650):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = _signed(
            self._name, self._name, self._key, self._key, -DAY * 400, ends, is_ca=True
        )
        self.path = folder / f"{name.replace(' ', '-')}.pem"
        self.path.write_bytes(_pem(self._certificate))

    def issue(self, host="localhost", begins=-DAY, ends=DAY * 90, more=()):
        """Return the path of a certificate and its key, in one file.

        :param begins, ends: from now on
        :param more: other names of its subject, of any kind
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(
            _named(host),
            self._name,
            key,
            self._key,
            begins,
            ends,
            names=(_alternative(host), *more),
        )
        return self._write(certificate, key, host)

    def self_signed(self, host="localhost"):
        """Return one that no CA has signed, as :meth:`issue`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named(host)
        names = (_alternative(host),)
        certificate = _signed(name, name, key, key, -DAY, DAY * 90, names=names)
        return self._write(certificate, key, "self-signed")

    def _write(self, certificate, key, name):
        path = self._folder / f"{name}-{certificate.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(_pem(certificate) + private)
        return path


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _signed(subject, issuer, key, signer, begins, ends, is_ca=False, names=()):
    now = datetime.now(UTC).replace(microsecond=0)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(identifier(signer.public_key()), critical=False)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
    return builder.sign(signer, hashes.SHA256())


def _alternative(host):
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
