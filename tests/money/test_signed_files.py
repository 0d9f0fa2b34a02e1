"""Files are signed with the user's certificate, once for what they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from money_projects import creates, statuses
from PIL import Image

from assetgen.errors import ManifestError, UsageError
from assetgen.images.provenance import Origin, mark_of
from assetgen.images.sealing import KEY, Seals
from assetgen.images.telling import told
from assetgen.testing.kie import Fate

c2pa = pytest.importorskip("c2pa", reason="needs the extra `c2pa`")
x509 = pytest.importorskip("cryptography.x509")

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import (  # noqa: E402
    ec,
    ed25519,
    rsa,
)

from assetgen.digest import digest_bytes  # noqa: E402
from assetgen.steps import Certificate  # noqa: E402

if TYPE_CHECKING:
    from pathlib import Path

    from money_projects import Shop

PEM = serialization.Encoding.PEM
TYPES = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
TYPES["avif"] = "image/avif"


def named(word: str) -> object:
    oids = x509.oid.NameOID
    parts = [(oids.ORGANIZATION_NAME, "Tests"), (oids.COMMON_NAME, word)]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def usage(*, signs_others: bool) -> object:
    words = ("content_commitment", "key_encipherment", "data_encipherment")
    words += ("key_agreement", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(
        digital_signature=not signs_others,
        key_cert_sign=signs_others,
        **dict.fromkeys(words, False),
    )


def pair(key: object = None, *, days: int = 20) -> tuple[bytes, bytes]:
    """Return a certificate chain and its private key, both in PEM."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    root = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    chain = b""
    for mine, word, is_root in ((key, "leaf", False), (root, "root", True)):
        made = (
            x509.CertificateBuilder()
            .subject_name(named(word))
            .issuer_name(named("root"))
            .public_key(mine.public_key())
            .serial_number(1 + is_root)
            .not_valid_before(now - timedelta(days=40))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_root, None), critical=True)
            .add_extension(usage(signs_others=is_root), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(mine.public_key()),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()),
                critical=False,
            )
        )
        if not is_root:
            uses = x509.ExtendedKeyUsage(
                [x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION]
            )
            made = made.add_extension(uses, critical=False)
        chain += made.sign(root, hashes.SHA256()).public_bytes(PEM)
    secret = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return chain, secret


def certificate(folder: Path, chain: bytes) -> Certificate:
    path = folder / "chain.pem"
    path.write_bytes(chain)
    return Certificate(path, digest_bytes(chain))


@pytest.fixture
def signing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return a shop with a certificate, whose key is where a user has it."""
    chain, key = pair()
    shop.root.mkdir(parents=True)
    (shop.root / "chain.pem").write_bytes(chain)
    secret = shop.root.parent / "secret.pem"
    secret.write_bytes(key)
    monkeypatch.setenv(KEY, str(secret))
    return shop


def coin(shop: Shop, more: str = "", prompt: str = "A coin") -> Shop:
    return shop.write_text(
        "version: 1\n"
        "defaults: {provider: kie, model: nano-banana-pro,"
        " provenance: {certificate: ./chain.pem}}\n"
        f"assets:\n  coin: {{prompt: {prompt}, "
        f"variants: [{{width: 16, formats: [png, webp, jpg, avif, ico]}}]{more}}}\n"
    )


def files(shop: Shop) -> dict[str, bytes]:
    folder = shop.root / "output"
    return {path: (folder / path).read_bytes() for path in shop.published()}


def test_every_file_of_a_bought_picture_is_signed(signing: Shop) -> None:
    assert coin(signing).build().exit_code == 0

    for path, data in files(signing).items():
        form = path.rpartition(".")[2]
        assert told(data).c2pa is (form in TYPES), path
        assert "Iptc4xmpExt:AISystemUsed" in told(data).properties
        if form not in TYPES:
            continue
        read = json.loads(c2pa.Reader(TYPES[form], BytesIO(data)).json())
        assert read["validation_state"] == "Valid", path
        (manifest,) = read["manifests"].values()
        assert "thumbnail" not in manifest
        (action,) = (
            action
            for one in manifest["assertions"]
            if one["label"].startswith("c2pa.actions")
            for action in one["data"]["actions"]
        )
        assert action["action"] == "c2pa.created"
        assert action["digitalSourceType"].endswith("/trainedAlgorithmicMedia")


def test_the_pictures_in_an_icon_are_marked_and_not_signed(signing: Shop) -> None:
    text = coin(signing).root.joinpath("assets.yaml").read_text()
    head, _, _ = text.partition("variants:")
    signing.server.on("create", Fate(size=(10_000, 10_000)))
    signing.write_text(f"{head}variants: [favicon]}}\n")

    assert signing.build().exit_code == 0

    (icon,) = (data for path, data in files(signing).items() if path.endswith(".ico"))
    assert "Iptc4xmpExt:AISystemUsed" in told(icon).properties
    assert b"c2pa" not in icon


def test_what_is_signed_stays_until_it_changes(signing: Shop) -> None:
    coin(signing).build()
    before = files(signing)

    assert statuses(signing.build()) == {"coin": "reused"}
    (signing.root / "output" / "coin-16w.png").unlink()
    signing.build()

    assert files(signing) == before  # from the shelf: signed anew, it would differ
    assert creates(signing) == 1


def test_another_certificate_signs_anew_and_buys_nothing(
    signing: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    coin(signing).build()
    before = files(signing)
    chain, key = pair()
    (signing.root / "chain.pem").write_bytes(chain)
    monkeypatch.setenv(KEY, key.decode())

    report = signing.build()

    assert (report.exit_code, creates(signing)) == (0, 1)
    changed = {path for path, data in files(signing).items() if data != before[path]}
    assert changed == set(before) - {"coin-16w.ico", "coin-16w.ico.xmp"}


def test_a_key_that_is_not_here_is_found_before_the_first_purchase(
    signing: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY)

    with pytest.raises(UsageError, match="no private key to sign with"):
        coin(signing).build()

    assert creates(signing) == 0


def test_nobody_needs_the_key_where_nothing_is_made(
    signing: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    coin(signing).build()
    monkeypatch.delenv(KEY)

    assert statuses(signing.build()) == {"coin": "reused"}
    assert statuses(signing.build(frozen=True)) == {"coin": "reused"}


def test_nobody_needs_the_key_to_write_what_is_not_signed(
    signing: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when files are already there, and only what stands beside them is missing."""
    coin(signing).build()
    before = files(signing)
    (signing.root / "output" / "coin-16w.ico.xmp").unlink()
    monkeypatch.delenv(KEY)

    assert signing.build().exit_code == 0

    assert files(signing) == before


