/** A command that has a key. Menus, the palette and the help read the same list. */
export interface Shortcut {
  readonly id: string;
  /** "F2", "ctrl+z", "shift+?", "1". On a Mac ctrl is ⌘. */
  readonly keys: string;
  /** Key of the text that says what it does. */
  readonly label: string;
  readonly run: () => void;
  /** Works also while one types in a field; function keys always do. */
  readonly inFields?: boolean;
  readonly enabled?: () => boolean;
}

export interface KeyLike {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The name of a pressed key: modifiers in a fixed order, letters in lower case. */
export function keyName(e: KeyLike): string {
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key;
  // Shift is part of the sign for "?" or "+", but not for letters and named keys.
  const shift = e.shiftKey && (e.key.length > 1 || /[a-z]/i.test(e.key));
  return [e.ctrlKey || e.metaKey ? "ctrl" : "", e.altKey ? "alt" : "", shift ? "shift" : "", key === " " ? "Space" : key]
    .filter((p) => p !== "")
    .join("+");
}

export class Shortcuts {
  private readonly byId = new Map<string, Shortcut>();

  /** Adds commands; throws when a key is taken. Returns the way to take them off. */
  add(...list: readonly Shortcut[]): () => void {
    for (const s of list) {
      const clash = [...this.byId.values()].find((other) => other.keys === s.keys && other.id !== s.id);
      if (clash !== undefined) throw new Error(`${s.keys} is taken by ${clash.id}, wanted by ${s.id}`);
      this.byId.set(s.id, s);
    }
    return () => {
      for (const s of list) if (this.byId.get(s.id) === s) this.byId.delete(s.id);
    };
  }

  list(): readonly Shortcut[] {
    return [...this.byId.values()];
  }

  /** Runs the command of a key press; true when there was one. inField: a text field has the focus. */
  press(e: KeyLike, inField: boolean): boolean {
    const keys = keyName(e);
    const hit = [...this.byId.values()].find((s) => s.keys === keys);
    if (hit === undefined || hit.enabled?.() === false) return false;
    if (inField && hit.inFields !== true && !/^(\w+\+)*F\d+$/.test(keys)) return false;
    hit.run();
    return true;
  }

  /** Listens on the window until the returned function is called. */
  listen(target: Window = window): () => void {
    const on = (e: KeyboardEvent): void => {
      const at = e.target as HTMLElement | null;
      const inField = at !== null && (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName));
      if (!e.isComposing && this.press(e, inField)) e.preventDefault(); // while composing Chinese a key is not a command
    };
    target.addEventListener("keydown", on);
    return () => target.removeEventListener("keydown", on);
  }
}

export const shortcuts = new Shortcuts();
