"""Takes the pictures of docs/images anew: `make screenshots`. A site of its own, with the sample page."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
PORT = 8765
SITE = f"http://127.0.0.1:{PORT}"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SWITCHES += ["--disable-component-update", "--disable-sync"]
# What readers see: file name, address.
PUBLIC = {
    "front": "/",
    "feature": "/features/1/",
    "topic": "/topics/1/",
    "speakers": "/speakers/",
    "search": "/search/?q=生态",
}
NEWSROOM = {"newsroom-home": "/admin/", "newsroom-editor": "/admin/interviews/feature/2/change/"}
PAGE = ROOT / "tests" / "pagetext" / "files" / "chromium-1-sample-4.pdf"


@contextmanager
def site():
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATA_DIR": folder, "DEMO": "1", "DEBUG": "1", "DATABASE_URL": ""}
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "--verbosity", "0"], ["demo"]):
            subprocess.run([*manage, *command], env=env, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [*manage, "runserver", "--noreload", f"127.0.0.1:{PORT}"], env=env, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(100):
                try:
                    urlopen(f"{SITE}/healthz").close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait()


def public(browser):
    for width, height in ((360, 740), (1280, 900)):
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            for name, address in PUBLIC.items():
                page.goto(SITE + address)
                page.screenshot(path=IMAGES / f"{name}-{width}-{scheme}.png")
            page.close()
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print")
    page.goto(SITE + PUBLIC["feature"])
    page.screenshot(path=IMAGES / "feature-print.png")
    page.close()


def newsroom(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page.goto(f"{SITE}/admin/login/?next=/admin/interviews/feature/import/")
    page.fill("#id_username", "reporter")
    page.fill("#id_password", "jinzhong-demo")
    page.press("#id_password", "Enter")
    page.set_input_files("#id_file", PAGE)
    page.click("input[value=读这一版]")
    page.wait_for_selector("#confirm")
    page.hover(".part-speaker >> nth=0")
    page.screenshot(path=IMAGES / "newsroom-intake.png")
    page.click("#confirm")
    page.wait_for_selector(".proof-score, #status")
    for name, address in NEWSROOM.items():
        page.goto(SITE + address)
        page.wait_for_timeout(2500)  # the editors of the statements come one by one
        page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    with site(), sync_playwright() as playwright:
        executable = next((path for path in ("/usr/bin/chromium",) if Path(path).exists()), None)
        browser = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        public(browser)
        newsroom(browser)
