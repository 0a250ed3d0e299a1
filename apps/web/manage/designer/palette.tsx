import { useEffect, useRef, useState, type ReactNode } from "react";
import { useDesigner, useWords } from "./context.tsx";
import { shownKeys } from "./toolbar.tsx";

/** Every action by name: type, arrows, Enter. */
export function Palette(props: { onClose: () => void }): ReactNode {
  const { actions } = useDesigner(),
    say = useWords(),
    [text, setText] = useState(""),
    [at, setAt] = useState(0),
    box = useRef<HTMLDialogElement>(null),
    before = useRef(document.activeElement as HTMLElement | null);
  useEffect(() => {
    box.current!.showModal();
    const back = before.current;
    return () => back?.focus();
  }, []);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean),
    found = actions.filter((a) => a.enabled() && words.every((w) => `${a.zh} ${a.en} ${a.id}`.toLowerCase().includes(w))).slice(0, 12),
    current = Math.min(at, found.length - 1);
  const run = (i: number): void => {
    const a = found[i];
    props.onClose();
    a?.run();
  };
  return (
    <dialog ref={box} className="d-palette" aria-label={say("命令面板", "Command palette")} onClose={props.onClose}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="d-found"
        aria-activedescendant={found.length > 0 ? `d-f${current}` : undefined}
        placeholder={say("输入命令，例如“镜像”“编号”", "Type a command, such as “mirror”")}
        value={text}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return;
          if (e.key === "ArrowDown") {
            setAt(Math.min(found.length - 1, current + 1));
            e.preventDefault();
          } else if (e.key === "ArrowUp") {
            setAt(Math.max(0, current - 1));
            e.preventDefault();
          } else if (e.key === "Enter") run(current);
        }}
      />
      <ul id="d-found" role="listbox" aria-label={say("命令", "Commands")}>
        {found.map((a, i) => (
          <li key={a.id} id={`d-f${i}`} role="option" aria-selected={i === current} onPointerMove={() => setAt(i)} onClick={() => run(i)}>
            <span>{say(a.zh, a.en)}</span>
            {a.keys !== undefined && <kbd>{shownKeys(a)}</kbd>}
          </li>
        ))}
        {found.length === 0 && (
          <li className="quiet" role="option" aria-selected={false}>
            {say("没有这样的命令", "No such command")}
          </li>
        )}
      </ul>
    </dialog>
  );
}
