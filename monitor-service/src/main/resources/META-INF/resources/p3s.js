// Loads the content of the page again when the server reports a change. The pages also work without scripts.
"use strict";
const live = document.getElementById("live");
let loading = false;
let changedMeanwhile = false;

async function refresh() {
  if (loading) {
    changedMeanwhile = true;
    return;
  }
  loading = true;
  try {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      document.getElementById("main").replaceWith(page.getElementById("main"));
    }
  } finally {
    loading = false;
    if (changedMeanwhile) {
      changedMeanwhile = false;
      refresh();
    }
  }
}

function refreshIfVisible() {
  if (!document.hidden) {
    refresh();
  }
}

const changes = new EventSource("/api/v1/events");
changes.addEventListener("open", () => { live.textContent = "live"; live.classList.add("on"); refresh(); });
changes.addEventListener("error", () => { live.textContent = "not live"; live.classList.remove("on"); });
changes.addEventListener("summary", refreshIfVisible);
document.addEventListener("visibilitychange", refreshIfVisible);
