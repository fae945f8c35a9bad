//===- Plot.cpp - History as a picture -----------------------------------===//
//
// One panel for each value, training and validation in it. Lengths are pixels
// from the upper left corner of a panel.
//
//===----------------------------------------------------------------------===//
#include "ingot/error.h"
#include "ingot/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

using namespace ingot::rt;

namespace {

/// Of a panel: its size, and the frame inside of it.
constexpr double kWidth = 440, kHeight = 312;
constexpr double kLeft = 66, kRight = kWidth - 18;
constexpr double kTop = 58, kBottom = kHeight - 46;
constexpr double kTitleHeight = 44;
/// More points than this are a line without marks.
constexpr std::size_t kMarks = 40;

struct Curve {
  std::string label;
  const char *style; ///< class of the style sheet
  std::vector<int> epochs;
  const std::vector<double> *values;
};

struct Panel {
  std::string name;
  std::vector<Curve> curves;
};

/// Numbers of one axis and where they are.
struct Axis {
  double low, high;   ///< of the numbers
  double first, last; ///< of the pixels
  std::vector<double> ticks;

  double at(double value) const {
    return first + (value - low) / (high - low) * (last - first);
  }
};

} // namespace

static std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text)
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    default:
      // XML has no control characters, not even escaped.
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  return result;
}

/// 1, 2 or 5 times a power of ten, such that `span` has about `wanted` steps.
static double niceStep(double span, int wanted) {
  const double raw = span / wanted;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1., 2., 5.})
    if (raw <= factor * power)
      return factor * power;
  return 10 * power;
}

static Axis axisOf(double low, double high, double first, double last,
                   double step) {
  Axis axis = {low, high, first, last, {}};
  // Counted, since a sum of steps would drift.
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step;
       ++k)
    axis.ticks.push_back(k * step);
  return axis;
}

/// Whole epochs; a margin of half a one if there is only one.
static Axis epochAxis(int first, int last) {
  const double margin = first == last ? 0.5 : 0;
  const double step = std::max(1., niceStep(std::max(1, last - first), 8));
  return axisOf(first - margin, last + margin, kLeft, kRight, step);
}

static Axis valueAxis(const Panel &panel) {
  double low = INFINITY, high = -INFINITY;
  for (const Curve &curve : panel.curves)
    for (const double value : *curve.values)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  if (low > high)
    low = high = 0;
  double margin = 0.06 * (high - low);
  // Equal values, or so large that their distance is lost, stand in the middle.
  if (!(margin > 1e-12 * std::max(std::abs(low), std::abs(high))))
    margin = high == 0 ? 1 : 0.1 * std::abs(high);
  low -= margin;
  high += margin;
  return axisOf(low, high, kBottom, kTop, niceStep(high - low, 5));
}

/// A tick of an axis with this distance between ticks, without noise of
/// rounding.
static std::string tickText(double value, double step) {
  return fmt::format("{:g}", std::abs(value) < step * 1e-6 ? 0 : value);
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

static std::string drawAxes(const Axis &x, const Axis &y) {
  std::string svg;
  const auto stepOf = [](const Axis &axis) {
    return axis.ticks.size() > 1 ? axis.ticks[1] - axis.ticks[0] : 1;
  };
  for (const double tick : y.ticks)
    svg +=
        fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>"
                    "<text class=\"y\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                    x.first, y.at(tick), x.last, x.first - 8, y.at(tick) + 4,
                    tickText(tick, stepOf(y)));
  for (const double tick : x.ticks)
    svg += fmt::format(
        "<path class=\"axis\" d=\"M{0:.1f} {1:.1f}v5\"/>"
        "<text class=\"x\" x=\"{0:.1f}\" y=\"{2:.1f}\">{3}</text>\n",
        x.at(tick), kBottom, kBottom + 19, tickText(tick, stepOf(x)));
  svg += fmt::format(
      "<path class=\"axis\" d=\"M{:.1f} {:.1f}V{:.1f}H{:.1f}\"/>"
      "<text class=\"x\" x=\"{:.1f}\" y=\"{:.1f}\">epoch</text>\n",
      kLeft, kTop, kBottom, kRight, (kLeft + kRight) / 2, kBottom + 38);
  return svg;
}

