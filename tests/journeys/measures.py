"""What is measured of a page in the browser: targets, sizes of letters, what sticks out sideways."""
from playwright.sync_api import Page

SMALLEST_TARGET = 48
SMALLEST_LETTERS = 14

# Each visible thing that one presses, with the rectangle that a finger may hit: a label's for the control inside it.
_TARGETS = """
(smallest) => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((node) => node.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && !node.closest(".c-skip"))
  .map((node) => [node, (node.matches("input[type=radio], input[type=checkbox]") && node.closest("label")) || node])
  .map(([node, hit]) => [node, hit.getBoundingClientRect()])
  .filter(([node, box]) => box.width > 1 && (Math.round(box.width) < smallest || Math.round(box.height) < smallest))
  .map(([node, box]) => `${node.outerHTML.slice(0, 90)} is ${Math.round(box.width)} × ${Math.round(box.height)}`)
"""

_LETTERS = """
(smallest) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || holder.closest("script, style, noscript, svg, .u-hidden") || !holder.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < smallest) small.push(`${size} px: ${node.data.trim().slice(0, 40)}`);
  }
  return small;
}
"""

_SIDEWAYS = """
() => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && !node.closest(".u-hidden, .c-skip, svg, .c-rooms--row"))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => `${node.outerHTML.slice(0, 80)} ends at ${Math.round(node.getBoundingClientRect().right)}`)
  .slice(0, 5)
"""


def small_targets(page: Page) -> list[str]:
    """Whatever can be pressed and is less than 48 × 48."""
    found: list[str] = page.evaluate(_TARGETS, SMALLEST_TARGET)
    return found


def small_letters(page: Page) -> list[str]:
    """Words in letters below 14 px."""
    found: list[str] = page.evaluate(_LETTERS, SMALLEST_LETTERS)
    return found


def sticking_out(page: Page) -> list[str]:
    """What reaches beyond the right edge, so that one would have to scroll sideways."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found
