/**
 * One child that a list should have: built when its key is new or its `print` (all it is drawn from, as text) changed, kept otherwise.
 * `update` is called with the child each time.
 */
export type Keyed = { key: string; print?: string; build: () => HTMLElement; update?: (element: HTMLElement) => void };

const drawn = new WeakMap<Element, { key: string; print: string }>();

/** Make the children of `parent` those of the list, in its order, touching only what changed, so that focus, scrolling and what is open stay. */
export function keep(parent: Element, list: readonly Keyed[]): void {
  const wanted = new Set(list.map((item) => item.key));
  const old = new Map<string, HTMLElement>();
  for (const child of parent.querySelectorAll<HTMLElement>(":scope > *")) {
    const key = drawn.get(child)?.key;
    if (key === undefined || !wanted.has(key)) child.remove();
    else old.set(key, child);
  }
  let place: Element | null = parent.firstElementChild;
  for (const item of list) {
    const found = old.get(item.key);
    const element = found && drawn.get(found)?.print === (item.print ?? "") ? found : build(item);
    item.update?.(element);
    if (found && element !== found) {
      if (place === found) place = element;
      exchange(found, element);
    }
    if (place === element) place = element.nextElementSibling;
    else parent.insertBefore(element, place);
  }
}

function build(item: Keyed): HTMLElement {
  const element = item.build();
  drawn.set(element, { key: item.key, print: item.print ?? "" });
  return element;
}

/** Put the new element where the old one was, and carry over what the person did with it: what was opened, typed, chosen and focused. */
function exchange(old: HTMLElement, fresh: HTMLElement): void {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && old.contains(active) ? active : undefined;
  old.replaceWith(fresh);
  const kept = new Map(keptIn(fresh).map((after) => [after.dataset["keep"], after]));
  for (const before of keptIn(old)) {
    const after = kept.get(before.dataset["keep"]);
    if (after) carry(before, after);
    if (before === focused) after?.focus();
  }
  if (focused && !fresh.contains(document.activeElement)) fresh.closest<HTMLElement>("[tabindex]")?.focus();
}

function keptIn(element: HTMLElement): HTMLElement[] {
  return [element, ...element.querySelectorAll<HTMLElement>("[data-keep]")].filter((each) => each.dataset["keep"] !== undefined);
}

function carry(before: HTMLElement, after: HTMLElement): void {
  if (before instanceof HTMLDetailsElement && after instanceof HTMLDetailsElement) after.open = before.open;
  if (before instanceof HTMLInputElement && after instanceof HTMLInputElement) {
    after.value = before.value;
    after.checked = before.checked;
  }
  if (before instanceof HTMLTextAreaElement && after instanceof HTMLTextAreaElement) after.value = before.value;
  if (before instanceof HTMLSelectElement && after instanceof HTMLSelectElement) after.value = before.value;
}
