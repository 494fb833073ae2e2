// Renews the sections of the page from server-sent events. What is sent is HTML in which every text is escaped.

const live = document.getElementById('live');

/** Makes a node like another while it stays: what is open, focused, selected or scrolled stays so. */
function morph(node, wanted) {
  if (node.nodeType !== wanted.nodeType || node.nodeName !== wanted.nodeName) {
    node.replaceWith(wanted);
    return;
  }
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  morphAttributes(node, wanted);
  morphChildren(node, wanted);
}

function morphAttributes(node, wanted) {
  for (const name of node.getAttributeNames())
    if (!wanted.hasAttribute(name) && name !== 'open') node.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function morphChildren(node, wanted) {
  const count = wanted.childNodes.length;
  for (const [i, child] of [...wanted.childNodes].entries()) {
    const known = counterpart(node, child, i);
    if (known === undefined) node.insertBefore(child, node.childNodes[i] ?? null);
    else {
      if (node.childNodes[i] !== known) node.insertBefore(known, node.childNodes[i] ?? null);
      morph(known, child);
    }
  }
  while (node.childNodes.length > count) node.lastChild.remove();
}

/** By its id where it has one, so that rows keep their own state when others come before them. */
function counterpart(node, child, place) {
  if (child.id) return [...node.children].find(({ id }) => id === child.id);
  const there = node.childNodes[place];
  return there?.id ? undefined : there;
}

const events = new EventSource('events');
events.addEventListener('open', () => {
  live.textContent = 'live';
  document.documentElement.dataset.live = 'on';
});
events.addEventListener('error', () => {
  live.textContent = 'not live';
  delete document.documentElement.dataset.live;
});
events.addEventListener('message', ({ data }) => {
  const { id, html } = JSON.parse(data);
  const section = document.getElementById(id);
  const wanted = section.cloneNode(false);
  wanted.innerHTML = html;
  morph(section, wanted);
});
