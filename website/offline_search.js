// A page opened from a file may not fetch search.json. The same index as a script may be loaded.
if (location.protocol === "file:") {
  const ordinaryFetch = window.fetch;
  window.fetch = (address, ...options) => {
    if (!String(address).endsWith("search.json")) return ordinaryFetch(address, ...options);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = String(address).replace(/json$/, "js");
      script.onload = () => resolve(new Response(JSON.stringify(window.searchIndex)));
      script.onerror = reject;
      document.head.append(script);
    });
  };
  // Quarto's search warns once that it cannot work from files. Now it can.
  addEventListener("DOMContentLoaded", () => { window.shownWarning = true; });
}
