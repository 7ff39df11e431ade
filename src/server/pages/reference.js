"use strict";

Redoc.init(
  "openapi.json",
  {
    hideDownloadButton: true,
    nativeScrollbars: true,
    scrollYOffset: "nav",
    theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
  },
  document.getElementById("reference"),
);
