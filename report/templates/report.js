(function () {
  "use strict";
  var options = JSON.parse(document.getElementById("chart-options").textContent);
  var drawn = [];
  document.documentElement.classList.add("drawn"); // shows the places, so that they have a width
  Object.keys(options).forEach(function (name) {
    var place = document.getElementById("chart-" + name);
    if (!place || typeof echarts === "undefined") { return; }
    place.style.height = options[name].height_px + "px";
    var chart = echarts.init(place, null, { renderer: "svg", locale: document.documentElement.lang === "en" ? "EN" : "ZH" });
    delete options[name].height_px;
    chart.setOption(options[name]);
    drawn.push(chart);
    scale(chart);
  });
  // A drawing with a view box can shrink on paper, where the page is narrower than the window.
  function scale(chart) {
    var drawing = chart.getDom().querySelector("svg");
    if (drawing) { drawing.setAttribute("viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight()); }
  }
  window.addEventListener("resize", function () {
    if (window.matchMedia("print").matches) { return; }
    drawn.forEach(function (chart) { chart.resize(); scale(chart); });
  });
}());