def test_drafts_are_not_signed(signing: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)

    assert coin(signing).build(draft=True).exit_code == 0

    assert not any(told(data).c2pa for data in files(signing).values())


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("none.pem", None, "cannot read `./none.pem`"),
        ("key.pem", "-----BEGIN PRIVATE KEY-----\n", "holds a private key"),
        ("text.pem", "hello", "is no certificate in PEM"),
    ],
)
def test_what_is_no_certificate_is_a_mistake_with_its_place(
    shop: Shop, name: str, text: str | None, why: str
) -> None:
    shop.root.mkdir(parents=True)
    if text is not None:
        (shop.root / name).write_text(text)
    coin(shop)
    manifest = (shop.root / "assets.yaml").read_text().replace("chain.pem", name)
    shop.write_text(manifest)

    with pytest.raises(ManifestError, match=why) as caught:
        _ = shop.open().manifest

    assert "assets.yaml:2:" in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["es256", "es384", "ed25519", "ps256"],
)
def test_every_kind_of_key_signs(tmp_path: Path, key: object) -> None:
    chain, secret = pair(key)
    seals = Seals({KEY: secret.decode()})
    mark = mark_of(Origin("p", "m", "x"), draft=False, words=False)
    assert mark is not None
    out = BytesIO()
    Image.linear_gradient("L").save(out, "PNG")

    signed = seals.of(certificate(tmp_path, chain))(out.getvalue(), mark)

    read = json.loads(c2pa.Reader("image/png", BytesIO(signed)).json())
    assert read["validation_state"] == "Valid"
    assert Image.open(BytesIO(signed)).tobytes() == Image.open(out).tobytes()


def test_what_cannot_sign_is_said_in_words(tmp_path: Path) -> None:
    (chain, key), (other, _) = pair(), pair()
    old, old_key = pair(days=-1)
    cases = [
        (chain, {}, "no private key"),
        (chain, {KEY: str(tmp_path / "nowhere")}, "cannot read the private key"),
        (chain, {KEY: "-----BEGIN nonsense"}, "no PEM that can be read"),
        (other, {KEY: key.decode()}, "is not that of `chain.pem`"),
        (old, {KEY: old_key.decode()}, "is valid until"),
    ]
    for pem, environment, why in cases:
        with pytest.raises(UsageError, match=why):
            Seals(environment).of(certificate(tmp_path, pem))
    stale = Certificate(certificate(tmp_path, chain).path, "0" * 64)
    with pytest.raises(UsageError, match="changed while the build ran"):
        Seals({KEY: key.decode()}).of(stale)


def test_the_key_is_in_no_representation(tmp_path: Path) -> None:
    chain, key = pair()
    seal = Seals({KEY: key.decode()}).of(certificate(tmp_path, chain))

    assert "PRIVATE" not in repr(seal)
