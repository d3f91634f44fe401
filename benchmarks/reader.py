"""The sample page on a slow phone with an empty cache: largest contentful paint, layout shift, requests, bytes.

Chromium with the presets of its DevTools: "Slow 4G" (1.44 Mbit/s down, 562.5 ms per request) and a CPU slowed down 4
times; 360 × 740. The server is the one of `make run`. The baseline in the same run is a page of one sentence under the
same conditions: what this machine's browser needs at least.
"""

from __future__ import annotations

import statistics
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.demo_site import demo_site

PORT, PLAIN_PORT = 8766, 8767
SENTENCE = (
    "<!doctype html><html lang=zh-Hans><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>一句话</title><p>良好的生态环境是美好生活的基础、人民共同的期盼。"
).encode()
# Chromium's front_end/core/sdk/NetworkManager.ts, "Slow 4G": 1.6 Mbit/s × 0.9, 150 ms × 3.75.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 * 0.9 / 8,
    "uploadThroughput": 750e3 * 0.9 / 8,
}
SLOWER = 4
RUNS = 7
WATCH = """
window.paint = 0; window.shift = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.paint = entry.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


class Sentence(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(SENTENCE)))
        self.end_headers()
        self.wfile.write(SENTENCE)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    plain = HTTPServer(("127.0.0.1", PLAIN_PORT), Sentence)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    with demo_site(PORT) as site, sync_playwright() as playwright:
        measure(chromium.launch(playwright), f"{site}/features/1/", f"http://127.0.0.1:{PLAIN_PORT}/")
    plain.shutdown()


def measure(browser, address: str, plain: str) -> None:
    visit(browser, address)  # warm-up
    pairs = [(visit(browser, address), visit(browser, plain)) for _ in range(RUNS)]
    ours, floor = zip(*pairs, strict=True)
    paints, floors = sorted(each["paint"] for each in ours), sorted(each["paint"] for each in floor)
    ratio = statistics.median(paints) / statistics.median(floors)
    print(f"largest paint, Slow 4G and {SLOWER} × slower CPU: {_told(paints)}")
    print(f"one sentence, in the same way:             {_told(floors)}; ours is {ratio:.2f} of it")
    print(f"layout shift: {max(each['shift'] for each in ours):.4f}")
    last = ours[-1]["requests"]
    print(f"requests: {len(last)}, {sum(last.values()):,} bytes on the line, headers included")
    for name, size in last.items():
        print(f"  {size:7,}  {name}")
    site = address.split("/features/")[0]
    print(f"requests to elsewhere: {sum(not name.startswith(site) for name in last)}")
    browser.close()


def _told(times: list[float]) -> str:
    return f"{statistics.median(times):6.0f} ms, median of {RUNS} ({times[0]:.0f} to {times[-1]:.0f})"


def visit(browser, address: str) -> dict:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    requests, names = {}, {}
    tools.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    tools.on(
        "Network.loadingFinished",
        lambda event: requests.update({names[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)
    found = page.evaluate("({ paint, shift })")
    context.close()
    return found | {"requests": requests}


if __name__ == "__main__":
    main()
