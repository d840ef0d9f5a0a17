// A form with a file says how much of it has arrived; then what the form itself says of the work that follows. Its answer
// is a page: the one that it leads to, or the same form with what is wrong.
const MEGA = 1_000_000;
const size = (bytes) => (bytes / MEGA).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

function bar(form, after) {
  const box = document.createElement("div");
  const line = document.createElement("progress");
  const note = document.createElement("p");
  box.className = "mt-2";
  line.className = "sent";
  line.setAttribute("aria-label", form.dataset.sending);
  note.className = "hint";
  note.setAttribute("role", "status");
  note.textContent = form.dataset.sending;
  box.append(line, note);
  after.after(box);
  return { box, line, note };
}

function send(form, button) {
  const { box, line, note } = bar(form, button);
  const request = new XMLHttpRequest();
  const fail = () => {
    box.remove();
    button.disabled = false;
    document.getElementById("trouble").hidden = false;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    line.max = total;
    line.value = loaded;
    line.textContent = note.textContent = `${form.dataset.sending} ${size(loaded)} / ${size(total)} MB`;
  });
  request.upload.addEventListener("load", () => {
    line.removeAttribute("value");
    note.textContent = form.dataset.busy;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    // What was refused has no address of its own: it is shown as the browser would show the answer to a form.
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.addEventListener("error", fail);
  request.addEventListener("abort", fail);
  request.open("POST", form.action);
  request.send(new FormData(form));
}

export function startUpload() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.sending || event.defaultPrevented) return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button");
    button.disabled = true;
    send(form, button);
  });
}
