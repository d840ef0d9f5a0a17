// The campaign's chart: one question, lines without markers, bands for what happened. Loaded by that page alone.
// data-chart holds {times: [ISO], series: [{name, state, values}], bands: [{name, from, to}]}; null values stay gaps.
import { LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkAreaComponent, TooltipComponent, SVGRenderer]);

const charts = new Map();
const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A token of the theme as rgb: echarts does not read oklch. */
function color(token) {
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  pen.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

function bandsOf(bands) {
  return {
    silent: true,
    itemStyle: { color: color("--f-expired"), opacity: 0.18 },
    label: { color: color("--color-base-content"), fontSize: 12, position: "insideTop", distance: 2 },
    data: bands.map(({ name, from, to }) => [{ name, xAxis: Date.parse(from) }, { xAxis: Date.parse(to) }]),
  };
}

/** The time of a label: with seconds while all of it is a few minutes, a date where it is days. */
function labelOf(times) {
  const span = Date.parse(times.at(-1)) - Date.parse(times[0]);
  if (span > 48 * 3600_000) return "{d} {MMM}";
  return span < 10 * 60_000 ? "{HH}:{mm}:{ss}" : "{HH}:{mm}";
}

function optionOf({ times, series, bands = [] }) {
  const words = { fontFamily: "Plex Sans, sans-serif", fontSize: 12, color: color("--dim") };
  const line = { lineStyle: { color: color("--color-base-300") } };
  return {
    animation: false,
    textStyle: words,
    grid: { left: 36, right: 8, top: 14, bottom: 22 },
    tooltip: {
      trigger: "axis",
      backgroundColor: color("--color-base-100"),
      borderColor: color("--control"),
      textStyle: { ...words, color: color("--color-base-content") },
    },
    xAxis: { type: "time", axisTick: { show: false }, axisLine: line, axisLabel: { ...words, hideOverlap: true, formatter: labelOf(times) }, splitLine: { show: false } },
    yAxis: { type: "value", min: 0, splitNumber: 4, axisLabel: words, splitLine: line },
    series: series.map(({ name, state, values }, index) => ({
      name,
      type: "line",
      symbol: "none",
      data: values.map((value, at) => [Date.parse(times[at]), value]),
      lineStyle: { width: 2, color: color(`--f-${state}`) },
      itemStyle: { color: color(`--f-${state}`) },
      ...(index === 0 && { areaStyle: { color: color(`--f-${state}`), opacity: 0.08 }, markArea: bandsOf(bands) }),
    })),
  };
}

function draw() {
  for (const [home, chart] of charts) {
    if (home.isConnected) continue;
    chart.dispose();
    charts.delete(home);
  }
  for (const home of document.querySelectorAll("[data-chart]")) {
    const chart = charts.get(home) ?? init(home, null, { renderer: "svg" });
    charts.set(home, chart);
    chart.setOption(optionOf(JSON.parse(home.dataset.chart)), true);
  }
}

draw();
document.addEventListener("htmx:after:swap", draw);
document.addEventListener("panel:theme", draw);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
