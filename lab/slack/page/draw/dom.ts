type Child = Node | string | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined> & { on?: never };
type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

/** An element with attributes (`true` stands empty, `false` and `undefined` leave one out), children and listeners. Text is only ever text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: readonly Child[] | string = [],
  listeners: Listeners = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener as EventListener);
  return element;
}

/** The same for a part of a drawing. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  children: readonly Child[] | string = [],
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return element;
}

function fill(element: Element, attributes: Attributes, children: readonly Child[] | string): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of typeof children === "string" ? [children] : children) {
    if (child !== undefined && child !== false) element.append(child);
  }
}

/** Words for those who hear the page. */
export function hidden(text: string): HTMLElement {
  return h("span", { class: "hidden" }, text);
}

/** Set an element's text where it differs, so that nothing is announced or selected anew without need. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Set an attribute where it differs, or take it away. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