static std::string drawCurve(const Curve &curve, const Axis &x, const Axis &y) {
  std::string line, marks;
  std::size_t pointsOfPiece = 0;
  const std::size_t count = std::min(curve.epochs.size(), curve.values->size());
  for (std::size_t i = 0; i < count; ++i) {
    const double value = (*curve.values)[i];
    if (!std::isfinite(value)) {
      pointsOfPiece = 0;
      continue;
    }
    const double px = x.at(curve.epochs[i] + 1), py = y.at(value);
    line += fmt::format("{}{:.1f} {:.1f}", pointsOfPiece++ ? "L" : "M", px, py);
    const auto isAlone = [&](std::size_t other) {
      return other >= count || !std::isfinite((*curve.values)[other]);
    };
    // A point without neighbours has no line that shows it.
    if (count <= kMarks || (isAlone(i - 1) && isAlone(i + 1)))
      marks += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
                           "r=\"2.6\"><title>{}, epoch {}: {:.6g}</title>"
                           "</circle>\n",
                           curve.style, px, py, escaped(curve.label),
                           curve.epochs[i] + 1, value);
  }
  if (!line.empty())
    line = fmt::format("<path class=\"{}\" d=\"{}\"/>\n", curve.style, line);
  return line + marks;
}

/// From the right, between name and frame.
static std::string drawLegend(const Panel &panel) {
  constexpr double entry = 92;
  std::string svg;
  double left = kRight - entry * static_cast<double>(panel.curves.size());
  for (const Curve &curve : panel.curves) {
    svg += fmt::format("<path class=\"{0}\" d=\"M{1:.1f} {2:.1f}h18\"/>"
                       "<text class=\"legend\" x=\"{3:.1f}\" y=\"{4:.1f}\">{5}"
                       "</text>\n",
                       curve.style, left, kTop - 16, left + 24, kTop - 12,
                       escaped(curve.label));
    left += entry;
  }
  return svg;
}

static std::string draw(const Panel &panel, const Axis &x, double left,
                        double top) {
  const Axis y = valueAxis(panel);
  std::string svg =
      fmt::format("<g transform=\"translate({:g} {:g})\">\n"
                  "<text class=\"name\" x=\"{:g}\" y=\"{:g}\">{}</text>\n",
                  left, top, kLeft, kTop - 32, escaped(panel.name));
  svg += drawLegend(panel) + drawAxes(x, y);
  for (const Curve &curve : panel.curves)
    svg += drawCurve(curve, x, y);
  return svg + "</g>\n";
}

static std::vector<Panel> panelsOf(const History &history) {
  std::vector<Panel> panels;
  for (const auto &[key, values] : history.history) {
    const bool validates = key.starts_with("val_");
    const std::string name = validates ? key.substr(4) : key;
    Curve curve = {validates ? "validation" : "training",
                   validates ? "validation" : "training",
                   history.epochs_of(key), &values};
    const auto panel = std::ranges::find(panels, name, &Panel::name);
    if (panel == panels.end())
      panels.push_back({name, {std::move(curve)}});
    else
      panel->curves.push_back(std::move(curve));
  }
  return panels;
}

/// Colours that the colour-blind tell apart, too.
static constexpr const char *kStyle = R"(<style>
text { font: 12px Helvetica, Arial, sans-serif; fill: #444; }
.title { font-size: 18px; font-weight: bold; fill: #222; text-anchor: middle; }
.name { font-size: 14px; font-weight: bold; fill: #222; }
.x { text-anchor: middle; }
.y { text-anchor: end; }
path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.grid { stroke: #e4e4e4; }
.axis { stroke: #888; }
path.training { stroke: #0072b2; stroke-width: 2; }
path.validation { stroke: #d55e00; stroke-width: 2; stroke-dasharray: 6 4; }
circle.training { fill: #0072b2; }
circle.validation { fill: #d55e00; }
</style>
)";

std::string History::svg(const PlotOptions &options) const {
  if (options.columns < 1)
    throw Error(fmt::format("`columns` of a plot is {}; must be positive",
                            options.columns));
  const std::vector<Panel> panels = panelsOf(*this);
  const std::size_t columns = std::clamp<std::size_t>(
      panels.size(), 1, static_cast<std::size_t>(options.columns));
  const std::size_t rows =
      std::max<std::size_t>(1, (panels.size() + columns - 1) / columns);
  const double head = options.title.empty() ? 0 : kTitleHeight;
  const double width = kWidth * static_cast<double>(columns);
  const double height = head + kHeight * static_cast<double>(rows);

  std::string svg =
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" "
                  "height=\"{1:g}\" viewBox=\"0 0 {0:g} {1:g}\">\n{2}"
                  "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
                  width, height, kStyle);
  if (!options.title.empty())
    svg += fmt::format("<text class=\"title\" x=\"{:g}\" y=\"30\">{}</text>\n",
                       width / 2, escaped(options.title));
  const Axis x = epoch.empty() ? epochAxis(1, 1)
                               : epochAxis(epoch.front() + 1, epoch.back() + 1);
  for (std::size_t i = 0; i < panels.size(); ++i)
    svg += draw(panels[i], x, kWidth * static_cast<double>(i % columns),
                head + kHeight * static_cast<double>(i / columns));
  return svg + "</svg>\n";
}
