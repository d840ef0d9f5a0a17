/* Sends forms with data-cablegram without leaving the page; cablegram.tell({_mobilePhone: "...", city: "..."}) sends
   what a page knows by itself. Without this script the forms work, too. */
(function () {
  "use strict";
  var script = document.currentScript;
  var address = script.src.replace(/\.js(\?.*)?$/, "");
  function send(pairs) {
    return fetch(address, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(pairs),
    }).then(function (answer) {
      return answer.json();
    });
  }
  function answer(form, text, good) {
    var place = form.querySelector("[data-cablegram-answer]");
    if (place) place.textContent = text;
    form.setAttribute("data-cablegram", good ? "sent" : "refused");
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-cablegram") || form.action !== address) return;
    event.preventDefault();
    send(new FormData(form)).then(
      function (told) {
        answer(form, told.message || told.detail, told.ok === true);
        if (told.ok === true) form.reset();
      },
      function () {
        answer(form, "Nothing was sent: the connection failed. Try again.", false);
      },
    );
  });
  window.cablegram = { tell: send };
})();
