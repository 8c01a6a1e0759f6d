"""Images are kept by what they are drawn from; two processes may keep at once; a lost or full disk costs a drawing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from cprac.services import chart_images
from cprac.services.chart_images import ImageCache, chart_key, image
from tests.services import chart_examples as examples


def test_the_key_follows_figures_words_kind_and_drawing(monkeypatch):
    keys = {chart_key(chart) for chart in examples.ALL.values()}
    assert len(keys) == len(examples.ALL)
    same, other = replace(examples.SURVIVAL), replace(examples.SURVIVAL, median=85)
    assert chart_key(same) == chart_key(examples.SURVIVAL) != chart_key(other)
    before = chart_key(same)
    monkeypatch.setattr(chart_images, "DRAWING", chart_images.DRAWING + 1)
    assert chart_key(same) != before


def test_an_image_is_drawn_once_and_found_by_another_process_after(tmp_path, monkeypatch):
    drawn = image(ImageCache(tmp_path / "charts"), examples.PUBLIC, 360)
    monkeypatch.setattr(chart_images, "draw", lambda *_, **__: pytest.fail("drawn again"))
    assert image(ImageCache(tmp_path / "charts"), examples.PUBLIC, 360) == drawn
    with pytest.raises(ValueError, match="gif"):
        image(ImageCache(None), examples.PUBLIC, 360, "gif")


def test_memory_and_folder_are_bounded(tmp_path):
    cache = ImageCache(tmp_path, in_memory=3, files=20)
    for n in range(50):
        cache.put(f"{n:03}.svg", b"x")
    assert len(cache._memory) == 3
    assert len(list(tmp_path.iterdir())) <= 20
    assert cache.get("049.svg") == b"x"
    assert cache.get("000.svg") is None


@pytest.mark.parametrize("name", ["../x.svg", "a/b", "", ".hidden", "A b"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="name"):
        ImageCache(tmp_path).put(name, b"x")


def test_where_nothing_can_be_written_memory_serves(tmp_path):
    (tmp_path / "charts").write_text("a file where the folder should be", encoding="utf-8")
    cache = ImageCache(tmp_path / "charts")
    cache.put("a.svg", b"x")
    assert cache.get("a.svg") == b"x"
    assert cache.get("b.svg") is None


def test_processes_that_write_the_same_image_at_once_leave_one_whole_image(tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom cprac.services.chart_images import ImageCache\n"
        "for n in range(300):\n"
        "    cache = ImageCache(Path(sys.argv[1]), files=8)\n"
        "    cache.put(f'{n % 12}.svg', b'x' * 50_000)\n"
        "    seen = cache.__class__(cache.folder).get(f'{(n + 5) % 12}.svg')\n"
        "    assert seen is None or seen == b'x' * 50_000\n"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    for each in running:
        assert each.communicate(timeout=60)[1] == b""
        assert each.returncode == 0
    left = [path for path in tmp_path.iterdir() if not path.name.startswith(".new-")]
    assert left
    assert all(path.stat().st_size == 50_000 for path in left)
    assert not list(tmp_path.glob(".new-*"))
