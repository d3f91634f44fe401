"""The sample page on a slow phone, fetched for the first time: largest paint, layout shift, requests, bytes.

Chromium with the presets of its own tools: "Slow 4G" (1.44 Mbit/s down, 562.5 ms a request) and a processor 4 times
slower; 360 × 740. The server is the one that `make run` starts. Against it, in the same run: the same page unthrottled.
"""

from __future__ import annotations

import statistics

from playwright.sync_api import sync_playwright

from tests import chromium
from tests.demo_site import demo_site

PORT = 8766
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


def main() -> None:
    with demo_site(PORT) as site, sync_playwright() as playwright:
        measure(chromium.launch(playwright), site)


def measure(browser, site: str) -> None:
    visit(browser, site, slow=False)  # the first start of everything
    plain = statistics.median(visit(browser, site, slow=False)["paint"] for _ in range(RUNS))
    slow = [visit(browser, site, slow=True) for _ in range(RUNS)]
    paints = sorted(each["paint"] for each in slow)
    last = slow[-1]
    print(f"largest paint, unthrottled:               {plain:6.0f} ms, median of {RUNS}")
    print(
        f"largest paint, Slow 4G and {SLOWER} × slower CPU: {statistics.median(paints):6.0f} ms, median of {RUNS}"
        f" ({paints[0]:.0f} to {paints[-1]:.0f})"
    )
    print(f"layout shift: {max(each['shift'] for each in slow):.4f}")
    print(f"requests: {len(last['requests'])}, {sum(last['requests'].values()):,} bytes on the line, headers included")
    for address, size in last["requests"].items():
        print(f"  {size:7,}  {address}")
    foreign = [address for address in last["requests"] if not address.startswith(site)]
    print(f"requests to elsewhere: {len(foreign)}")
    browser.close()


def visit(browser, site: str, *, slow: bool) -> dict:
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
    if slow:
        tools.send("Network.emulateNetworkConditions", SLOW_4G)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.goto(f"{site}/features/1/", wait_until="load")
    page.wait_for_timeout(1500)
    found = page.evaluate("({ paint, shift })")
    context.close()
    return found | {"requests": requests}


if __name__ == "__main__":
    main()
