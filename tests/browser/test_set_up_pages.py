"""The first day of a company in a browser: led there after the login, six pages, Excel lists, and a test case."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import BrowserContext, Page, expect

from app import clock
from app.cli.administrator import make_administrator
from app.db import Database
from app.house import House
from tools.demo_server import DemoServer

PASSWORD = "a long enough password"
PICTURES = os.environ.get("AFTERCARE_PICTURES")  # a folder: every step is photographed


class EmptyServer(DemoServer):
    """A company that was founded this minute: an administrator, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.house.db.close()
        database = Database(f"sqlite:///{folder / 'real.db'}")
        database.create_all()
        self.house = House(database, self.settings.processes_dir, self.settings.forms_dir)
        with clock.use(self.now):
            with database.transaction() as tx:
                make_administrator(tx, self.house.roles, company="真实客车", password=PASSWORD)
            self.house.deploy_folders()
        self.app.extensions["aftercare"] = self.house
        object.__setattr__(self.settings, "demo", False)


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[EmptyServer]:
    served = EmptyServer(tmp_path)
    served.start()
    yield served
    served.stop()


def workbook(path: Path, *lines: tuple[Any, ...]) -> Path:
    """An Excel file with these lines."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    path.write_bytes(file.getvalue())
    return path


def photograph(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def bring(page: Page, title: str, path: Path) -> None:
    """Choose a file, look at the dry run, import."""
    page.get_by_label(title).set_input_files(path)
    page.get_by_role("button", name=f"试导入{title}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"试导入：{title}")
    photograph(page, f"dry_run_{path.stem}")
    page.get_by_role("button", name="全部导入").click()
    expect(page.get_by_role("status").first).to_contain_text("已导入")


def test_six_pages_and_a_test_case(
    founded: EmptyServer, contexts: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = contexts(base_url=founded.url).new_page()
    page.goto("/login")
    page.get_by_label("登录名").fill("admin")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(founded.url + "/admin/setup")
    photograph(page, "overview")
    page.get_by_role("link", name="开始").click()

    page.get_by_label("公司名称").fill("真实客车有限公司")
    page.get_by_label("服务承诺").select_option(label="客车制造企业")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_have_text("已保存。")
    photograph(page, "company")
    page.get_by_role("button", name="完成这一步").click()

    outlets = workbook(
        tmp_path / "outlets.xlsx", ("单位编码", "名称", "类型", "上级编码"), ("S1", "南京站", "网点", "C1")
    )
    bring(page, "网点名单", outlets)
    photograph(page, "people")
    page.get_by_role("link", name="导入人员名单").click()
    head = ("姓名", "登录名", "电话", "单位编码", "角色", "技能")
    staff = workbook(tmp_path / "staff.xlsx", head, ("王客服", "wang", "000-0000-0011", "S1", "客服", ""))
    page.get_by_label("Excel 文件").set_input_files(staff)
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="全部导入").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("人员名单已导入")

    # Left in the middle, the set-up goes on where it stopped.
    page.goto("/")
    page.goto("/admin/setup")
    page.get_by_role("link", name="继续").click()
    page.wait_for_url("**/admin/setup/people")
    page.get_by_role("button", name="完成这一步").click()

    photograph(page, "calendar")
    page.get_by_role("button", name="完成这一步").click()
    row = page.locator("#report_no")
    row.get_by_text("更改", exact=True).click()
    row.get_by_label("格式").fill("NJ{year}-{seq:04}")
    row.get_by_role("button", name="保存").click()
    expect(page.locator("#report_no")).to_contain_text("NJ2026-0001")
    photograph(page, "numbers")
    page.get_by_role("button", name="完成这一步").click()

    head = ("备件编号", "名称", "数量", "单价", "库房编码", "库房名称", "单位编码")
    bring(page, "期初库存", workbook(tmp_path / "stock.xlsx", head, ("T-1", "密封条", 8, 35.5, "K1", "南京库", "S1")))
    head = ("客户名称", "电话", "单位编码", "产品编号", "型号")
    people = workbook(tmp_path / "customers.xlsx", head, ("示例公交", "000-0000-0022", "S1", "VIN-1", "A型"))
    bring(page, "客户和产品", people)
    photograph(page, "opening")
    page.get_by_role("button", name="完成这一步").click()

    row = page.locator("#p-crisis")
    row.get_by_text("停用", exact=True).click()
    row.get_by_label("原因").fill("由集团处理")
    row.get_by_role("button", name="确认停用").click()
    expect(page.locator("#p-crisis")).to_contain_text("会移交给")
    photograph(page, "procedures")
    page.locator("#p-crisis").get_by_label("我知道").check()
    page.locator("#p-crisis").get_by_role("button", name="确认停用").click()
    expect(page.locator("#p-crisis .badge").first).to_have_text("停用")
    page.get_by_role("button", name="完成这一步").click()

    page.get_by_role("button", name="运行测试").click()
    expect(page.get_by_role("status").first).to_have_text("测试通过。")
    expect(page.locator("main")).to_contain_text("LDS12026000001")
    expect(page.locator("main")).to_contain_text("已全部撤回")
    photograph(page, "trial")
    page.get_by_role("button", name="结束首次设置").click()
    page.wait_for_url(founded.url + "/")
    phone = contexts(phone=True, base_url=founded.url, storage_state=page.context.storage_state()).new_page()
    for name in ("", "/numbers", "/procedures"):
        phone.goto(f"/admin/setup{name}")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        photograph(phone, f"phone{name.replace('/', '_')}")
