"""The test server as a command, and what importing it brings along."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request


def test_the_command_prints_where_it_is_and_serves_until_ctrl_c() -> None:
    """It answers while it runs, and says at the end what was bought."""
    command = [sys.executable, "-m", "assetgen.testing.kie", "--for-seconds", "60"]
    with subprocess.Popen(
        [*command, "--key", "mine"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout
        url, key = (server.stdout.readline().strip() for _ in range(2))
        request = urllib.request.Request(  # noqa: S310 our own address
            f"{url.removeprefix('KIE_BASE_URL=')}/api/v1/chat/credit",
            headers={
                "Authorization": "Bearer mine",
                "Content-Type": "application/json",
                "User-Agent": "x",
            },
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 our own address
            body = answer.read()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert (key, body) == (
        "KIE_API_KEY=mine",
        b'{"code":200,"msg":"success","data":1000}',
    )
    assert errors == "0 tasks, 0 credits, 0 refusals, 0 duplicates\n"
    assert server.returncode == 0


def test_the_command_ends_by_itself() -> None:
    command = [sys.executable, "-m", "assetgen.testing.kie", "--for-seconds", "0.01"]
    run = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert run.returncode == 0


def test_the_server_needs_neither_pytest_nor_a_client() -> None:
    program = (
        "import sys, assetgen.testing; "
        "print(sorted({'pytest', 'httpx2', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
