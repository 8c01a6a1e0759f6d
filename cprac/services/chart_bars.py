"""Charts made of rows of bars: open cases by age and turn, days by phase, the flow from filing to outcome."""

from __future__ import annotations

from cprac.services.chart_marks import (
    AXIS,
    GRID,
    INK,
    INK_2,
    STACK,
    WIDE,
    Box,
    Layers,
    Spec,
    bars,
    box_key,
    canvas,
    legend,
    legend_rows,
    line_key,
    moved,
    pixel,
    rules,
    text_width,
    texts,
    values,
    wrapped,
)
from cprac.services.chart_rows import Backlog, Flow, PhaseTimes, leaving_text
from cprac.services.chart_words import cases_text, days_text, percent, whole

BLUE, LIGHT = "#1351B4", "#7FA6E8"


def backlog_spec(chart: Backlog, width: int) -> Spec:
    """Stacked bars, a row an age band: the figures inside where they fit, the totals at the right, the keys below."""
    names = max(text_width(band.label, bold=True) for band in chart.bands)
    left = int(min(names, width * 0.36)) + 26
    right = 22 + int(text_width(whole(max(band.whole() for band in chart.bands)), bold=True))
    pitch, thick = 40, 26
    rows = legend_rows([f"Vez {turn}" for turn in chart.turns], width - 32)
    box = Box(width, pitch * len(chart.bands), left=left, right=right, top=10, bottom=26 + 20 * rows)
    scale = box.plot / max(max(band.whole(), sum(n or 0 for n in band.counts)) for band in chart.bands)
    pieces: dict[int, list[dict[str, float | str]]] = {n: [] for n in range(len(chart.turns))}
    layers: Layers = []
    inside: Layers = []
    for row, band in enumerate(chart.bands):
        y, x = row * pitch + (pitch - thick) / 2, 0.0
        for n, count in enumerate(band.counts):
            if not count:
                continue
            end = x + count * scale
            said = f"{band.label}, vez {chart.turns[n]}: {cases_text(count)}"
            pieces[n].append({"x": round(x, 2), "y": y, "x2": round(end, 2), "y2": y + thick, "words": said})
            fits = end - x >= text_width(whole(count)) + 8
            if fits:
                place = [{"x": round((x + end) / 2, 2), "y": y + thick / 2, "words": whole(count)}]
                inside += texts(place, bold=True, align="center", colour=STACK[n][1], halo=n == 2)
            x = end
        layers += texts([{"x": -10, "y": y + thick / 2, "words": band.label}], bold=True, align="right")
        layers += texts(
            [{"x": round(max(x, band.whole() * scale), 2) + 7, "y": y + thick / 2, "words": whole(band.whole())}],
            bold=True,
        )
    for n, found in pieces.items():
        layers += bars(found, STACK[n][0])
    layers += inside
    keys = [(f"Vez {turn}", box_key(STACK[n][0])) for n, turn in enumerate(chart.turns)]
    layers += [moved(each, 8 - left) for each in legend(keys, width - 32, box.height + 22)[0]]
    return canvas(box, layers, chart.title, chart.alternative())


