"""A page that jumps while it loads fails its test; one that moves when it is told to does not."""

from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, SHIFTS, Complaints

JUMPING = """data:text/html,<div id=late></div><h1>Here</h1><p style='height:500px;background:%23ccc'>Text</p>
<button onclick='late.style.height="400px"'>Open</button>
<script>if (location.hash) setTimeout(() => { late.style.height = "400px"; document.title = "moved"; }, 400)</script>"""


def heard(browser, address: str, do=lambda page: None) -> list[str]:
    context = browser.new_context(viewport=DESKTOP)
    context.add_init_script(f"({SHIFTS})()")
    page: Page = context.new_page()
    complaints = Complaints()
    complaints.listen(page, "nowhere")
    page.goto(address)
    do(page)
    page.wait_for_timeout(300)
    context.close()
    return complaints.said


def test_a_page_that_jumps_while_it_loads_is_heard(browser):
    said = heard(browser, f"{JUMPING}#now", lambda page: page.wait_for_function("document.title === 'moved'"))
    assert len(said) == 1 and "layout shift of 0." in said[0] and "h1" in said[0]


def test_what_opens_when_it_is_pressed_is_no_jump(browser):
    assert heard(browser, JUMPING, lambda page: page.click("button")) == []
