"""A real browser on a real server (真实浏览器): a temporary home, a loopback port, Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("KAIJIAN_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60_000  # milliseconds; two busy cores are slow to start a page

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need: pip install playwright")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    if not Path(CHROMIUM).exists():
        pytest.skip("browser tests need Chromium: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def serve(home: Path, url: str) -> Iterator[Callable[[], str]]:
    """Start the page on the home of this test; the home must be filled before."""
    running: list[subprocess.Popen[bytes]] = []
    said = home.parent / "serve.log"

    def start() -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "workbench", "serve", "--port", str(port)]
        with said.open("wb") as log:
            running.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=log, stderr=log))
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/login", timeout=2).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if running[0].poll() is not None:
                    break
                time.sleep(0.25)
            else:
                return address
        pytest.fail(said.read_text(encoding="utf-8", errors="replace"))

    yield start
    for process in running:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # a storm of key presses leaves runs that take longer to come to an end
            process.kill()
            process.wait()


@pytest.fixture
def enter(chromium: object, serve: Callable[[], str]) -> Iterator[Callable[..., object]]:
    """Open a window of one's own and sign in: by one click in a demo home, else by password."""
    address: list[str] = []
    contexts = []

    def sign_in(name: str, *, password: str | None = None) -> object:
        if not address:
            address.append(serve())
        context = chromium.new_context(
            locale="zh-CN", viewport={"width": 1360, "height": 900}, base_url=address[0], accept_downloads=True
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        if password is None:
            page.get_by_role("button", name=name).first.click()
        else:
            page.get_by_label("姓名").fill(name)
            page.get_by_label("口令").fill(password)
            page.get_by_role("button", name="登录").click()
        page.get_by_text("您好").wait_for()
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def press() -> Callable[..., None]:
    """Press a key until what it brings is there, as a person does when a busy page did not listen yet."""

    def until(page: object, key: str, brought: object) -> None:
        for _ in range(6):
            page.keyboard.press(key)
            try:
                brought.wait_for(timeout=PATIENCE / 6)
            except playwright.TimeoutError:
                continue
            return
        pytest.fail(f"the key {key} brought nothing")

    return until