def phase_spec(chart: PhaseTimes, width: int) -> Spec:
    """A row a phase: bar from a quarter to three quarters, dot at half, tick at nine in ten; words beside or above."""
    wide = width == WIDE
    longest = max(text_width(each.label, bold=True) for each in chart.phases)
    left = int(min(longest, 230)) + 28 if wide else 16
    pitch = 38 if wide else 68
    box = Box(width, pitch * len(chart.phases), left=left, right=238 if wide else 24, top=40 if wide else 62, bottom=44)
    top = max(x for each in chart.phases for x in (each.p90, each.upper_quartile, each.median) if x is not None) or 1
    step = next(n for n in (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 36500) if top <= n * (7 if wide else 6))
    end = step * (int((top - 1e-9) // step) + 1)
    x = box.plot / end
    ticks = list(range(0, end + 1, step))
    layers = rules([{"x": n * x, "y": 0, "x2": n * x, "y2": box.height} for n in ticks], GRID)
    layers += texts(
        [{"x": n * x, "y": box.height + 14, "words": whole(n)} for n in ticks], align="center", colour=INK_2
    )
    layers += texts([{"x": box.plot / 2, "y": box.height + 33, "words": "dias na etapa"}], align="center", colour=INK_2)
    for row, each in enumerate(chart.phases):
        y = row * pitch + (pitch / 2 if wide else 50)
        said = "poucos casos" if each.median is None else f"metade em até {days_text(each.median)}"
        if each.p90 is not None:
            said += f", 90% em {whole(each.p90) if float(each.p90).is_integer() else str(each.p90).replace('.', ',')}"
        if wide:
            layers += texts([{"x": -12, "y": y, "words": each.label}], bold=True, align="right")
            layers += texts([{"x": box.plot + 14, "y": y, "words": said}], colour=INK_2)
        else:
            layers += texts([{"x": 0, "y": y - 38, "words": each.label}], bold=True, halo=True)
            layers += texts([{"x": 0, "y": y - 19, "words": said}], colour=INK_2, halo=True)
        if each.quartile is not None and each.upper_quartile is not None:
            middle = f"de {days_text(each.quartile)} a {days_text(each.upper_quartile)}"
            told = f"{each.label} ({cases_text(each.n)}): {middle}; {said}"
            layers += bars(
                [{"x": each.quartile * x, "y": y - 6, "x2": each.upper_quartile * x, "y2": y + 6, "words": told}], LIGHT
            )
        if each.p90 is not None:
            from_ = each.upper_quartile if each.upper_quartile is not None else each.median or 0
            layers += rules([{"x": from_ * x, "y": y, "x2": each.p90 * x, "y2": y}], AXIS, 1.5)
            layers += rules([{"x": each.p90 * x, "y": y - 8, "x2": each.p90 * x, "y2": y + 8}], INK, 2)
        if each.median is not None:
            layers.append(_dot(each.median * x, y))
    keys = [
        ("metade dos casos", [_dot(14, 0)]),
        ("de 25% a 75%", box_key(LIGHT)),
        ("90%", [*line_key(AXIS, None, 1.5), *rules([{"x": 26, "y": -8, "x2": 26, "y2": 8}], INK, 2)]),
    ]
    layers += [moved(each, 16 - left) for each in legend(keys, width - 32, 16 - box.top)[0]]
    return canvas(box, layers, chart.title, chart.alternative())


def _dot(x: float, y: float) -> Spec:
    mark = {
        "type": "point",
        "filled": True,
        "size": 95,
        "color": INK,
        "stroke": "#FFFFFF",
        "strokeWidth": 1.5,
        "opacity": 1,
        "aria": False,
    }
    return {"data": values([{"x": x, "y": y}]), "mark": mark, "encoding": {"x": pixel("x"), "y": pixel("y")}}


def flow_spec(chart: Flow, width: int) -> Spec:
    """A row a stage: a bar of those that reached it, split where they end here; how they left in words below."""
    most = int((width - 32) / 6.6)
    first = chart.stages[0].reached
    plot = width - 32
    layers: Layers = []
    y = 0.0
    for each in chart.stages:
        share = percent(each.reached / first)
        head = f"{whole(each.reached)} · {share} de todos"
        layers += texts([{"x": 0, "y": y + 9, "words": each.label}], bold=True)
        layers += texts([{"x": plot, "y": y + 9, "words": head}], align="right", colour=INK_2)
        gone = sum(leaving.n for leaving in each.left)
        long = plot * each.reached / first
        stays = plot * max(0, each.reached - gone - each.waiting) / first
        waits = stays + plot * each.waiting / first
        layers += bars([{"x": 0, "y": y + 22, "x2": plot, "y2": y + 44, "words": ""}], "#F5F7FA", None)
        ground = [
            (
                0.0,
                stays,
                STACK[0][0],
                f"seguiram adiante ou concluíram: {whole(max(0, each.reached - gone - each.waiting))}",
            ),
            (stays, waits, STACK[1][0], f"estão aqui agora: {whole(each.waiting)}"),
            (waits, long, "hatch", f"terminaram aqui: {whole(gone)}"),
        ]
        for start, end, fill, said in ground:
            if end - start > 0.01:
                layers += bars(
                    [
                        {
                            "x": round(start, 2),
                            "y": y + 22,
                            "x2": round(end, 2),
                            "y2": y + 44,
                            "words": f"{each.label}: {said}",
                        }
                    ],
                    fill,
                )
        y += 52
        left = f"Terminaram aqui: {leaving_text(each)}." if gone else ""
        here = f"Aqui agora: {whole(each.waiting)}." if each.waiting else ""
        for line in wrapped(" ".join(filter(None, (left, here))), most) if left or here else []:
            layers += texts([{"x": 0, "y": y + 5, "words": line}], colour=INK_2)
            y += 18
        y += 12
    keys = [
        ("seguiram adiante ou concluíram", box_key(STACK[0][0])),
        ("estão aqui agora", box_key(STACK[1][0])),
        ("terminaram aqui", box_key("hatch")),
    ]
    drawn, rows = legend(keys, plot, y + 6)
    box = Box(width, int(y), top=10, bottom=14 + 20 * rows)
    return canvas(box, layers + [moved(each, -8) for each in drawn], chart.title, chart.alternative())
