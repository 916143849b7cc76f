// What the pages need a script for, besides the theme's: copying code, and keys for the two
// switches that the theme made of labels. Nothing here is needed to read.

// A button on each block of code; output is read, not copied. The theme's own button stands in a
// landmark without a name, which readers who step through landmarks would all have to pass.
function addCopyButton(block) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "copy"
  button.textContent = "Copy"
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("code").textContent.trimEnd() + "\n")
      button.textContent = "Copied"
    } catch {
      button.textContent = "Copying was refused"
    }
    announce(button.textContent)
    setTimeout(() => (button.textContent = "Copy"), 2000)
  })
  block.append(button)
}

// Tell readers who do not see the button's new word.
function announce(words) {
  let status = document.querySelector(".announcement")
  if (!status) {
    status = document.createElement("p")
    status.className = "announcement"
    status.role = "status"
    document.querySelector("main").append(status)
  }
  status.textContent = words
}

// The menu of narrow windows opens by a label, which the keyboard cannot reach: a real button takes
// its place, and the label stays for those who have no script.
function makeMenuButton(label, box) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = `${label.className} menu-button`
  button.ariaLabel = "Menu"
  button.ariaExpanded = "false"
  button.append(...label.children)
  label.replaceWith(button)
  button.addEventListener("click", () => box.click())
  box.addEventListener("change", () => (button.ariaExpanded = String(box.checked)))
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.checked) {
      box.click()
      button.focus()
    }
  })
}

// The palette is two radio buttons of which one is shown: Enter and Space take the other.
function makeSwitch(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      const other = [...form.querySelectorAll("input")].find((input) => input !== event.target)
      other.click()
      other.focus()
    }
  })
}

if (navigator.clipboard) {
  document.querySelectorAll(".highlight:not(.language-text)").forEach(addCopyButton)
}
makeMenuButton(
  document.querySelector("header label[for=__drawer]"),
  document.querySelector("#__drawer"),
)
makeSwitch(document.querySelector("form[data-md-component=palette]"))
