// Reads the page again when the server says that something changed. Without this the pages work all the same.
"use strict";
const live = document.getElementById("live");
let busy = false;
let again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("main").replaceWith(page.getElementById("main"));
    }
  } finally {
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

const events = new EventSource("/api/v1/events");
events.addEventListener("open", () => { live.textContent = "live"; live.classList.add("on"); refresh(); });
events.addEventListener("error", () => { live.textContent = "not live"; live.classList.remove("on"); });
events.addEventListener("summary", () => { if (!document.hidden) { refresh(); } });
document.addEventListener("visibilitychange", () => { if (!document.hidden) { refresh(); } });
